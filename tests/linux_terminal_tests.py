#!/usr/bin/env python3
"""Interactive programs on a terminal: Jacinth is started on a pseudo-terminal, typed at, and its screen is read.

    tests/linux_terminal_tests.py JACINTH ROOT [--machine NAME]

ROOT is a directory with a root file system that has bash and busybox. The shell edits lines, completes names, controls
jobs; vi edits a file; the window's size is passed on; the host's terminal is as it was in the end. With --machine, JACINTH
is the kernel of a machine in QEMU, whose console is the terminal.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable

import cases
from linux_tests import reset_signals

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "scripts"
SECONDS = 60
ROWS, COLUMNS = 30, 100
LIBRARIES = ("lib64/ld-linux-x86-64.so.2", "lib/x86_64-linux-gnu/libc.so.6", "lib/x86_64-linux-gnu/libtinfo.so.6")


class Session:
    """A program on a terminal of its own, which somebody types at."""

    def __init__(self, command: list[str]):
        self.master, self.slave = pty.openpty()
        self.resize(ROWS, COLUMNS)
        self.settings = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(command, stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                        preexec_fn=self.control)  # fmt: skip
        self.seen = ""

    def control(self) -> None:
        reset_signals()
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def read_some(self, limit: float) -> bool:
        if not select.select([self.master], [], [], limit)[0]:
            return False
        try:
            self.seen += os.read(self.master, 65536).decode(errors="replace")
            # QEMU leaves it to the host's terminal to end lines as well.
            self.seen = self.seen.replace("\r\r\n", "\r\n")
        except OSError:
            return False
        return True

    def expect(self, pattern: str) -> str:
        """Reads until the screen matches; forgets what came up to there and returns it."""
        end = time.monotonic() + SECONDS
        while not (found := re.search(pattern, self.seen)):
            if time.monotonic() > end or (self.process.poll() is not None and not self.read_some(0)):
                raise AssertionError(f"no {pattern!r} in {self.seen!r}")
            self.read_some(0.2)
        text, self.seen = self.seen[: found.end()], self.seen[found.end() :]
        return text

    def run(self, line: str, pattern: str) -> str:
        """Types a line, sees its echo's end, and what it prints."""
        self.type(line + "\r")
        self.expect(r"\n")
        text = self.expect(pattern)
        self.expect(PROMPT)
        return text

    def press_until(self, keys: str, pattern: str) -> None:
        """Presses keys again until somebody is there to hear them."""
        end = time.monotonic() + SECONDS
        while not re.search(pattern, self.seen) and time.monotonic() < end:
            self.type(keys)
            again = time.monotonic() + 5
            while not re.search(pattern, self.seen) and time.monotonic() < again:
                self.read_some(0.2)
        self.expect(pattern)

    def ask_until(self, line: str, pattern: str) -> None:
        """Runs a command until it answers so."""
        end = time.monotonic() + SECONDS
        while True:
            self.type(line + "; echo answered\r")
            self.expect(r"\n")
            if re.search(pattern, self.expect(r"answered\r\n")):
                break
            if time.monotonic() > end:
                raise AssertionError(f"{line!r} never answered {pattern!r}")
            self.expect(PROMPT)
        self.expect(PROMPT)

    def finish(self, status: int) -> None:
        end = time.monotonic() + SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            self.read_some(0.1)
        if self.process.poll() is None:
            self.process.kill()
            raise AssertionError(f"no end; screen {self.seen!r}")
        if self.process.returncode != status:
            raise AssertionError(f"status {self.process.returncode}; screen {self.seen!r}")
        if termios.tcgetattr(self.slave) != self.settings:
            raise AssertionError("the terminal is not as it was")


PROMPT = r"ready> "


def start_bash(command: list[str]) -> Session:
    session = Session([*command, "--env=PS1=ready> ", "--env=TERM=vt100", "--env=PATH=/bin:/usr/bin", "--",
                       "/bin/bash", "--norc", "--noprofile", "-i"])  # fmt: skip
    session.expect(PROMPT)
    return session


def test_lines_are_edited(command: list[str]) -> None:
    session = start_bash(command)
    session.run("echo wrong\x7f\x7f\x7f\x7f\x7fright", r"right\r\n")
    # To the start of the line, a word, to the end; then the same line again from the history.
    session.run("hello\x01echo \x05 there", r"hello there\r\n")
    session.run("\x10", r"hello there\r\n")
    session.run("echo one two\x17three", r"one three\r\n")
    session.run("mkdir /tmp/a-long-name; echo made", r"made\r\n")
    session.run("cd /tmp/a-lo\t && pwd", r"/tmp/a-long-name\r\n")
    session.type("exit 7\r")
    session.finish(7)


def test_terminal_is_there(command: list[str]) -> None:
    session = start_bash(command)
    session.run("tty", r"/dev/console\r\n")
    session.run("stty size", rf"{ROWS} {COLUMNS}\r\n")
    session.run("[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all three", r"all three\r\n")
    session.run("echo to the terminal > /dev/tty", r"to the terminal\r\n")
    session.run("trap 'echo resized' WINCH", "")
    session.resize(40, 120)
    session.press_until("\r", r"resized")
    session.run("stty size", r"40 120\r\n")
    session.type("\x04")
    session.finish(0)


