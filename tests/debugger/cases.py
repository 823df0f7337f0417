"""What gdb must show. The machine is the one that machines.py prepares."""

import re

from shell.support import equal, match

from .machines import Failure

CASES = []
LINUX_CASES = []  # on a machine of machines.start_linux()
KOID = r"\d{4,}"


def case(function):
    CASES.append(function)
    return function


def koid_of(machine, name):
    return match(rf"^ *({KOID}) .* {name}$", machine.look("processes")).group(1)


def blocks(text):
    """The threads of `jacinth threads PROCESS` by name."""
    found = {}
    for block in re.split(r"^  (?=thread )", text, flags=re.MULTILINE)[1:]:
        found[match(r'"([^"]*)"', block).group(1)] = block
    return found


@case
def jobs_are_a_tree(machine):
    jobs = machine.look("jobs")
    match(rf'\Ajob {KOID} "root" ready\n  process {KOID} "userboot"\n', jobs)
    match(rf'^  process {KOID} "shell"$', jobs)
    match(rf'^  job {KOID} "shell-job" ready\n    process {KOID} "waiters"$', jobs)


@case
def processes_with_their_threads(machine):
    processes = machine.look("processes")
    threads = match(rf"^ *{KOID}  running +{KOID} +(\d+) +(\d+)  waiters$", processes)
    equal(threads.group(1), "7")
    if int(threads.group(2)) < 10:
        raise Failure("it has made more handles than that")


@case
def what_threads_wait_for(machine):
    text = machine.look("threads waiters")
    threads = blocks(text)
    expected = {
        "on-channel": ("WaitOne", rf"waits for Channel {KOID} \(peer {KOID}\) for signals 0x1"),
        "on-two": ("WaitMany", rf"(waits for (Event|Channel) {KOID} .*\n +){{2}}#0"),
        "on-reply": ("Channel", rf"waits for Channel {KOID} \(peer {KOID}\) for the reply to call 0x8\w{{7}}$"),
        "on-port": ("Port", rf"waits for Port {KOID} for a packet"),
        "on-futex": ("Futex", r"waits for futex at 0x\w+"),
        "on-clock": ("Sleeping", r"waits for the clock to show \d+\.\d{6} s"),
        "waiters": ("WaitOne", rf'waits for Thread {KOID} "on-clock" for signals 0x8'),
    }
    equal(sorted(threads), sorted(expected))
    for name, (reason, awaited) in expected.items():
        match(rf'"{name}", blocked: {reason}\n', threads[name])
        match(awaited, threads[name])


@case
def the_await_chain_names_the_coroutines(machine):
    text = machine.look("threads waiters")
    threads = blocks(text)
    innermost = {"on-channel": r"detail::wait_one_slowly  kernel/object/wait\.h",
                 "on-port": r"Port::wait_slowly  kernel/object/sync/port\.cc",
                 "on-futex": r"FutexContext::wait_slowly  kernel/object/sync/futex\.cc"}
    for name, function in innermost.items():
        match(rf"^ +#0 {function}:\d+$", threads[name])
    for block in threads.values():
        match(r"^ +#[1-9] Thread::run  kernel/object/task/thread_run.cc:\d+$", block)


@case
def registers_are_the_programs(machine):
    text, areas = machine.look("threads waiters"), machine.look("vmars waiters")
    for block in blocks(text).values():
        pc = int(match(r"\b(?:rip|pc) (0x[0-9a-f]{16})", block).group(1), 16)
        code = [area for area in re.findall(r"(0x\w+)-(0x\w+) r-x", areas) if int(area[0], 16) <= pc < int(area[1], 16)]
        equal(len(code), 1)


@case
def handles_with_their_rights(machine):
    handles = machine.look("handles waiters")
    match(rf"^  0x[0-9a-f]{{8}}  Channel {KOID} \(peer {KOID}\) +signals 0x2 +transfer read write signal signal-peer wait inspect$",
          handles)
    match(rf"^  0x[0-9a-f]{{8}}  Port {KOID} +signals 0x0 +dup transfer read write inspect$", handles)
    match(rf'^  0x[0-9a-f]{{8}}  Thread {KOID} "on-clock"', handles)


