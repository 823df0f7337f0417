#!/usr/bin/env python3
"""A bare machine seen from outside: how fast it starts, how small it is, how it ends, what a panic tells.

usage: machine_test.py BUILD MACHINE [NAME…]         MACHINE as scripts/machine has it, /none: without firmware

Prints `N passed, M failed`.
"""

import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import traceback

from shell.session import Failure, Session, Skipped

BUILD = pathlib.Path(sys.argv[1]).resolve()
MACHINE, _, FIRMWARE = sys.argv[2].partition("/")
RISCV = MACHINE != "x86_64"
KERNEL = BUILD / "bin" / f"jacinth-{'riscv64' if RISCV else 'x86_64'}"
IMAGE = BUILD / "bin" / ("default.riscv64.zbi" if RISCV else "default.zbi")
SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "scripts" / "machine"
PATIENCE = 60  # seconds
CASES = []


def case(function):
    CASES.append(function)
    return function


def only_x86_64(function):
    if not RISCV:
        CASES.append(function)
    return function


def command(*options: str, image: pathlib.Path = IMAGE) -> list[str]:
    firmware = ["--firmware", FIRMWARE] if FIRMWARE else []
    return [str(SCRIPT), MACHINE, str(image), "--kernel", str(KERNEL), *firmware, *options]


def program(text: str, *options: str) -> subprocess.CompletedProcess:
    """Boots `text`, a program with its arguments, instead of the shell."""
    return subprocess.run(command("--cmdline", f"userboot={text}", *options), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=PATIENCE, check=False, text=True, errors="replace")


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Failure(what)


# --- Figures.


@case
def the_image_is_hardly_more_than_a_mebibyte():
    check(KERNEL.stat().st_size <= 1.06 * (1 << 20), f"{KERNEL.stat().st_size} bytes")


@case
def little_memory_is_used_at_the_prompt():
    with Session(command("--memory", "64M")) as session:
        text = session.enter("mem")
    free = re.search(r"^free\s+(\d+)", text, re.MULTILINE)
    check(free is not None, text)
    used = 64 * 1024 - int(free[1])  # with the kernel's own image
    print(f"    RAM used at the prompt: {used} KiB")
    check(used <= 8 * 1024, f"{used} KiB used")


# --- Small and large machines.


def refused(says: str, *options: str) -> None:
    """The script complains, with one line at the end, before there is a machine."""
    ran = subprocess.run(command(*options), stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False,
                         text=True)
    last = ran.stderr.splitlines()[-1] if ran.stderr else ""
    check(ran.returncode == 2 and re.search(says, last) is not None, f"status {ran.returncode}: {ran.stderr}")


@case
def sizes_that_cannot_be_are_refused():
    refused("--cpus: .* 1 to ", "--cpus", "0")
    refused("--cpus: .* 1 to ", "--cpus", "65")
    refused("--cpus: .*many", "--cpus", "many")
    refused("--memory: at least 32M", "--memory", "31M")
    refused("--memory: not a size", "--memory", "1.5G")
    refused("--memory: .* at most", "--memory", "9999G")
    refused("no such file", "--kernel", "/nonexistent")


@case
def thirty_two_mebibytes_are_enough():
    with Session(command("--memory", "32M")) as session:
        check("hello" in session.enter("echo hello"), "no answer")


@case
def the_shell_survives_a_program_that_takes_all_memory():
    with Session(command("--memory", "32M")) as session:
        text = session.enter("threads 100000")
        check(re.search("^threads: ", text, re.MULTILINE) is not None, text)
        check(session.enter("echo alive") == "alive\n", "it is not alive")
        text = session.enter("hog")
        check(re.search(r"^hog: \d+ MiB: ZX_ERR_NO_MEMORY$", text, re.MULTILINE) is not None, text)
        check(session.enter("echo alive") == "alive\n", "it is not alive")
        check("hog: 4 MiB: ZX_OK" in session.enter("hog 4"), "the memory did not come back")


@only_x86_64
def the_old_board_works():
    check(program("bin/return+3", "--board", "pc").returncode == 3, "no status 3")


@only_x86_64
def a_processor_that_will_not_do_is_told():
    for model, lacks in (("Nehalem", "XSAVE"), ("qemu32", "64-bit mode")):
        ran = program("bin/true", "--processor", model)
        check(ran.returncode == 1 and f"jacinth: this machine has no {lacks}" in ran.stdout,
              f"{model}: status {ran.returncode}: {ran.stdout}")


@case
def all_cpus_start():
    most = {"x86_64": 64, "riscv64": 8, "sifive_u": 4}[MACHINE]
    for cpus in (2, most):
        with Session(command("--cpus", str(cpus))) as session:
            check(f"8 threads, sum 8000" in session.enter("threads 8"), "the threads do not add up")
            session.send("dmesg\r")
            session.expect(rf"{cpus} CPUs")


