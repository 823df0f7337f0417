# What strace sees of a shell: each process's calls by themselves, in the order of their numbers, without those and
# without addresses. When children end is chance, and so is left out.
normal() {
  for file in $(ls "$1".* | sort -t . -k 2 -n); do
    echo "-- a process"
    grep -v -e SIGCHLD -e ERESTARTSYS -e rt_sigreturn "$file" |
      sed -E -e 's/0x[0-9a-f]+/ADDRESS/g' -e 's/\b(pid|si_pid|child_tidptr)=[0-9A-Z]+/\1=N/g' \
        -e 's/^(wait4|kill|tgkill)\(-?[0-9]+(, [0-9]+, )?/\1(N/' -e 's/ += /  = /' \
        -e '/^(fork|vfork|wait4|clone|clone3|getpid|getppid|set_tid_address|gettid)\(/s/= [0-9]+$/= N/'
  done
}
strace -ff -o calls -e trace='!rseq,getrandom,prlimit64,fstat,newfstatat,brk' -e abbrev=none \
  sh -c 'echo one | tr a-z A-Z; cat /nowhere; exit 3'
echo "status $?"
normal calls
strace -ff -qq -o signals -e trace=execve,exit_group,pause,kill sh -c 'kill -USR1 $$'
echo "status $?"
normal signals
strace -f -o killed -e trace=none sh -c 'sh -c "kill -KILL $$"; kill -TERM $$'
echo "status $?"
# Who ends first, the killer or the killed, is chance.
sed 's/^[0-9]* *//' killed | grep -v SIGCHLD | sort
strace -c -o counts true && grep -c execve counts
