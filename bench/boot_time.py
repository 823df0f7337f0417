#!/usr/bin/env python3
"""How long a machine takes to the shell's prompt, from the start of QEMU or of the host process.

The best of several boots counts, as other work only adds time.
"""

import argparse
import pathlib
import sys
import time

import table

sys.path.insert(0, str(table.ROOT / "tests"))
from shell.session import Failure, Session

MARK = 1.0  # seconds, on a bare machine; Linux 6.1 takes 3.9 to mount its root in the same QEMU


def command(machine: str, binaries: pathlib.Path, cpus: int) -> list[str]:
    image = binaries / f"default{'' if machine in ('host', 'x86_64') else '.riscv64'}.zbi"
    if machine == "host":
        return [str(binaries / "jacinth"), "zircon", str(image), "--cpus", str(cpus)]
    return [str(table.ROOT / "scripts/machine"), machine, str(image), "--cpus", str(cpus),
            "--kernel", str(table.kernel_of(machine, binaries))]  # fmt: skip


def seconds_to_prompt(start: list[str]) -> float:
    began = time.monotonic()
    with Session(start):
        return time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--machine", default="host", help="host (the default), or one in QEMU as scripts/machine names it")
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--boots", type=int, default=5)
    options = parser.parse_args()
    try:
        best = min(seconds_to_prompt(command(options.machine, options.bin, options.cpus)) for _ in range(options.boots))
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    judged = "" if options.machine == "host" else f"  <= {MARK} s {'met' if best <= MARK else 'MISSED'}"
    print(f"{options.machine}, {options.cpus} CPU{'s' if options.cpus > 1 else ''}: {best:.2f} s to the prompt{judged}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
