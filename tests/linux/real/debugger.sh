# gdb on a small program: breakpoints, stack traces, steps, values, watchpoints, threads, signals, a crash, attaching.
cp /programs/debugged /programs/debugged.c .
export DEBUGINFOD_URLS=
debug() {
  cat > commands
  gdb -q -nx -batch -ex 'set width 0' -ex 'set print thread-events off' -ex 'set debuginfod enabled off' -x commands "$@" 2>&1 |
    grep -v -e '^\[New \(LWP\|Thread\|process\)' -e libthread_db -e '^warning: Error disabling' -e 'syscall XML' -e '^GDB will not' \
      -e '^any provided' |
    sed -E -e 's/0x[0-9a-f]+/ADDRESS/g' -e 's/(process|LWP) [0-9]+/\1 N/g' -e 's/Target Id +Frame/Target Id Frame/'
}
echo "-- breakpoints"
debug --args ./debugged one two <<'END'
handle SIGUSR1 nostop print pass
break factorial if n == 2
run
backtrace
info args
finish
up
info locals
delete
continue
END
echo "-- steps"
debug ./debugged <<'END'
break main
run
next
print point
print ratios
step
info locals
stepi
nexti
print $_siginfo.si_signo
tbreak change
continue
print *point
set var point->x = 100
finish
print factorial(4)
print point
kill
END
echo "-- watchpoints"
debug ./debugged <<'END'
set can-use-hw-watchpoints 0
break change
run
watch watched
continue
info watchpoints
END
echo "-- signals and threads"
debug ./debugged <<'END'
handle SIGUSR1 stop print
run
backtrace 1
break in_thread
continue
pipe info threads | wc -l
thread apply all print $_thread
backtrace 1
delete
continue
END
echo "-- a crash"
debug --args ./debugged crash <<'END'
handle SIGUSR1 nostop noprint pass
run
backtrace
print $_siginfo._sifields._sigfault.si_addr
END
echo "-- calls, forks and execve"
debug --args sh -c 'exec sh -c "(exit 4); exit 5"' <<'END'
catch exec
run
catch syscall 110
continue
continue
catch fork
continue
delete
continue
END
echo "-- attached"
sleep 100 &
# It has begun to sleep when its state says so and its name is no longer the shell's.
until [ "$(sed 's/^[0-9]* \(([a-z]*) [A-Z]\).*/\1/' /proc/$!/stat)" = '(sleep) S' ]; do :; done
debug -p $! <<'END' | grep '\$'
print $orig_rax
print $rax
detach
END
kill $!
wait $!
echo "status $?"
