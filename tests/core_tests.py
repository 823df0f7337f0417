#!/usr/bin/env python3
"""Boots the core tests on the host machine, with 1, 2 and 4 virtual CPUs; with --machine, in QEMU.

Prints what they print, and at the end `N passed, M failed` over all boots. Patterns choose cases, as in
`core_tests.py KERNEL IMAGE 'channels.*'`.
"""

import argparse
import pathlib
import re
import subprocess
import sys

MACHINE = pathlib.Path(__file__).resolve().parent.parent / "scripts" / "machine"
# What the tests of device interrupts and of PCI drive: a device made for that, and one that can be reset.
DEVICES = {"x86_64": ["--", "-device", "edu", "-device", "nvme,serial=core-tests"]}
SUMMARY = re.compile(r"(\d+) passed, (\d+) failed")


def command(options: argparse.Namespace, cpus: int) -> list[str]:
    program = "+".join(["userboot=bin/core-tests", *options.patterns])
    if options.machine:
        program += f" core-tests.machine={options.board or options.machine}"
    arguments = [str(options.image), "--cpus", str(cpus), "--cmdline", program]
    if not options.machine:
        return [str(options.kernel), "zircon", *arguments]
    board = ["--board", options.board] if options.board else []
    firmware = ["--firmware", options.firmware] if options.firmware else []
    return [str(MACHINE), options.machine, *arguments, "--kernel", str(options.kernel), *board, *firmware,
            *DEVICES.get(options.machine, [])]


def boot(options: argparse.Namespace, cpus: int) -> tuple[int, int]:
    """How many cases passed and failed; a boot that ends without telling counts as one failure."""
    passed = failed = 0
    told = False
    with subprocess.Popen(command(options, cpus), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            if found := SUMMARY.search(line):
                passed, failed = int(found[1]), int(found[2])
                told = True
    expected = 0 if failed == 0 else 1
    if not told or process.returncode != expected:
        print(f"FAILED the boot with {cpus} CPUs: exit status {process.returncode}", flush=True)
        failed += 1
    return passed, failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kernel", type=pathlib.Path, help="the program `jacinth`, or QEMU's kernel")
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--cpus", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--machine", help="in QEMU, as scripts/machine names it")
    parser.add_argument("--board", help="another board of that machine's")
    parser.add_argument("--firmware", help="as scripts/machine takes it")
    options = parser.parse_args()

    passed = failed = 0
    for cpus in options.cpus:
        print(f"{cpus} CPUs", flush=True)
        outcome = boot(options, cpus)
        passed += outcome[0]
        failed += outcome[1]
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
