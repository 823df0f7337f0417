#!/usr/bin/env python3
"""Measures Jacinth on the host machine beside what Linux itself offers for the nearest thing.

Both run in turns, several times, on one CPU and then on two; the best of each counts. Then how soon the first
program runs, how figures grow, and how much memory many events and blocked threads need. The marks are judged on one CPU.
"""

import argparse
import collections
import dataclasses
import pathlib
import platform
import subprocess
import sys

Figures = dict[str, float]  # nanoseconds by name
MEBIBYTE = 1 << 20


@dataclasses.dataclass(frozen=True)
class Line:
    name: str
    jacinth: str
    linux: str
    mark: float | None = None  # the ratio that is aimed at
    beside: str = ""  # Linux's figure, when it is named otherwise


LINES = [
    Line("null_call", "handle_close(invalid)", "getppid", mark=0.25),
    Line("clock_get", "clock_get", "clock_gettime, as a call"),
    Line("handle_dup_close", "handle duplicate + close", "dup + close"),
    Line("event_signal_wait", "event signal + wait_one, ready", "eventfd write + poll", mark=0.25),
    Line("event_create_close", "event create + close", "eventfd + close"),
    Line("port_queue_wait", "port queue + wait", "eventfd write + epoll_wait + read"),
    Line("message_64", "channel write + read, 64 B", "pipe write + read"),
    Line("message_64k", "channel write + read, 64 KiB", "pipe write + read"),
    Line("call_threads", "channel call between threads", "pipes, round trip", mark=0.3),
    Line("call_processes", "channel call between processes", "Unix socket, round trip", mark=1.2),
    Line("call_processes", "channel call between processes", "pipes, round trip", beside="call_processes_pipe"),
    Line("futex_ping_pong", "futex, there and back", "futex, there and back"),
    Line("map_touch_unmap_256", "VMO create + map + touch + unmap, 1 MiB", "mmap + touch + munmap"),
    Line("page_fault", "page fault", "page fault, anonymous", mark=1.0),
    Line("thread_create_exit", "thread create + exit + wait", "pthread create + join", mark=0.3),
    Line("thread_with_stack", "the same and a new stack", "pthread create + join", beside="thread_create_exit"),
    Line("process_start_exit", "process start + exit + wait", "posix_spawn, static program + waitpid"),
]

@dataclasses.dataclass(frozen=True)
class Growth:
    what: str
    few: str  # the figure for few, and …
    many: str  # … for many, each for one of them
    mark: float  # the ratio that is aimed at


# What is linear has a ratio of 1, but for the processor's caches, which many do not fit in; what is quadratic, of 4.
GROWTHS = [
    Growth("snapshots of snapshots, 1,000 beside 100 of them", "clone_chain_100", "clone_chain_1000", 2.0),
    Growth("snapshots of one object, 10,000 beside 2,500", "clone_family_2500", "clone_family_10000", 3.0),
    Growth("a signal's observers, 100,000 beside 25,000", "observers_25000", "observers_100000", 3.0),
    Growth("a page that a pager supplies, beside one that is copied", "write_page", "supply_page", 1.0),
    Growth("a call after the trace was on, beside one before", "call_untraced", "call_trace_stopped", 1.05),
    Growth("a call while it is traced, for information", "call_untraced", "call_traced", float("inf")),
]

START_MARK = 10e6  # nanoseconds
EVENTS, THREADS, HOLD_MARK = 1_000_000, 100_000, 1 << 30


def figures_of(command: list[str]) -> Figures:
    text = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True).stdout
    return {name: float(value) for name, value in (line.split() for line in text.splitlines())}


def best(figures: Figures, more: Figures) -> None:
    for name, value in more.items():
        figures[name] = min(value, figures.get(name, value))


def jacinth(binaries: pathlib.Path, program: str, *options: str) -> list[str]:
    return [str(binaries / "jacinth"), "zircon", str(binaries / "bench.zbi"), "--cmdline", f"userboot=bin/{program}",
            *options]


