# gdb on a small program: breakpoints, stack traces, steps, values, watchpoints, threads, signals, a crash, attaching.
cp /programs/debugged /programs/debugged.c .
export DEBUGINFOD_URLS=
debug() {
  gdb -q -nx -batch -ex 'set width 0' -ex 'set print thread-events off' -ex 'set debuginfod enabled off' "$@" 2>&1 |
    grep -v -e '^\[New \(LWP\|Thread\|process\)' -e 'libthread_db' -e '^warning: Error disabling' |
    sed -E -e 's/0x[0-9a-f]+/ADDRESS/g' -e 's/(process|LWP) [0-9]+/\1 N/g' -e 's/Target Id +Frame/Target Id Frame/'
}
echo "-- breakpoints"
debug -ex 'handle SIGUSR1 nostop print pass' -ex 'break factorial if n == 2' -ex 'run one two' -ex backtrace -ex 'info args' -ex finish \
  -ex 'delete' -ex continue ./debugged
echo "-- steps"
debug -ex 'break main' -ex run -ex next -ex 'step' -ex 'info locals' -ex 'print point' -ex 'print ratios' -ex 'stepi' -ex 'nexti' \
  -ex 'print $_siginfo.si_signo' -ex 'tbreak change' -ex continue -ex 'print *point' -ex 'set var point->x = 100' -ex 'finish' \
  -ex 'print factorial(4)' -ex kill ./debugged
echo "-- watchpoints"
debug -ex 'set can-use-hw-watchpoints 0' -ex 'break change' -ex run -ex 'watch watched' -ex continue -ex 'info watchpoints' \
  -ex 'delete' -ex continue ./debugged
echo "-- signals and threads"
debug -ex 'handle SIGUSR1 stop print' -ex run -ex 'backtrace 1' -ex 'break in_thread' -ex continue -ex 'info threads' \
  -ex 'thread apply all backtrace 1' -ex 'delete' -ex continue ./debugged
echo "-- a crash"
debug -ex 'handle SIGUSR1 nostop noprint pass' -ex 'run crash' -ex backtrace -ex 'x/i $pc' -ex 'print $_siginfo._sifields._sigfault.si_addr' ./debugged
echo "-- calls"
debug -ex 'catch syscall 110' -ex 'catch exec' -ex 'catch fork' -ex run -ex continue -ex continue -ex continue -ex continue -ex continue --args sh -c 'exec sh -c "(exit 4); exit 5"'
echo "-- attached"
sleep 100 &
debug -p $! -ex 'print $orig_rax' -ex 'print $rax' -ex detach | grep '\$'
kill $!
wait $!
echo "status $?"
