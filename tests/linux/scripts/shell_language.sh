# The shell's own language at length: expansions, arithmetic, control flow, functions, traps, redirections, jobs.
place=/tmp/language.$$
mkdir "$place" && cd "$place" || exit 1

section() { echo "--- $*"; }

section "quoting and words"
a='single $x' b="double \"quoted\"" c=back\ slash
printf '[%s]' "$a" "$b" "$c" $c "$@" ''; echo
set -- one "two words" '*' ''
echo "$# $1 $2 $3"
for word in "$@"; do printf '<%s>' "$word"; done; echo
for word in $*; do printf '<%s>' "$word"; done | head -c 14; echo
IFS=:; set -- $(echo a:b::c); echo "$# $4"; unset IFS
shift 2; echo "$1|$2"

section "parameter expansion"
unset u; e= v=value
echo "${u-unset} ${u:-null} ${e-unset}|${e:-null} ${v:+set} ${e:+set}|"
echo "${u:=assigned} $u"
p=/usr/share/doc/file.tar.gz
echo "${p##*/} ${p#*/} ${p%.*} ${p%%.*} ${#p}"
echo "${v%e}${v#v}"
(: "${missing:?is not there}") 2>/dev/null; echo "status $?"

section "arithmetic"
i=7
echo $((i * 6)) $((i / 2)) $((i % 4)) $((-i)) $((i << 3)) $((i & 3)) $((i | 8)) $((i ^ 2)) $((~i))
echo $((i > 3 ? 10 : 20)) $((i == 7 && i != 8)) $((!i)) $((0x1f)) $((010)) $((2 + 3 * 4)) $(((2 + 3) * 4))
i=$((i + 1)); echo $i; : $((i += 5)); echo $i
factorial() { if [ "$1" -le 1 ]; then echo 1; else echo $(($1 * $(factorial $(($1 - 1))))); fi; }
factorial 10

section "control flow"
for i in 1 2 3 4 5 6; do
  [ $i = 2 ] && continue
  [ $i = 5 ] && break
  printf '%d ' $i
done; echo
n=0; while [ $n -lt 3 ]; do n=$((n + 1)); done; echo "while $n"
until [ $n -eq 0 ]; do n=$((n - 1)); done; echo "until $n"
for x in apple banana 42 '' 'a b'; do
  case $x in
    [0-9]*) echo "number $x";;
    a*e | b*a) echo "fruit $x";;
    '') echo empty;;
    *\ *) echo "spaced $x";;
    *) echo other;;
  esac
done
if false; then echo no; elif [ -z "" ]; then echo elif; else echo no; fi
for i in 1 2; do for j in 1 2; do [ $j = 2 ] && break 2; echo "$i $j"; done; done
! true; echo "not $?"

section "functions and scopes"
outer=1
change() { local outer=2; inner=3; echo "in $outer $1 $#"; return 5; }
change argument more; echo "out $outer $inner $?"
(outer=9; cd /; echo "subshell $outer"); echo "parent $outer $(basename "$PWD" | cut -c1-8)"
{ outer=10; }; echo "group $outer"
recurse() { [ "$1" -gt 0 ] || return 0; printf '%s ' "$1"; recurse $(($1 - 1)); }; recurse 12; echo

section "files and tests"
echo content > file; : > empty; mkdir dir; ln -s file link; ln -s nowhere broken
for name in file empty dir link broken absent; do
  printf '%s:' $name
  [ -e $name ] && printf ' e'; [ -f $name ] && printf ' f'; [ -d $name ] && printf ' d'
  [ -L $name ] && printf ' L'; [ -s $name ] && printf ' s'; [ -r $name ] && printf ' r'
  echo
done
[ abc \< abd ] && echo less; [ 10 -gt 9 ] && echo greater; [ file -ef link ] && echo same
touch -d '2001-01-01 00:00:00' old; [ file -nt old ] && echo newer
echo *; echo d*/ [ef]*; echo no-match-*

section "redirections"
echo first > out; echo second >> out; cat < out
{ echo stdout; echo stderr >&2; } > both 2>&1; cat both
exec 3> three; echo to three >&3; exec 3>&-; cat three
exec 4< out; read -r line <&4; echo "read $line"; read -r line <&4; echo "read $line"; exec 4<&-
(echo closed >&-) 2> /dev/null; echo "closed $?"
cat << END
text with $((1 + 1)) and $(echo substitution) and \$literal
END
cat <<- 'END'
	tabs go $stay
	END
echo "from here" | { read -r x; echo "got $x"; }
while read -r left right; do echo "$right-$left"; done << END
a b
c d e
END
wc -c < out | tr -d ' '

section "pipelines and substitutions"
printf '%s\n' pear apple fig | sort | sed 's/p/P/' | tr '\n' ' '; echo
echo "outer $(echo inner $(echo innermost)) `echo backquoted`"
seq 1 100 | grep 7 | wc -l | tr -d ' '
false | true; echo "last $?"
yes text | head -n 1000 | sort -u
seq 1 5 | while read -r k; do echo $((k * k)); done | paste -sd+ - | tee sum | sed 's/+/ + /g'
echo "$(($(cat sum)))"
printf 'one\ntwo\nthree\n' | awk '{ n += length($0) } END { print NR, n }'
echo "a,b;c" | tr ',;' '\n\n' | sed -n '2p'
find . -type f | sort | xargs -n 3 echo | wc -l | tr -d ' '

section "jobs, signals and traps"
sleep 0.01 & first=$!; (exit 3) & second=$!
wait $second; echo "second $?"; wait $first; echo "first $?"
trap 'echo "caught USR1"' USR1; kill -USR1 $$; trap - USR1
(trap 'echo leaving' EXIT; echo inside; exit 4); echo "status $?"
(trap '' TERM; kill -TERM $(sh -c 'echo $PPID'); echo "ignored TERM")
sh -c 'kill -TERM $$'; echo "terminated $?"
sh -c 'trap "exit 9" INT; kill -INT $$'; echo "interrupted $?"
(sleep 10 & pid=$!; kill $pid; wait $pid 2> /dev/null; echo "killed $?")
for i in 1 2 3 4 5; do (exit $i) & done; wait; echo "all done $?"

section "errors"
missing-command 2> /dev/null; echo "missing $?"
./file 2> /dev/null; echo "no right to run $?"
cat absent 2> /dev/null || echo "no such file"
(set -e; false; echo "not reached"); echo "set -e $?"
(set -u; echo "$undefined") 2> /dev/null; [ $? -ne 0 ] && echo "set -u"
sh -c 'exit 300'; echo "wrapped $?"
eval 'x=evaluated; echo $x'
echo 'echo sourced $1' > script; . ./script; sh script argument
printf '#!/bin/sh\necho interpreted "$0" "$@"\n' > program; chmod +x program; ./program a "b c"

section "loops over much"
total=0; i=0
while [ $i -lt 300 ]; do total=$((total + i)); i=$((i + 1)); done; echo $total
i=0; while [ $i -lt 20 ]; do echo "$i" > "many.$i"; i=$((i + 1)); done
cat many.* | sort -n | tail -n 1; ls many.* | wc -l | tr -d ' '; rm many.*
text=; for i in a b c d e f g; do text="$text$i$text"; done; echo ${#text} | tr -d ' '
echo "$text" | md5sum | cut -c1-8

cd / && rm -r "$place" && [ ! -e "$place" ] && echo removed