def test_jobs_are_controlled(command: list[str]) -> None:
    session = start_bash(command)
    session.type("sleeper\r")
    session.expect(r"asleep\r\n")  # a shell's child that is stopped before it is the program confuses the shell
    session.press_until("\x1a", r"Stopped +sleeper")
    session.expect(PROMPT)
    session.run("jobs", r"\[1\]\+ +Stopped +sleeper\r\n")
    session.run("bg", r"sleeper &\r\n")
    session.run("jobs", r"\[1\]\+ +Running +sleeper &\r\n")
    session.type("fg\r")
    session.expect(r"sleeper\r\n")
    session.press_until("\x03", PROMPT)
    session.run("echo status $?", r"status 130\r\n")
    session.type("cat &\r")
    session.expect(r"\[1\] \d+\r\n")
    session.expect(PROMPT)
    session.ask_until("jobs", r"\[1\]\+ +Stopped +cat\r\n")
    session.run("kill %1; wait; echo gone", r"gone\r\n")
    # Pressed again, as bash looks at a signal at the next key when it came just before it waits for keys.
    session.press_until("\x03", rf"\^C\r\n{PROMPT}")
    session.type("exit\r")
    session.finish(130)


def test_vi_edits_a_file(command: list[str]) -> None:
    session = start_bash(command)
    session.run("printf 'first\\nsecond\\n' > /tmp/file; echo made", r"made\r\n")
    session.type("vi /tmp/file\r")
    session.expect(r"second")
    session.type("jonew line\x1b")
    session.expect(r"- /tmp/file \[Modified\]")  # vi would take what follows at once for a function key
    session.type(":wq\r")
    session.expect(PROMPT)
    session.run("cat /tmp/file", r"first\r\nsecond\r\nnew line\r\n")
    session.type("exit\r")
    session.finish(0)


def test_a_killed_program(command: list[str]) -> None:
    session = Session([*command, "--", "/bin/busybox", "sh", "-c", "echo ready; exec cat"])
    session.expect(r"ready\r\n")  # what is typed before, the host's terminal shows as well
    session.type("echo\r")
    session.expect(r"echo\r\necho\r\n")
    session.type("\x03")
    session.finish(128 + signal.SIGINT)


def test_busybox_shell(command: list[str]) -> None:
    """What works without bash, so on every machine."""
    session = Session([*command, "--env=PS1=ready> ", "--env=TERM=vt100", "--env=PATH=/bin:/usr/bin", "--",
                       "/bin/sh", "-i"])  # fmt: skip
    session.expect(PROMPT)
    session.run("echo wrong\x7f\x7f\x7f\x7f\x7fright", r"right\r\n")
    session.run("tty; stty size", rf"/dev/console\r\n{ROWS} {COLUMNS}\r\n")
    # A line that the kernel edits, and an end of input. The shell edits its own ones until it prints.
    session.type("echo started; cat\r")
    session.expect(r"\nstarted\r\n")
    session.type("onf\x7fe\r")
    session.expect(r"\none\r\n")
    session.type("\x04")
    session.expect(PROMPT)
    session.type("echo started; cat\r")
    session.expect(r"\nstarted\r\n")
    session.type("echoed\r")
    session.expect(r"echoed\r\nechoed\r\n")
    session.type("\x03")
    session.expect(PROMPT)
    session.run("echo status $?", r"status 130\r\n")
    session.type("exit 7\r")
    session.finish(7)


TESTS: list[Callable[[list[str]], None]] = [
    test_lines_are_edited,
    test_terminal_is_there,
    test_jobs_are_controlled,
    test_vi_edits_a_file,
    test_a_killed_program,
    test_busybox_shell,
]
MACHINE_TESTS = [test_busybox_shell]


def base_archive(architecture: str = "") -> pathlib.Path:
    made = subprocess.run([SCRIPTS / "rootfs", f"busybox{architecture}"], check=True, capture_output=True, text=True)
    return pathlib.Path(made.stdout.strip())


def make_root(root: pathlib.Path) -> pathlib.Path:
    """A copy of the base root with this system's bash."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(base_archive().with_suffix(""), root, symlinks=True)
    for library in LIBRARIES:
        (root / library).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/" + library, root / library)
    shutil.copy("/bin/bash", root / "bin/bash")
    sleeper = root / "bin/sleeper"
    sleeper.write_text("#!/bin/sh\necho asleep\nexec sleep 1000\n")
    sleeper.chmod(0o755)
    return root


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jacinth", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path, help="where to make a root file system")
    parser.add_argument("--machine", help="as scripts/machine names it")
    parser.add_argument("--only", nargs="+", default=[])
    options = parser.parse_args()
    if options.machine:
        tests = MACHINE_TESTS
        command = [str(SCRIPTS / "machine"), options.machine, "--kernel", str(options.jacinth), "--cpus", "2",
                   "--root", str(base_archive("" if options.machine == "x86_64" else ".riscv64"))]  # fmt: skip
    else:
        tests = TESTS
        command = [str(options.jacinth), "linux", "--copy", "--root", str(make_root(options.root))]
    return cases.run_each([test for test in tests if not options.only or test.__name__ in options.only], command)


if __name__ == "__main__":
    sys.exit(main())
