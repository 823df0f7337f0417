"""Which functions the instructions of one line of the Zircon table are in.

QEMU executes the line's round over and over, one instruction at a time, and names each. Enough rounds are looked at
for the shares to be steady; what a round takes in all comes from measuring it.
"""

import bisect
import collections
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import typing

INSTRUCTIONS = 300_000  # looked at
PATIENCE = 60  # seconds
TRACE = re.compile(rb"^Trace \d+: \S+ \[\w+/(\w+)/")
SHOWN = 30

# What starts the machine with these words for QEMU in addition.
Command = typing.Callable[[list[str]], list[str]]


class Symbols:
    """The functions of a kernel with symbols, by address."""

    def __init__(self, kernel: pathlib.Path):
        listing = subprocess.run(["llvm-nm-19", "--demangle", "--defined-only", "--numeric-sort", str(kernel)],
                                 stdout=subprocess.PIPE, text=True, check=True).stdout
        self.addresses, self.names = [], []
        for line in listing.splitlines():
            address, kind, name = line.split(maxsplit=2)
            if kind.lower() in "tw" and not name.startswith((".L", "$")):
                self.addresses.append(int(address, 16))
                self.names.append(name)

    def name(self, address: int) -> str:
        if address < 1 << 47:
            return "(the program and its vDSO)"
        index = bisect.bisect_right(self.addresses, address) - 1
        return self.names[index] if index >= 0 else hex(address)


class Inlined:
    """The same, and functions count that were inlined into others."""

    def __init__(self, kernel: pathlib.Path, addresses: list[int]):
        asked = "\n".join(hex(a) for a in addresses)
        answer = subprocess.run(["llvm-symbolizer-19", "--obj=" + str(kernel), "--inlines", "--demangle"], input=asked,
                                stdout=subprocess.PIPE, text=True, check=True).stdout
        # A block for each address, its innermost function first; blocks are divided by empty lines.
        self.names = {a: block.strip().partition("\n")[0] for a, block in zip(addresses, answer.split("\n\n"))}

    def name(self, address: int) -> str:
        return self.names[address] if address >= 1 << 47 else "(the program and its vDSO)"


def traced_addresses(command: Command) -> collections.Counter:
    """Runs the machine until enough instructions have been seen; how often each address was executed."""
    with tempfile.TemporaryDirectory(prefix="jacinth-profile-") as folder:
        log, monitor = f"{folder}/log", f"{folder}/monitor"
        os.mkfifo(log)
        # Opened before QEMU does, which would otherwise wait for a reader before it starts.
        lines = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(lines, True)
        watched = command(["-D", log, "-chardev", f"socket,path={monitor},server=on,wait=off,id=watch",
                           "-mon", "chardev=watch,mode=readline"])
        with subprocess.Popen(watched, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              start_new_session=True) as machine:
            deadline = threading.Timer(PATIENCE, os.killpg, (machine.pid, signal.SIGKILL))
            deadline.start()
            try:
                if not any(line.startswith(b"endless") for line in machine.stdout):
                    raise ValueError("the machine ended before the line was measured")
                with socket.socket(socket.AF_UNIX) as control:
                    control.connect(monitor)
                    control.sendall(b"singlestep on\nlog exec,nochain\n")
                    counts = count(lines)
                    control.sendall(b"quit\n")
            finally:
                deadline.cancel()
                os.killpg(machine.pid, signal.SIGKILL)
    return counts


def count(log: int) -> collections.Counter:
    counts: collections.Counter = collections.Counter()
    left = INSTRUCTIONS
    with os.fdopen(log, "rb") as lines:
        for line in lines:
            if found := TRACE.match(line):
                counts[int(found[1], 16)] += 1
                left -= 1
                if left == 0:
                    break
    return counts


def show(command: Command, kernel: pathlib.Path, figure: float, inlined: bool) -> None:
    """`command` repeats the line for ever; `figure` is what a round of it takes."""
    counts = traced_addresses(command)
    names = Inlined(kernel, sorted(counts)) if inlined else Symbols(kernel)
    functions: collections.Counter = collections.Counter()
    for address, times in counts.items():
        functions[names.name(address)] += times
    total = sum(functions.values())
    print(f"{'instructions':>12} {'share':>6}  function")
    for name, times in functions.most_common(SHOWN):
        share = times / total
        print(f"{share * figure:>12,.1f} {share:>6.1%}  {name}")
    print(f"{figure:>12,.1f}         in all, in {len(functions)} functions")
