# What shell scripts are made of: pipelines, redirections, substitutions, loops, functions, tests.
cd /tmp && mkdir -p basics.$$ && cd basics.$$ || exit 1
echo one two | wc -w
for i in 1 2 3 4 5; do echo "line $i"; done > lines
grep 3 lines; tail -n 1 lines; wc -l < lines
sum=0; while read -r word number; do sum=$((sum + number)); done < lines; echo "sum $sum"
twice() { echo "$1$1"; }
echo "$(twice ab) $(echo nested $(echo deep))"
cat lines | sort -r | head -n 2 | tr a-z A-Z
[ -f lines ] && echo file; [ -d . ] && echo directory; [ -e missing ] || echo missing
(exit 3); echo "status $?"
false || echo or; true && echo and
cat <<END
here $((6 * 7))
END
x=hello; echo "${x#he} ${x%lo} ${#x} ${y:-default}"
case $x in h*) echo matched;; esac
sleep 0.05 & wait $!; echo "waited $?"
trap 'echo trapped' USR1; kill -USR1 $$; echo after
echo error >&2 2>/dev/null
ls | sort; rm lines; cd /; rmdir "/tmp/basics.$$" && echo removed
seq 1 2000 | awk '{ s += $1 } END { print s }'
printf '%s\n' c a b | sort | paste -sd, -
sh -c 'kill -9 $$'; echo "killed $?"
yes | head -n 3
exit 4
