#!/usr/bin/env python3
"""Prints the kernel's largest coroutine frames, and fails when one exceeds the budget.

The size of a frame is a constant that the compiler passes to exec::detail::allocate_frame(), so it is
read off the compiled code: the number loaded into the first argument's register before that call.
"""

import argparse
import pathlib
import re
import subprocess
import sys

# A system call's frames lie in their thread's arena (exec::FrameArena, 1280 bytes) together with the
# thread's root frame; one frame alone may take at most this much of it.
BUDGET_BYTES = 640
SHOWN = 10

FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
FIRST_ARGUMENT = re.compile(r"\bmovl?\s+\$(0x[0-9a-f]+|\d+), %edi\b")
CALL = re.compile(r"\bcallq?\s.*<jacinth::exec::detail::allocate_frame")


def frames_in(disassembly: str) -> list[tuple[int, str]]:
    found = []
    function, size = "?", None
    for line in disassembly.splitlines():
        if match := FUNCTION.match(line):
            function, size = match.group(1), None
        elif match := FIRST_ARGUMENT.search(line):
            size = int(match.group(1), 0)
        elif CALL.search(line) and size is not None:
            found.append((size, function))
            size = None
    return found


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", type=pathlib.Path, required=True)
    arguments.add_argument("--objdump", default="llvm-objdump-19")
    options = arguments.parse_args()

    # The linked kernel, as its parts are not machine code before.
    image = options.build / "bin/jacinth-x86_64.debug"
    text = subprocess.run([options.objdump, "-dC", "--no-show-raw-insn", str(image)],
                          capture_output=True, text=True, check=True).stdout
    frames = set(frames_in(text))
    if not frames:
        print("no coroutine frame found: the search must be wrong")
        return 1
    for size, function in sorted(frames, reverse=True)[:SHOWN]:
        over = "  over budget" if size > BUDGET_BYTES else ""
        print(f"{size:6} bytes  {function}{over}")
    print(f"{len(frames)} frames; at most {BUDGET_BYTES} bytes allowed")
    return 1 if any(size > BUDGET_BYTES for size, _ in frames) else 0


if __name__ == "__main__":
    sys.exit(main())
