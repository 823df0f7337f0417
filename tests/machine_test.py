#!/usr/bin/env python3
"""A bare machine seen from outside: how fast it starts, how small it is, how it ends, what a panic tells.

usage: machine_test.py BUILD MACHINE [NAME…]         MACHINE as scripts/machine has it

Prints `N passed, M failed`.
"""

import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import traceback

from shell.session import Failure, Session

BUILD = pathlib.Path(sys.argv[1]).resolve()
MACHINE = sys.argv[2]
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


def command(*options: str) -> list[str]:
    return [str(SCRIPT), MACHINE, str(IMAGE), "--kernel", str(KERNEL), *options]


def program(text: str, *options: str) -> subprocess.CompletedProcess:
    """Boots `text`, a program with its arguments, instead of the shell."""
    return subprocess.run(command("--cmdline", f"userboot={text}", *options), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=PATIENCE, check=False, text=True, errors="replace")


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Failure(what)


# --- Figures.


@case
def the_image_is_at_most_a_mebibyte_and_a_half():
    check(KERNEL.stat().st_size <= 3 << 19, f"{KERNEL.stat().st_size} bytes")


@case
def the_prompt_comes_within_a_second():
    best = 9.0
    for _ in range(5):  # other tests run at the same time
        started = time.monotonic()
        with Session(command("--cpus", "1")):
            best = min(best, time.monotonic() - started)
    print(f"    boot to prompt: {best:.2f} s")
    check(best <= 1.0, f"{best:.2f} s")


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


@only_x86_64
def the_old_board_works():
    check(program("bin/return+3", "--board", "pc").returncode == 3, "no status 3")


@only_x86_64
def sixty_four_cpus_start():
    with Session(command("--cpus", "64")) as session:
        session.enter("threads")


# --- Devices.


@only_x86_64
def a_virtio_console_is_one_more_console():
    with tempfile.TemporaryDirectory() as place:
        path = f"{place}/console"
        devices = ["-device", "virtio-serial-pci", "-chardev", f"socket,id=virtio,path={path},server=on,wait=off",
                   "-device", "virtconsole,chardev=virtio"]
        with Session(command("--", *devices)) as session, socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(path)
            line.sendall(b"echo one two | wc\r")
            session.expect("1 2 8")
            seen = b""
            while b"1 2 8" not in seen:
                seen += line.recv(4096)


# --- The end.


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
    for pattern in (r"panic on CPU \d: non-maskable interrupt", r"rip ffffffff8[0-9a-f]+",
                    r"\d [0-9a-f]{16} \w+::\w+", r"CPU 0: ", r"CPU 1: "):
        check(re.search(pattern, text) is not None, f"nothing like {pattern} in {text[-2000:]}")


def main() -> int:
    chosen = [c for c in CASES if len(sys.argv) == 3 or c.__name__ in sys.argv[3:]]
    failed = 0
    for one in chosen:
        try:
            one()
            print(f"ok {one.__name__}", flush=True)
        except Exception as error:  # a test that breaks is one that fails
            failed += 1
            print(f"FAILED {one.__name__}: {error}", flush=True)
            if not isinstance(error, Failure):
                traceback.print_exc()
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
