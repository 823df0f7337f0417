# What shell scripts are made of; run by busybox, dash and bash.
set -u
say() { printf '%s\n' "$*"; }

# Variables and expansions
name=value unset_one=
say "${name} ${unset_one:-default} ${#name} ${name%ue} ${name#va} ${name:+set}"
path=/one/two/three.tar.gz
say "${path##*/} ${path%/*} ${path%%.*} ${path#*.}"
set -- one "two words" three
say "$# $1 $2 ${3}"; shift; say "$# $*"
for argument in "$@"; do say "<$argument>"; done

# Arithmetic, loops, functions
factorial() { if [ "$1" -le 1 ]; then echo 1; else echo $(($1 * $(factorial $(($1 - 1))))); fi; }
say "$(factorial 10)"
i=0; while [ $i -lt 5 ]; do i=$((i + 1)); [ $i -eq 3 ] && continue; printf '%d ' $i; done; echo
until [ $i -le 0 ]; do i=$((i - 2)); done; say "$i"
case $path in *.gz) say compressed ;; *) say other ;; esac
primes=; n=2
while [ $n -lt 60 ]; do
  d=2; prime=yes
  while [ $((d * d)) -le $n ]; do [ $((n % d)) -eq 0 ] && prime=no; d=$((d + 1)); done
  [ $prime = yes ] && primes="$primes $n"
  n=$((n + 1))
done
say "primes:$primes"

# Redirections, here documents, pipes, substitution
{ echo to stdout; echo to stderr >&2; } > out 2> err
cat err out
exec 3> three; echo third >&3; exec 3>&-; cat three
cat <<END | tr a-z A-Z | sed 's/ /-/g'
here $name
and $((6 * 7))
END
cat <<'END'
literal $name
END
echo "nested $(echo "inner $(echo innermost)")"
seq 10 | while read -r n; do [ $((n % 2)) -eq 0 ] && echo "$n"; done | paste -s -d , -
printf 'b 2\na 1\nc 3\n' > list
while read -r key number; do say "$key=$number"; done < list
sort list | head -n 1; sort -k2nr list | cut -d' ' -f1 | tr -d '\n'; echo
(cd / && pwd); [ "$(pwd)" != / ] && say "not in /"
false || say "false was $?"; true && say "true was $?"
! false; say "not false: $?"
sh -c 'exit 7'; say "status $?"
(exit 9); say "subshell $?"
{ nothing_of_this_name; } 2> /dev/null; say "not found $?"

# Jobs, traps and signals
sleep 100 & kill $!; wait $! 2> /dev/null; say "killed $?"
(echo background; exit 3) & wait $!; say "waited $?"
for n in 1 2 3; do (exit "$n") & eval "pid$n=$!"; done
wait "$pid1"; a=$?; wait "$pid2"; b=$?; wait "$pid3"; say "$a $b $?"
trap 'say trapped' USR1; kill -USR1 $$; say after
(trap 'say leaving' EXIT; say inside)
sh -c 'trap "echo got TERM; exit 5" TERM; kill -TERM $$; sleep 1' ; say "status $?"
{ sh -c 'kill -KILL $$'; } 2> /dev/null; say "status $?"
yes | head -n 3
(trap '' PIPE; yes 2> /dev/null; echo "yes ended" >&2) 2>&1 | head -n 1

# Files
mkdir -p d/e && touch d/e/f && ln -s e d/link && say d/* d/link/*
[ -d d ] && [ -L d/link ] && [ -f d/link/f ] && [ ! -e d/none ] && say tests
[ -s out ] && [ ! -s d/e/f ] && say sizes
chmod 600 out && stat -c '%a %s' out && chmod a+x out && [ -x out ] && say executable
umask 077; : > private; stat -c %a private; umask 022
mkfifo pipe && { echo through the pipe > pipe & cat pipe; wait; }
cp out copy && cmp out copy && mv copy moved && ls moved && rm moved
for f in d/e/*; do mv "$f" "$f.new"; done; ls d/e
find . -type f | sort
echo 'echo sourced $name' > script && . ./script
printf '#!/bin/sh\necho script "$0" "$@"\nexit 6\n' > program && chmod +x program && ./program x 'y z'; say "status $?"
env -i A=1 sh -c 'echo "$A ${B-unset}"'
say "$(printf '%s|' a b c)$(printf '%05d %x %s\n' 42 255 end)"
read -r line < list; say "$line"
IFS=:; set -- $(echo a:b:c); say "$# $2"; unset IFS
eval 'say evaluated $name'
getopts_test() { while getopts ab:c option; do say "$option ${OPTARG-}"; done; shift $((OPTIND - 1)); say "rest $*"; }
getopts_test -a -b value -c rest of it
test 3 -gt 2 -a x = x && say "and"; expr 7 \* 6
