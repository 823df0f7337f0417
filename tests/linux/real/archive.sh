# Archives and pipelines: tar, gzip, xz, find, sort, uniq, sed, awk, diff.
mkdir -p tree/{a,b,c}/deep 2>/dev/null || { mkdir -p tree/a/deep tree/b/deep tree/c/deep; }
i=0
for folder in tree/a tree/b tree/c tree/a/deep; do
  i=$((i + 1))
  seq $((i * 1000)) > "$folder/numbers"
  head -c $((i * 5000)) /dev/zero > "$folder/zeros"
  printf 'line %s\n' one two three > "$folder/with space"
done
ln tree/a/numbers tree/b/hard && ln -s ../a/numbers tree/b/soft
chmod 640 tree/a/zeros && chmod 1777 tree/c

tar -C tree --sort=name --mtime=@1000000000 --owner=0 --group=0 --numeric-owner -cf all.tar .
tar tvf all.tar
sha256sum all.tar
gzip -9n < all.tar > all.tar.gz && xz -k all.tar
gzip -dc all.tar.gz | cmp - all.tar && xz -dc all.tar.xz | cmp - all.tar && echo the same
mkdir copy && tar -C copy -xzf all.tar.gz && diff -r tree copy && echo unpacked
find copy -type f -size +9k -printf '%P %s %m\n' | sort
find copy -links 2 -type f | sort
find copy -type l -exec readlink {} \;
find copy -name 'with*' -print0 | sort -z | xargs -0 wc -l
cat copy/*/numbers | sort -n | uniq -c | awk '$1 > 2 { n++ } END { print n }'
sed -n '/one/,/two/p' copy/a/with\ space | tr a-z A-Z
seq 100000 | awk '{ s += $1 } END { print s }'
yes | head -n 100000 | sort | uniq -c
seq 30000 | sort -R | sort -n | sha1sum
seq 50000 | split -l 7000 - part. && ls part.* && cat part.* | tail -1
find . -depth -delete 2>/dev/null; ls -A
