#!/usr/bin/env python3
"""Measures how much independent work all CPUs do beside one CPU, and where they wait for one another.

Processes that share nothing do one kind of work each: one alone, then one for each CPU. `compute` only computes: it says
what the emulator, and the machine below it, can do at once; the other kinds are judged by it. Even is what the slowest
process has done beside the quickest.
"""

from __future__ import annotations

import argparse
import dataclasses
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATIENCE = 300  # seconds
RESULT = re.compile(r"^(\w+) (\d+) (\d+) (\d+) (\d+)$")
SPIN = re.compile(r"^(\S+): (\d+) waits, (\d+) rounds$")


@dataclasses.dataclass
class Run:
    processes: int
    portions: int
    least: int
    most: int


@dataclasses.dataclass
class Spin:
    where: str
    waits: int
    rounds: int


@dataclasses.dataclass
class Work:
    name: str
    runs: list[Run] = dataclasses.field(default_factory=list)
    spins: list[Spin] = dataclasses.field(default_factory=list)


def command(options: argparse.Namespace) -> list[str]:
    arguments = ["--cpus", str(options.cpus), "--cmdline", f"userboot=bin/throughput+{options.milliseconds}"]
    if options.machine == "host":
        return [str(options.bin / "jacinth"), "zircon", str(options.bin / "bench.zbi"), *arguments]
    image = "bench.zbi" if options.machine == "x86_64" else "bench.riscv64.zbi"
    kernel = options.bin / ("jacinth-x86_64" if options.machine == "x86_64" else "jacinth-riscv64")
    return [str(ROOT / "scripts/machine"), options.machine, str(options.bin / image), "--kernel", str(kernel), *arguments]


def measure(run: list[str]) -> list[Work]:
    text = subprocess.run(run, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=PATIENCE,
                          errors="replace", check=True).stdout
    works: list[Work] = []
    for line in map(str.strip, text.splitlines()):
        if found := RESULT.match(line):
            if not works or works[-1].name != found[1]:
                works.append(Work(found[1]))
            works[-1].runs.append(Run(*map(int, found.groups()[1:])))
        elif (found := SPIN.match(line)) and works and len(works[-1].runs) == 2:
            works[-1].spins.append(Spin(found[1], int(found[2]), int(found[3])))
    return works


def show(works: list[Work], cpus: int) -> None:
    print(f"{'':<10} {'1 CPU':>10} {f'{cpus} CPUs':>10} {'times':>6} {'even':>5} {'waits per 1,000':>16} {'rounds each':>12}")
    for work in works:
        alone, together = work.runs
        waits = sum(spin.waits for spin in work.spins)
        rounds = sum(spin.rounds for spin in work.spins)
        print(f"{work.name:<10} {alone.portions:>10,} {together.portions:>10,} {together.portions / alone.portions:>6.2f} "
              f"{together.least / max(together.most, 1):>5.2f} {1000 * waits / max(together.portions, 1):>16.2f} "
              f"{rounds / max(waits, 1):>12.0f}")
        for spin in work.spins[:3]:
            print(f"{'':<12}{spin.waits:>8,} waits, {spin.rounds:>10,} rounds in {spin.where}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--machine", default="host", help="host (the default), or one in QEMU as scripts/machine names it")
    parser.add_argument("--cpus", type=int, default=4)
    parser.add_argument("--milliseconds", type=int, default=500, help="for each measurement (default: 500)")
    options = parser.parse_args()
    try:
        works = measure(command(options))
    except subprocess.SubprocessError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    show(works, options.cpus)
    return 0 if works and all(len(work.runs) == 2 for work in works) else 1


if __name__ == "__main__":
    sys.exit(main())