@case
def memory_objects_and_where_they_are_mapped(machine):
    vmos, areas = machine.look("vmos"), machine.look("vmars waiters")
    vdso = match(rf"^ *({KOID}) +\d+ +[1-9]\d* +[1-9]\d* +0 +0  paged +vdso/full$", vmos).group(1)
    match(r"\Aprocess \d+ \"waiters\"\n  0x\w+-0x\w+ vmar\n", areas)
    match(rf'^      0x\w+-0x\w+ r-x VMO {vdso} "vdso/full" from 0x\w+$', areas)
    stack = match(rf'^ +0x(\w+)-0x(\w+) rw- VMO {KOID} "thread-stack" from 0x0$', areas)
    equal(int(stack.group(2), 16) - int(stack.group(1), 16), 16 * 1024)


@case
def cpus_and_what_they_run(machine):
    match(r"\ACPU 0: (idle, or in the kernel's own loop|Thread .*|an activity .*); \d+ queued, [1-9]\d* switches$",
          machine.look("cpus"))


@case
def the_log_is_read_from_its_ring(machine):
    everything, last = machine.look("log"), machine.look("log 1")
    match(r"\A\[\d{5}\.\d{3}\] 00000:00000> jacinth on ", everything)
    equal(everything.splitlines()[-1], last)


@case
def objects_print_readably(machine):
    koid = koid_of(machine, "waiters")
    process, job, name, status, address = machine.ask(
        f"print $object({koid})->threads_", f"print $object({koid})->job_", f"print $object({koid})->name_",
        "print (jacinth::Status)-25", "print (jacinth::VirtAddr)4096")
    match(r"= IntrusiveList = \{(0x\w+, ){6}0x\w+\}", process)
    match(rf'Job {KOID} "shell-job"', job)
    match('"waiters"', name)
    match("= NotFound$", status)
    match("= VirtAddr 0x1000$", address)


@case
def broken_memory_ends_a_command_not_gdb(machine):
    koid = koid_of(machine, "waiters")
    # A list whose first node claims to be followed by itself; mended before gdb lets go.
    threads = f"$object({koid})->threads_"
    node = f"*(unsigned long*)(*(unsigned long*)&{threads})"
    answers = machine.ask(f"set $at = {node.removeprefix('*')}", "set $was = *$at", "set *$at = (unsigned long)$at",
                          "jacinth threads waiters", "set *$at = 0x10", "jacinth threads waiters",
                          f"print {threads}", "set *$at = $was", "jacinth processes")
    match("^The kernel's memory is not as it should be: the list at 0x\\w+ is broken after 1 elements$", answers[3])
    match("^The kernel's memory could not be read", answers[5])
    match("broken: Cannot access memory", answers[6])
    match(f"{koid}  running", answers[8])


@case
def wrong_names_are_refused(machine):
    answers = machine.ask("jacinth handles nobody", "jacinth handles", "print $object(5)")
    match("^There is no process nobody", answers[0])
    match("^usage: jacinth handles PROCESS", answers[1])
    match("^No process has a handle to an object 5", answers[2])


@case
def the_machine_goes_on_afterwards(machine):
    equal(machine.session.enter("echo still here").strip(), "still here")


def linux_case(function):
    LINUX_CASES.append(function)
    return function


@linux_case
def linux_programs_are_processes(machine):
    processes, threads = machine.ask("jacinth processes", "jacinth threads")
    match(rf"^ *{KOID}  running +{KOID} +1 +0  \w+$", processes)
    match(r"^      #\d linux::.*kernel/linux/time/\w+\.cc:\d+$", threads)
    match(r"#\d Thread::run +kernel/object/task/thread_run\.cc:\d+$", threads)
