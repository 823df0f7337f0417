# sqlite3: tables, indices, transactions, a write-ahead log and two writers of one file.
sqlite3 data.db <<'END'
create table item(id integer primary key, name text, size real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
insert into item select i, 'name ' || (i * 7919 % 20000), i * 0.5 from n;
create index item_name on item(name);
select count(*), sum(size), max(name) from item;
explain query plan select * from item where name = 'name 17';
begin; delete from item where id % 3 = 0; select count(*) from item; rollback;
select count(*) from item;
update item set size = -size where id between 10 and 14;
select * from item where size < 0;
vacuum;
pragma integrity_check;
pragma journal_mode = wal;
END
for writer in 1 2; do
  for i in 1 2 3 4 5; do
    sqlite3 -cmd '.timeout 20000' data.db "insert into item(name, size) values ('writer $writer', $i);"
  done &
done
wait
sqlite3 data.db "select name, count(*), sum(size) from item where name like 'writer%' group by name;"
sqlite3 data.db .dump | head -n 4
sqlite3 -csv -header data.db "select size, name from item order by name desc, size limit 5;" > out.csv && cat out.csv
sqlite3 data.db "select * from nothing;" 2>&1
sqlite3 data.db "pragma integrity_check;"
ls data.db