def opensbi() -> bytes:
    told = subprocess.run(["qemu-system-riscv64", "-L", "help"], capture_output=True, check=True, text=True).stdout
    for folder in told.splitlines():
        file = pathlib.Path(folder) / "opensbi-riscv64-generic-fw_dynamic.bin"
        if file.exists():
            return file.read_bytes()
    raise Skipped("QEMU brings no OpenSBI")


@case
def harts_may_come_in_where_the_boot_hart_did():
    """OpenSBI 1.1 marks a hart as to be started, then notes where and with what: here it forgets one or both."""
    if MACHINE != "riscv64" or FIRMWARE:
        raise Skipped("it is about OpenSBI")
    code, noting, nothing = opensbi(), bytes.fromhex("23385901 233c4901"), bytes.fromhex("13000000")
    if code.count(noting) != 1:  # sd s5, 16(s2); sd s4, 24(s2)
        raise Skipped("it is another version")
    for instead in (nothing + noting[4:], 2 * nothing):
        with tempfile.NamedTemporaryFile() as firmware:
            firmware.write(code.replace(noting, instead))
            firmware.flush()
            with Session(command("--cpus", "4", "--", "-bios", firmware.name)) as session:
                check("8 threads, sum 8000" in session.enter("threads 8"), "the threads do not add up")


@case
def unknown_kernel_options_are_told():
    ran = program("bin/true", "--qemu=-append", "--qemu=kernel.speed=9 userboot=bin/return+4")
    check(ran.returncode == 4 and "jacinth: ignored option kernel.speed=9" in ran.stdout, ran.stdout)


# --- Devices.


@case
def a_virtio_console_is_one_more_console():
    if MACHINE == "sifive_u":
        raise Skipped("the board has no virtio")
    with tempfile.TemporaryDirectory() as place:
        path = f"{place}/console"
        devices = ["-device", "virtio-serial-device" if RISCV else "virtio-serial-pci",
                   "-chardev", f"socket,id=virtio,path={path},server=on,wait=off",
                   "-device", "virtconsole,chardev=virtio"]
        with Session(command("--", *devices)) as session, socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(path)
            line.sendall(b"echo one two | wc\r")
            session.expect("1 2 8")
            seen = b""
            while b"1 2 8" not in seen:
                seen += line.recv(4096)


# --- Processors.


@case
def vector_registers_are_kept():
    if MACHINE != "riscv64":
        raise Skipped("the core tests try them on every boot" if not RISCV else "the board's harts have none")
    image = str(BUILD / "bin" / "core-tests.riscv64.zbi")
    tried = [part if part != str(IMAGE) else image for part in command(
        "--processor", "rv64,v=true,vlen=256", "--cpus", "2", "--cmdline", "userboot=bin/core-tests+vectors_riscv64.*")]
    ran = subprocess.run(tried, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False, text=True)
    check(ran.returncode == 0 and "2 passed, 0 failed" in ran.stdout, ran.stdout[-2000:])
    check("has no vector registers" not in ran.stdout, ran.stdout)


# --- Debuggers.


