"""Crashes, the tools, shared libraries."""

import pathlib
import re
import subprocess
import tempfile

from .session import DEADLINE, ENTER, Failure, Skipped
from .support import ARCHITECTURE, BUILD, LEAST_MEMORY, batch, case, edited, equal, match, only_on_host, shell


# --- Crashes.


def crashes(how, report):
    with shell() as session:
        said = session.enter("crash " + how)
        match(report, said)
        equal(said.count("\n"), 1)  # the shell tells it, and the kernel keeps it in its log
        match(r"crash \[\d+\], thread crash \[\d+\]: ", session.enter("dmesg"))
        equal(session.enter("echo alive"), "alive\n")


@case
def a_bad_read_is_reported():
    crashes("read", "crash: page fault: read at 0x10, pc 0x")


@case
def a_bad_write_is_reported():
    crashes("write", "crash: page fault: write at 0x20, pc 0x")


@case
def a_bad_jump_is_reported():
    crashes("execute", "crash: page fault: execution at 0x30, pc 0x30")


@case
def the_kernels_memory_is_out_of_reach():
    crashes("kernel", "crash: (page|general) fault")


@case
def dividing_by_zero_is_reported():
    if ARCHITECTURE == "riscv64":
        raise Skipped("the processor takes it for a number")
    crashes("divide", "crash: general fault, pc 0x")


@case
def an_undefined_instruction_is_reported():
    crashes("undefined", "crash: undefined instruction, pc 0x")


@case
def a_stack_overflow_is_reported():
    crashes("stack", "crash: page fault: write at 0x")


# --- Tools.


@case
def ps_shows_the_tree():
    with shell() as session:
        for _ in range(50):  # both threads may still be on their way to where they wait
            text = session.enter("ps -t")
            if re.search(r"in port +shell$", text, re.MULTILINE) and re.search(r"in interrupt +console-input$", text, re.MULTILINE):
                break
        match(r"^TASK +STATE +PRIV/K +SHARE/K +MAP/K +NAME$", text)
        match(r"^job \d+ +root$", text)
        match(r"^  process \d+ +started +\d+ +\d+ +\d+ +userboot$", text)
        match(r"^  process \d+ +started +\d+ +\d+ +\d+ +shell$", text)
        match(r"^    thread \d+ +in port +shell$", text)
        match(r"^    thread \d+ +in interrupt +console-input$", text)
        match(r"^    process \d+ +started +\d+ +\d+ +\d+ +ps$", text)


def koid_of(session, name):
    return match(rf"process (\d+) .* {name}$", session.enter("ps")).group(1)


@case
def kill_ends_a_process():
    with shell() as session:
        session.enter("spin &")
        session.send("kill " + koid_of(session, "spin") + ENTER)
        session.expect(r"\[1\] killed: spin")


@case
def kill_ends_a_job():
    with shell() as session:
        session.enter("sleep 1000 | spin &")
        job = match(r"job (\d+) +shell-job\n +process \d+ .* sleep$", session.enter("ps")).group(1)
        session.send(f"kill {job}" + ENTER)
        session.expect(r"\[1\] killed: sleep 1000 \| spin")


@case
def kill_of_nobody_fails():
    with shell() as session:
        equal(session.enter("kill 1 x"),
              "kill: 1: no such job or process\nkill: x: no such job or process\nkill: exited with 1\n")


@case
def handles_lists_a_process_handles():
    with shell() as session:
        text = session.enter("handles " + koid_of(session, "shell"))
        match(r"^ +HANDLE  TYPE +KOID +RELATED  RIGHTS$", text)
        match(r"^0x[0-9a-f]{8}  process +\d+ +\d+  [-a-zA-Z]{20}$", text)
        match(r"^0x[0-9a-f]{8}  port ", text)
        equal(int(match(r"^(\d+) handles$", text).group(1)), text.count("0x"))


