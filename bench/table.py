#!/usr/bin/env python3
"""Measures every line of the Zircon table on a machine.

On bare machines, under QEMU with -icount, a virtual nanosecond is an instruction: the figures stand beside those of
Zircon in 2019 and are judged by their marks. On the host they are nanoseconds, to be compared with one another alone.
"""

import argparse
import dataclasses
import pathlib
import subprocess
import sys

import instruction_profile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ZIRCON = ROOT / "bench/zircon_2019.txt"
PATIENCE = 600  # seconds


@dataclasses.dataclass(frozen=True)
class Line:
    name: str
    zircon: int
    mark: float
    what: str


def table() -> list[Line]:
    lines = []
    for text in ZIRCON.read_text().splitlines():
        if text.startswith("#"):
            continue
        name, zircon, mark, what = text.split(maxsplit=3)
        lines.append(Line(name, int(zircon), int(zircon) / 2 if mark == "half" else int(mark), what))
    return lines


def kernel_of(machine: str, binaries: pathlib.Path) -> pathlib.Path:
    return binaries / ("jacinth-" + ("riscv64" if machine == "sifive_u" else machine))


def command(machine: str, binaries: pathlib.Path, *chosen: str) -> list[str]:
    """Measures the lines chosen, or all."""
    arguments = ["--cpus", "1", "--cmdline", "+".join(["userboot=bin/table", *chosen])]
    if machine == "host":
        return [str(binaries / "jacinth"), "zircon", str(binaries / "bench.zbi"), *arguments]
    kernel = kernel_of(machine, binaries)
    image = "bench.riscv64.zbi" if kernel.name.endswith("riscv64") else "bench.zbi"
    return [str(ROOT / "scripts/machine"), machine, str(binaries / image), "--kernel", str(kernel), *arguments,
            "--", "-icount", "shift=0"]


def measure(run: list[str]) -> dict[str, float]:
    text = subprocess.run(run, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=PATIENCE,
                          errors="replace", check=True).stdout
    figures = {}
    for line in text.splitlines():
        name, _, value = line.strip().partition(" ")
        try:
            figures[name] = float(value)
        except ValueError:
            continue  # the console carries other lines as well
    return figures


def verdict(line: Line, figure: float) -> str:
    """Every line is to be at most half of Zircon's, some have a lower mark."""
    if figure <= line.mark:
        return "met"
    return "ABOVE HALF" if figure > line.zircon / 2 else "MISSED"


def show(figures: dict[str, float], counts_instructions: bool) -> int:
    """Prints the table; how many lines miss their marks."""
    print(f"{'':<44} {'Jacinth':>11}" + (f" {'Zircon 2019':>12} {'ratio':>6} {'mark':>8}" if counts_instructions else ", ns"))
    missed = 0
    for line in table():
        if line.name not in figures:
            raise ValueError(f"the machine did not measure {line.name}")
        figure = figures[line.name]
        row = f"{line.what:<44} {figure:>11,.0f}"
        if counts_instructions:
            judged = verdict(line, figure)
            missed += judged != "met"
            row += f" {line.zircon:>12,} {figure / line.zircon:>6.2f} {line.mark:>8,.0f}  {judged}"
        print(row)
    if counts_instructions:
        print(f"{missed} of {len(table())} lines miss their marks")
    return missed


def show_profile(options: argparse.Namespace) -> None:
    """Where the instructions of one line are."""
    if options.machine == "host":
        raise ValueError("the host's own profiler is `perf`")
    figure = measure(command(options.machine, options.bin, options.profile)).get(options.profile)
    if figure is None:
        raise ValueError(f"there is no line {options.profile}: {', '.join(line.name for line in table())}")
    kernel = kernel_of(options.machine, options.bin)
    endless = command(options.machine, options.bin, "--endless", options.profile)
    instruction_profile.show(lambda more: endless + more, kernel.with_name(kernel.name + ".debug"), figure,
                             options.inlined)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--machine", default="host", help="host (the default), or one in QEMU as scripts/machine names it")
    parser.add_argument("--profile", metavar="NAME", help="show in which functions the instructions of this line are")
    parser.add_argument("--inlined", action="store_true", help="… counting functions that were inlined into others")
    options = parser.parse_args()
    try:
        if options.profile:
            show_profile(options)
            return 0
        show(measure(command(options.machine, options.bin)), counts_instructions=options.machine != "host")
    except (subprocess.SubprocessError, ValueError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
