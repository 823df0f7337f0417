#!/usr/bin/env python3
"""A machine whose memory runs out: one program has to go, the others go on.

    tests/linux_memory_tests.py KERNEL WORK [--machine NAME]

KERNEL is the one for the host machine, or with --machine that of a machine in QEMU.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

import cases
from linux_machine_tests import compiler, rootfs

HERE = pathlib.Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "scripts"
SECONDS = 120

# One that takes everything, while a shell waits for it; twice, for it must have been given back.
GREEDY = "for i in 1 2; do /bin/eat; echo status $?; done; echo alive"
# One that has much but must be spared, and one that has less and is said to be worth more.
CHOSEN = """/bin/eat 8 & spared=$!
echo -1000 > /proc/$spared/oom_score_adj
/bin/eat 6 & chosen=$!
echo 1000 > /proc/$chosen/oom_score_adj
/bin/eat 200 & last=$!
wait $chosen; echo chosen $?
wait $last; echo last $?
kill -0 $spared && echo spared
kill $spared"""


def build_root(work: pathlib.Path, machine: str | None) -> pathlib.Path:
    architecture = "riscv64" if machine == "riscv64" else "x86_64"
    base = rootfs("busybox.riscv64" if architecture == "riscv64" else "busybox").with_suffix("")
    root = work / f"root.{architecture}"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(base, root, symlinks=True)
    subprocess.run([*compiler(architecture), "-o", root / "bin/eat", HERE / "linux/memory/eat.c"], check=True)
    return root


def run(options: argparse.Namespace, root: pathlib.Path, script: str) -> str:
    start = [str(SCRIPTS / "machine"), options.machine, "--kernel", str(options.kernel), "--firmware", "none"] \
        if options.machine else [str(options.kernel), "linux", "--copy"]  # fmt: skip
    command = [*start, "--memory", "64M", "--cpus", "2", "--root", str(root), "--env=PATH=/bin:/usr/bin", "--",
               "/bin/sh", "-c", script]  # fmt: skip
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False)
    text = (done.stdout + done.stderr).replace("\r\n", "\n")
    if done.returncode != 0:
        raise AssertionError(f"status {done.returncode}: {text}")
    return text


def killed_in(text: str) -> list[str]:
    return re.findall(r"out of memory: killed process \d+ \((\w+)\), which had \d+ KiB", text)


def said_in(text: str) -> list[str]:
    """What the shell has printed; it tells of jobs that end as well."""
    return re.findall(r"^(?:status \d+|alive|chosen \d+|last \d+|spared)$", text, re.MULTILINE)


def test_the_greedy_program_is_killed(options: argparse.Namespace, root: pathlib.Path) -> None:
    text = run(options, root, GREEDY)
    if killed_in(text) != ["eat", "eat"] or said_in(text) != ["status 137", "status 137", "alive"]:
        raise AssertionError(text)


def test_programs_say_what_they_are_worth(options: argparse.Namespace, root: pathlib.Path) -> None:
    text = run(options, root, CHOSEN)
    if killed_in(text) != ["eat", "eat"] or said_in(text) != ["chosen 137", "last 137", "spared"]:
        raise AssertionError(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kernel", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--machine", help="as scripts/machine names it")
    options = parser.parse_args()
    root = build_root(options.work, options.machine)
    return cases.run_each(cases.named_tests(globals()), options, root)


if __name__ == "__main__":
    sys.exit(main())
