"""A session with the shell on a pseudo-terminal, as a person at a keyboard has it."""

import os
import pty
import re
import select
import subprocess
import termios
import time

DEADLINE = 30.0
# What the shell draws when it waits for a new line. A line that has been erased looks the same, but does not begin
# where another has ended.
EMPTY_PROMPT = re.compile(rb"(?:\A|\n)\rjacinth\$ \x1b\[K\r\x1b\[9C")
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\r|\a")

# The host takes one Ctrl-A as the beginning of a command to itself; two are one for the shell.
CTRL_A = "\x01\x01"
CTRL_C, CTRL_D, CTRL_E, CTRL_K, CTRL_L, CTRL_U, CTRL_W = "\x03", "\x04", "\x05", "\x0b", "\x0c", "\x15", "\x17"
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, DELETE, WORD_LEFT, WORD_RIGHT = "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b[1;5D", "\x1b[1;5C"
BACKSPACE, TAB, ENTER = "\x7f", "\t", "\r"


class Failure(Exception):
    pass


class Skipped(Exception):
    """Why a case cannot be tried on a machine."""


class Session:
    def __init__(self, command):
        self.master, self.slave = pty.openpty()
        self.ends = [self.master, self.slave]
        self.settings = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(command, stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                        start_new_session=True)
        self.screen = b""
        self.greeting = ""
        self.seen = 0  # what has been waited for ends here

    def __enter__(self):
        try:
            self.greeting = self.expect_prompt()
        except Failure:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()

    def hang_up(self):
        for end in self.ends:
            os.close(end)
        self.ends = []

    def send(self, text):
        os.write(self.master, text.encode())

    def _read_until(self, found):
        end = time.monotonic() + DEADLINE
        while (result := found()) is None:
            # A machine that has ended has said all; one that has not may take until the deadline.
            ended = self.process.poll() is not None
            ready, _, _ = select.select([self.master], [], [], 0.0 if ended else max(0.0, min(1.0, end - time.monotonic())))
            if not ready and (ended or time.monotonic() >= end):
                state = "the machine has ended" if ended else "still waiting"
                raise Failure(f"{state}; on the screen since: {self.screen[self.seen:].decode(errors='replace')}")
            if not ready:
                continue
            self.screen += os.read(self.master, 65536)
        return result

    def expect(self, pattern):
        """Waits for text (escape sequences left out) that matches; returns the match."""
        def found():
            text = self.screen[self.seen:].decode(errors="surrogateescape")
            return re.search(pattern, ESCAPES.sub("", text)) and text
        text = self._read_until(found)
        # The shortest beginning that matches: what follows it is for the next to wait for.
        low, high = 0, len(text)
        while low < high:
            middle = (low + high) // 2
            if re.search(pattern, ESCAPES.sub("", text[:middle])):
                high = middle
            else:
                low = middle + 1
        self.seen += len(text[:low].encode(errors="surrogateescape"))
        return re.search(pattern, ESCAPES.sub("", text[:low]))

    def expect_prompt(self):
        """Waits for a prompt with nothing typed after it; returns what came before as clean text."""
        match = self._read_until(lambda: EMPTY_PROMPT.search(self.screen, max(0, self.seen - 1)))
        text = self.screen[self.seen:match.end()].decode(errors="replace")
        self.seen = match.end()
        return ESCAPES.sub("", text).removesuffix("jacinth$ ")

    def enter(self, keys):
        """Types keys and Enter; returns what is printed before the next prompt."""
        self.send(keys + ENTER)
        # The line itself ends with the first newline.
        return self.expect_prompt().partition("\n")[2]

    def status(self):
        """Waits for the end of the machine; returns its exit status."""
        def ended():
            return self.process.poll()
        end = time.monotonic() + DEADLINE
        while ended() is None:
            if time.monotonic() > end:
                raise Failure("the machine does not end")
            ready, _, _ = select.select([self.master], [], [], 0.05)
            if ready:
                self.screen += os.read(self.master, 65536)
        return self.process.returncode

    def settings_now(self):
        return termios.tcgetattr(self.slave)