@case
def vmaps_lists_mappings():
    with shell() as session:
        text = session.enter("vmaps " + koid_of(session, "shell"))
        match(r"^0x[0-9a-f]{12}-0x[0-9a-f]{12} +\d+K shell$", text)
        match(r"^ +0x[0-9a-f]{12}-0x[0-9a-f]{12} r-x +\d+K +\d+ pages  \d+@0x[0-9a-f]+ vdso", text)
        match(r"^ +0x[0-9a-f]{12}-0x[0-9a-f]{12} rw- +\d+K +\d+ pages  \d+@0x0 stack$", text)


@case
def mem_adds_up():
    with shell() as session:
        text = session.enter("mem")
        total, free = (int(match(rf"^{name} +(\d+) KiB$", text).group(1)) for name in ("total", "free"))
        if not 0 < free < total:
            raise Failure(f"{free} of {total} KiB are free")


@case
def dmesg_shows_the_log():
    with shell("--log", "debug") as session:
        match(r"^\[ *\d+\.\d{6}\] +\d+ debug +jacinth on (host|x86_64|riscv64)", session.enter("dmesg"))


@case
def ls_and_cat_show_files():
    with shell() as session:
        match(r"^bin/echo$", session.enter("ls"))
        match(r"^ +\d+  motd$", session.enter("ls -l"))
        equal(session.enter("ls motd"), "motd\n")
        equal(session.enter("ls nothing"), "ls: nothing: no such file\nls: exited with 1\n")
        equal(session.enter("cat nothing"), "cat: nothing: no such file\ncat: exited with 1\n")


@case
def time_says_how_long():
    with shell() as session:
        seconds = float(match(r"^time: (\d+\.\d{6}) s$", session.enter("time sleep 0.1")).group(1))
        if not 0.1 <= seconds < DEADLINE:
            raise Failure(f"{seconds} s")


@case
def trace_shows_the_calls_of_one_program():
    with shell() as session:
        text = session.enter("trace true")
        match(r"^\d+: syscall channel_read\(.*\) -> OK$", text)
        match(r"^\d+: syscall process_exit\(retcode=0\)$", text)
        equal(session.enter("true"), "")


@case
def help_names_built_ins_and_programs():
    with shell() as session:
        text = session.enter("help")
        match(r"^  trace COMMAND +print", text)
        match(r"(?s)Programs:.*pingpong", text)


@case
def a_program_that_takes_all_memory_does_not_take_the_shell_along():
    with shell("--memory", LEAST_MEMORY) as session:
        match("^threads: ", session.enter("threads 100000"))
        equal(session.enter("echo alive"), "alive\n")


@case
def threads_add_up():
    edited("threads 8", "8 threads, sum 8000\n")


@case
def pingpong_gives_a_figure():
    with shell() as session:
        match(r"^1000 round trips, \d+ ns each$", session.enter("pingpong 1000"))


# --- Shared libraries.


@case
def a_program_finds_its_shared_library():
    edited("greeting you me",
           "Hello, you, from a shared library!\nHello, me, from a shared library!\n2 greetings\n")


@case
def userboot_serves_libraries_too():
    result = batch("", "--cmdline", "userboot=bin/greeting+you")
    equal((result.stdout, result.returncode), (b"Hello, you, from a shared library!\n1 greetings\n", 0))


def small_image(folder, *names):
    image = f"{folder}/small.zbi"
    user = BUILD / "user" / ARCHITECTURE
    files = [f"{name}={user / pathlib.Path(name).name}" for name in names]
    subprocess.run([str(BUILD / "bin/zbi"), "create", "-o", image, "--file", *files], check=True)
    return image


@case
def a_missing_library_is_told():
    only_on_host("its userboot does not take orders from a terminal")
    with tempfile.TemporaryDirectory() as folder:
        image = small_image(folder, "bin/shell", "bin/greeting", "lib/ld.so.1")
        result = batch("greeting\n", image=image)
        match(r"ld.so.1: libgreeting.so: no such library", result.stdout.decode())
        equal(result.returncode, 127)
