# vim, told what to do by a script: edits, searches, macros, undo, filters.
seq 20 > text
cat > commands <<'END'
:2,4d
:%s/1\(.\)/one-\1/
:normal ggOthe first line
:g/one-5/m0
:$r !echo from a filter
:5,8!sort -r
:normal Gyyp
:undo
:w! result
:set ff?
:q
END
vim.tiny -u NONE -n -es text < commands; echo "status $?"
cat result
echo last line >> text && vim.tiny -u NONE -n -es -c 'normal Gdd' -c wq text && tail -n 2 text