@case
def it_waits_for_a_debugger():
    if MACHINE == "sifive_u":
        raise Skipped("QEMU shows a debugger its harts as two machines")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    gdb = ["gdb-multiarch", "-nx", "-batch", f"{KERNEL}.debug", "-ex", "set tcp connect-timeout 30",
           "-ex", f"target remote 127.0.0.1:{port}", "-ex", "hbreak jacinth::kernel_main", "-ex", "continue",
           "-ex", "backtrace 1", "-ex", "kill"]
    with subprocess.Popen(command("--gdb", "--gdb-port", str(port)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as process:
        try:
            told = subprocess.run(gdb, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=PATIENCE, check=False, text=True).stdout
        finally:
            process.kill()
        printed = process.communicate(timeout=PATIENCE)[0]
    tells(told, r"Breakpoint 1, .*kernel_main", r"#0 .*kernel_main")
    check("jacinth$" not in printed, f"it has not waited: {printed}")


@case
def a_timer_that_interrupts_too_early_is_set_again():
    """As QEMU's may on a busy host. Lost, it would leave the CPU to whichever of two programs has it, for ever."""
    if MACHINE != "riscv64":
        raise Skipped("it takes a timer interrupt that a debugger can raise")
    with tempfile.TemporaryDirectory() as place:
        path = f"{place}/gdb"
        with Session(command("--cpus", "1", "--", "-chardev", f"socket,path={path},server=on,wait=off,id=gdb",
                             "-gdb", "chardev:gdb")) as session:
            for number in (1, 2):
                session.send("spin &\r")
                session.expect(rf"\[{number}\] spin")
            # When a program is about to go on with its time slice the interrupt comes; the next time it has been dealt
            # with, and only the end of the slice can bring us there once more.
            gdb = ["gdb-multiarch", "-nx", "-batch", f"{KERNEL}.debug", "-ex", f"target remote {path}",
                   "-ex", "hbreak go_on", "-ex", "continue", "-ex", "set $mip = $mip | 0x20", "-ex", "continue",
                   "-ex", "continue", "-ex", "kill"]
            told = subprocess.run(gdb, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=PATIENCE, check=False, text=True).stdout
    check(len(re.findall(r"Breakpoint 1, ", told)) == 3, told)


# --- The end.


@case
def another_kernel_goes_on():
    """zx_system_mexec: the shell's command, given this very kernel as a file, leads to a prompt again, and once more."""
    zbi = str(BUILD / "bin" / "zbi")
    with tempfile.TemporaryDirectory() as place:
        image = pathlib.Path(place) / "image.zbi"
        subprocess.run([zbi, "extract", "-C", f"{place}/files", str(IMAGE)], check=True, capture_output=True)
        subprocess.run([zbi, "create", "-o", str(image), "--compress", "zstd", "--directory", f"{place}/files",
                        "--file", f"kernel={KERNEL}"], check=True, capture_output=True)
        with Session(command("--cpus", "4", image=image)) as session:
            if FIRMWARE == "none":
                check("NOT_SUPPORTED" in session.enter("mexec kernel"), "the firmware goes with the kernel")
                return
            check("INVALID_ARGS" in session.enter("mexec bin/true"), "a program is no kernel")
            check("NOT_FOUND" in session.enter("mexec nothing"), "no such file")
            for _ in range(2):
                session.send("mexec kernel\r")
                session.expect("Welcome to Jacinth")
                session.expect_prompt()
                check("8 threads, sum 8000" in session.enter("threads 8"), "the threads do not add up")
            session.send("exit 7\r")
            check(session.status() == 7, f"status {session.process.returncode}")


@case
def the_program_decides_the_status():
    check(program("bin/return+7").returncode == 7, "no status 7")
    check(program("bin/return+200").returncode == 200, "no status 200")


@case
def leaving_the_shell_powers_off():
    with Session(command()) as session:
        session.send("exit 5\r")
        check(session.status() == 5, f"status {session.process.returncode}")


@case
def control_a_x_leaves():
    with Session(command()) as session:
        session.send("\x01x")
        session.status()


# --- Panics.


def monitor(path: str, text: str) -> None:
    """Tells QEMU's monitor something, once it asks."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE)
        line.connect(path)
        seen = b""
        while b"(qemu) " not in seen:
            seen += line.recv(4096)
        line.sendall(text.encode() + b"\n")
        # Until it has ended, or asks for more: a line that is closed may not be read to its end.
        seen = b""
        while b"(qemu) " not in seen and (more := line.recv(4096)):
            seen += more


@only_x86_64
def a_panic_tells_where_and_what():
    with tempfile.TemporaryDirectory() as place:
        path = f"{place}/monitor"
        with Session(command("--cpus", "2", "--", "-monitor", f"unix:{path},server,nowait")) as session:
            monitor(path, "nmi")
            status = session.status()
        text = session.screen.decode(errors="replace")
    check(status == 134, f"status {status}: {text[-2000:]}")
    tells(text, r"panic on CPU \d: non-maskable interrupt", r"rip ffffffff8[0-9a-f]+", r"\d [0-9a-f]{16} \w+::\w+",
          r"CPU 0: ", r"CPU 1: ")


def tells(text: str, *patterns: str) -> None:
    for pattern in patterns:
        check(re.search(pattern, text) is not None, f"nothing like {pattern} in {text[-2000:]}")


@case
def a_panic_shows_the_running_threads():
    with Session(command("--cpus", "2")) as session:
        session.enter("spin &")
        session.send("k panic\r")
        status = session.status()
        text = session.screen.decode(errors="replace")
    check(status == 134, f"status {status}: {text[-2000:]}")
    tells(text, r"panic on CPU \d: asked for by a debug command", r" \d ffffffff8[0-9a-f]{7} \S*sys_debug_send_command\+",
          r" \d ffffffff8[0-9a-f]{7} \S*ZirconPersonality::spot_server", r"\d ffffffff8[0-9a-f]{7} \S*Thread::run",
          r"\d ffffffff8[0-9a-f]{7} \S*Executor::run\+", r"CPU \d: thread \d+ \(k\) of process \d+ \(k\)",
          r"CPU \d: thread \d+ \(spin\) of process \d+ \(spin\)")


def main() -> int:
    chosen = [c for c in CASES if len(sys.argv) == 3 or c.__name__ in sys.argv[3:]]
    passed = failed = 0
    for one in chosen:
        try:
            one()
            passed += 1
            print(f"ok {one.__name__}", flush=True)
        except Skipped as why:
            print(f"skipped {one.__name__}: {why}", flush=True)
        except Exception as error:  # a test that breaks is one that fails
            failed += 1
            print(f"FAILED {one.__name__}: {error}", flush=True)
            if not isinstance(error, Failure):
                traceback.print_exc()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