def compare(binaries: pathlib.Path, cpus: int, rounds: int) -> tuple[Figures, Figures]:
    ours: Figures = {}
    linux: Figures = {}
    for _ in range(rounds):
        best(ours, figures_of(jacinth(binaries, "bench", "--cpus", str(cpus))))
        best(linux, figures_of([str(binaries / "native_bench"), str(cpus)]))
    return ours, linux


def time_text(nanoseconds: float) -> str:
    for unit, size in (("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= 10 * size:
            return f"{nanoseconds / size:.1f} {unit}"
    return f"{nanoseconds:.0f} ns"


def verdict(good: bool, mark: str) -> str:
    return f"{mark} {'met' if good else 'MISSED'}"


def print_table(cpus: int, ours: Figures, linux: Figures) -> None:
    print(f"\n{cpus} CPU{'s' if cpus > 1 else ''}")
    print(f"{'Jacinth':<40} {'':>9}  {'Linux':<38} {'':>9} {'ratio':>6}  mark")
    for line in LINES:
        mine, theirs = ours[line.name], linux[line.beside or line.name]
        ratio = mine / theirs
        # With more CPUs, the host decides which threads share one: for information only.
        mark = verdict(ratio <= line.mark, f"<= {line.mark}") if line.mark and cpus == 1 else ""
        row = (f"{line.jacinth:<40} {time_text(mine):>9}  {line.linux:<38} {time_text(theirs):>9} {ratio:>6.2f}  "
               f"{mark}")
        print(row.rstrip(), flush=True)


def measure_start(binaries: pathlib.Path, rounds: int) -> None:
    command = [str(binaries / "native_bench"), "start", *jacinth(binaries, "bench+start", "--cpus", "1")]
    figures: Figures = {}
    for _ in range(rounds):
        best(figures, figures_of(command))
    print(f"\nFrom the start of the host process to main() of the first program, after userboot: "
          f"{time_text(figures['boot'])}  {verdict(figures['boot'] <= START_MARK, '<= ' + time_text(START_MARK))}",
          flush=True)


def measure_growth(binaries: pathlib.Path, rounds: int) -> None:
    figures: Figures = {}
    for _ in range(rounds):
        best(figures, figures_of(jacinth(binaries, "bench+growth", "--cpus", "1")))
    print()
    for growth in GROWTHS:
        few, many = figures[growth.few], figures[growth.many]
        mark = verdict(many / few <= growth.mark, f"<= {growth.mark}") if growth.mark < float("inf") else ""
        print(f"{growth.what:<58} {time_text(few):>9} {time_text(many):>9} {many / few:>6.2f}  {mark}".rstrip(), flush=True)


def resident(root: int) -> int:
    """Bytes that a process and all below it have in memory, what they share counted once."""
    children = collections.defaultdict(list)
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        children[int(fields[1])].append(int(stat.parent.name))
    total, tree = 0, [root]
    while tree:
        process = tree.pop()
        tree += children[process]
        for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def measure_hold(binaries: pathlib.Path) -> None:
    command = jacinth(binaries, f"bench+hold+{EVENTS}+{THREADS}", "--cpus", "1", "--memory", "1000M")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        told = process.stdout.readline().strip()
        needed = resident(process.pid) if told else 0
        process.communicate("\n")
    if not told or process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    print(f"\n{EVENTS:,} events and {THREADS:,} blocked threads at once: {needed / MEBIBYTE:.0f} MiB resident  "
          f"{verdict(needed <= HOLD_MARK, '<= 1024 MiB')}", flush=True)


def processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each (default: %(default)s)")
    parser.add_argument("--cpus", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    print(f"{processor()}, Linux {platform.release()}")
    try:
        for cpus in options.cpus:
            print_table(cpus, *compare(options.bin, cpus, options.rounds))
        measure_start(options.bin, max(options.rounds, 10))
        measure_growth(options.bin, options.rounds)
        measure_hold(options.bin)
    except subprocess.CalledProcessError as error:
        print(f"bench: {' '.join(error.cmd)}: exit status {error.returncode}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
