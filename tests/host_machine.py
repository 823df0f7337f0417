#!/usr/bin/env python3
"""The host machine seen from outside: exit statuses, signals, the terminal, what it leaves behind.

Usage: host_machine.py BIN_DIRECTORY. Prints `N passed, M failed`.
"""

import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import termios

import cases

BIN = pathlib.Path(sys.argv[1])
SELFTEST = str(BIN / "jacinth_host_selftest")
CHECKED = str(BIN / "jacinth_host_checked_selftest")
PATIENCE = 60  # seconds, for whatever should come at once


def run(*arguments: str, program: str = SELFTEST, **more) -> subprocess.CompletedProcess:
    return subprocess.run(
        [program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, **more
    )


class OnTerminal:
    """The program on a pseudo-terminal of its own."""

    def __init__(self, *arguments: str):
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            [SELFTEST, *arguments], stdin=self.slave, stdout=self.slave, stderr=self.slave, start_new_session=True
        )

    def read_until(self, text: bytes) -> bytes:
        seen = b""
        while text not in seen:
            seen += os.read(self.master, 4096)
        return seen

    def write(self, text: bytes) -> None:
        os.write(self.master, text)

    def is_raw(self) -> bool:
        return not termios.tcgetattr(self.slave)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)

    def end(self) -> int:
        """Waits; checks that the terminal is as it was."""
        status = self.process.wait(PATIENCE)
        assert termios.tcgetattr(self.slave) == self.before, "the terminal was not restored"
        os.close(self.master)
        os.close(self.slave)
        return status


def processes_of(session: int) -> list[int]:
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def test_panic_names_the_code_and_ends_with_134():
    result = run("--panic")
    assert result.returncode == 134
    assert "panic on CPU 0: asked for by --panic" in result.stderr
    assert "jacinth::kernel_main" in result.stderr


def test_kernel_fault_prints_registers_and_backtrace():
    result = run("--fault")
    assert result.returncode == 134
    assert "the kernel faulted" in result.stderr
    assert re.search(r"trap 14 .* address 0000000000000008", result.stderr)
    assert re.search(r"^ +\d+ [0-9a-f]{16} jacinth::kernel_main\+", result.stderr, re.M)


def test_kernel_stack_overflow_is_told():
    result = run("--overflow")
    assert result.returncode == 134
    assert "kernel stack overflow" in result.stderr


def test_checked_kernel_tells_undefined_behaviour():
    result = run("--undefined", program=CHECKED)
    assert result.returncode == 134
    assert "panic on CPU 0: undefined behaviour: a shift is out of range" in result.stderr
    assert re.search(r"^ +0 [0-9a-f]{16} jacinth::selftest::\(anonymous\)::shift_too_far\+", result.stderr, re.M)
    assert re.search(r"^ +\d+ [0-9a-f]{16} jacinth::kernel_main\+", result.stderr, re.M)


def test_checked_kernel_tells_a_wrong_lock_order():
    result = run("--lock-order", program=CHECKED)
    assert result.returncode == 134
    assert "panic on CPU 0: lock order: rank 20 taken while rank 50 is held" in result.stderr
    assert "take_locks_in_wrong_order" in result.stderr
    assert run("--lock-order").returncode == 0


def test_power_off_status_is_the_exit_status():
    terminal = OnTerminal("--echo")
    terminal.read_until(b"ready")
    assert terminal.is_raw()
    terminal.write(b"abcq")
    assert b"abcq" in terminal.read_until(b"q")
    assert terminal.end() == 7


def test_control_a_x_ends_it():
    terminal = OnTerminal("--echo")
    terminal.read_until(b"ready")
    terminal.write(b"\x01\x01\x03")
    assert b"\x01\x03" in terminal.read_until(b"\x03")
    terminal.write(b"\x01x")
    assert terminal.end() == 0


def test_panic_restores_the_terminal():
    assert OnTerminal("--panic").end() == 134


def test_termination_signals_restore_the_terminal():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        terminal = OnTerminal("--echo")
        terminal.read_until(b"ready")
        terminal.process.send_signal(number)
        assert terminal.end() == 128 + number


def test_input_ends():
    result = subprocess.run([SELFTEST, "--echo"], input="some text", capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 8
    assert "some text" in result.stdout


def test_nothing_outlives_it():
    for end in ("kill", "terminate"):
        process = subprocess.Popen(
            [SELFTEST, "--echo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert process.stdout.readline() == b"ready\n"
        getattr(process, end)()
        process.wait(PATIENCE)
        # Everything that could still write has gone when the pipe ends.
        assert process.stdout.read() == b""
        process.stdin.close()
        process.stdout.close()
        assert processes_of(process.pid) == []


def test_runs_with_little_memory():
    process = subprocess.Popen([SELFTEST, "--echo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1])
    process.communicate(b"q")
    assert resident < 64 * 1024, f"{resident} KiB"


def test_runs_with_an_unlimited_stack():
    result = subprocess.run(
        ["bash", "-c", 'ulimit -s unlimited 2>/dev/null; echo q | exec "$0" --echo', SELFTEST],
        capture_output=True, timeout=PATIENCE,
    )
    assert result.returncode == 7, result.stderr


def test_runs_without_privileges():
    if os.geteuid() != 0:
        return
    result = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--no-new-privs",
         SELFTEST, "--echo"],
        input=b"q", capture_output=True, timeout=PATIENCE,
    )
    assert result.returncode == 7, result.stderr


if __name__ == "__main__":
    sys.exit(cases.run(globals()))
