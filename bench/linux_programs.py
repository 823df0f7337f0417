#!/usr/bin/env python3
"""Measures Linux programs on Jacinth's host machine beside the same binary on the Linux below.

Both run in turns on one CPU; the best of each counts. What is not supported is said to be.
"""

import argparse
import dataclasses
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

from run import processor, time_text, verdict

Figures = dict[str, float]  # nanoseconds by name
ROOT = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Line:
    name: str
    text: str
    mark: float | None = None  # the ratio that is aimed at


LINES = [
    Line("null_call", "getppid", 0.4),
    Line("clock_read", "clock_gettime"),
    Line("read_byte", "read 1 byte of /dev/zero"),
    Line("write_byte", "write 1 byte to /dev/null"),
    Line("stat", "stat", 0.7),
    Line("open_close", "open + close", 0.7),
    Line("install_handler", "signal: install a handler"),
    Line("catch_signal", "signal: kill self + handler + return"),
    Line("select_100", "select on 100 pipes"),
    Line("epoll_100", "epoll_wait on 100 pipes"),
    Line("create_delete_0k", "file create + delete, empty", 0.7),
    Line("create_delete_10k", "file create + delete, 10 KiB", 0.7),
    Line("read_64k", "read 64 KiB of a file"),
    Line("pipe_threads", "pipes between threads, round trip", 0.3),
    Line("pipe_processes", "pipes between processes, round trip", 1.2),
    Line("unix_threads", "Unix socket between threads, round trip"),
    Line("unix_processes", "Unix socket between processes, round trip"),
    Line("tcp_threads", "TCP between threads, round trip"),
    Line("tcp_processes", "TCP between processes, round trip"),
    Line("switch_2", "pipe ring of 2 processes, a switch"),
    Line("switch_4", "pipe ring of 4 processes, a switch"),
    Line("switch_8", "pipe ring of 8 processes, a switch"),
    Line("switch_16", "pipe ring of 16 processes, a switch"),
    Line("futex_threads", "futex between threads, round trip"),
    Line("fork_exit", "fork + exit + wait", 1.5),
    Line("fork_exec", "fork + exec + exit + wait", 1.5),
    Line("vfork_exec", "vfork + exec + exit + wait"),
    Line("fork_shell", "fork + exec of a shell + exit + wait"),
    Line("thread_create_join", "thread create + join"),
    Line("page_fault", "page fault, anonymous", 1.0),
    Line("map_unmap", "mmap + munmap, 64 KiB"),
    Line("map_file", "mmap + read + munmap, file of 1 MiB"),
    Line("map_touch_unmap", "mmap + touch + munmap, 1 MiB"),
    Line("compute", "compute"),
]
# Of the speed that the Linux below has.
COMPUTE_MARK = 0.98

# Of the memory that Jacinth has, in bytes; Linux does not tell its own so.
SIZES = {
    "thread_bytes": ("memory of a blocked thread, without its stack", 6 << 10),
    "process_bytes": ("memory of a blocked process, without its own pages", 40 << 10),
}

NAMES = [*SIZES, *(line.name for line in LINES)]

# From within the root, so that paths have as many parts as inside.
NATIVE = ["bin/linux_bench", "tmp", "bin/busybox"]
UML_INIT = f"""#!/bin/busybox sh
/bin/busybox ifconfig lo up
/bin/busybox mount -t tmpfs none /tmp
cd /
{" ".join(NATIVE)} $measured
/bin/busybox poweroff -f
"""


def under_gvisor(root: pathlib.Path, only: list[str]) -> list[str]:
    return ["runsc", "--network=none", "--ignore-cgroups", "do", *NATIVE, *only]


def under_user_mode_linux(root: pathlib.Path, only: list[str]) -> list[str]:
    # A call takes some 20 us there: few of them tell enough.
    return ["linux.uml", "mem=512M", "rootfstype=hostfs", f"rootflags={root}", "rw", "init=/bin/uml-init", "quiet",
            "con=null", "con0=null,fd:1", f"measured={' '.join(only) or '--few'}"]  # fmt: skip


# Others that run Linux programs: how to measure under each.
PEERS = {"runsc": under_gvisor, "linux.uml": under_user_mode_linux}


def figures_of(command: list[str], folder: pathlib.Path | None = None) -> Figures:
    """What linux_bench printed, among whatever a kernel says."""
    text = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=True, cwd=folder).stdout
    return {name: float(value) for name, value in re.findall(rf"^({'|'.join(NAMES)}) ([0-9.]+)\r?$", text, re.M)}


def keep_best(figures: Figures, more: Figures) -> None:
    for name, value in more.items():
        figures[name] = min(value, figures.get(name, value))


def print_sizes(ours: Figures) -> None:
    for name, (text, mark) in SIZES.items():
        if name in ours:
            print(f"{text}: {ours[name] / 1024:.1f} KiB  {verdict(ours[name] <= mark, f'<= {mark >> 10} KiB')}")


def make_root(binaries: pathlib.Path, root: pathlib.Path) -> None:
    archive = subprocess.run([ROOT / "scripts/rootfs"], check=True, capture_output=True, text=True).stdout.strip()
    (root / "bin").mkdir(parents=True)
    (root / "tmp").mkdir()
    (root / "dev").mkdir()
    shutil.copy(pathlib.Path(archive).with_suffix("") / "usr/bin/busybox", root / "bin")
    shutil.copy(binaries / "linux_bench", root / "bin")
    (root / "bin/uml-init").write_text(UML_INIT)
    (root / "bin/uml-init").chmod(0o755)


def text_of(figures: Figures, name: str) -> str:
    return time_text(figures[name]) if name in figures else "not supported"


def judge(line: Line, ratio: float) -> str:
    if line.name == "compute":
        return verdict(1 / ratio >= COMPUTE_MARK, f"speed >= {COMPUTE_MARK}")
    return verdict(ratio <= line.mark, f"<= {line.mark}") if line.mark else ""


def print_table(ours: Figures, linux: Figures, peers: dict[str, Figures], lines: list[Line]) -> None:
    print(f"{'':<43} {'Jacinth':>13} {'Linux':>10} {'ratio':>6}  {'mark':<20}" + "".join(f"{p:>12}" for p in peers))
    for line in lines:
        ratio = ours[line.name] / linux[line.name] if line.name in ours and line.name in linux else None
        row = (f"{line.text:<43} {text_of(ours, line.name):>13} {text_of(linux, line.name):>10} "
               f"{f'{ratio:6.2f}' if ratio else '':>6}  {judge(line, ratio) if ratio else '':<20}")
        print((row + "".join(f"{text_of(p, line.name):>12}" for p in peers.values())).rstrip(), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the programs are")
    parser.add_argument("--jacinth", default="jacinth", help="which kernel (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each (default: %(default)s)")
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", default=[])
    options = parser.parse_args()
    cpu = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cpu})
    lines = [line for line in LINES if not options.only or line.name in options.only]
    ours: Figures = {}
    linux: Figures = {}
    peers: dict[str, Figures] = {name: {} for name in PEERS if shutil.which(name)}
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        root = pathlib.Path(folder) / "root"
        make_root(options.bin, root)
        inside = [str(options.bin / options.jacinth), "linux", "--root", str(root), "--copy", "--cpus", "1", "--",
                  "/bin/linux_bench", "/tmp", "/bin/busybox"]
        try:
            for _ in range(options.rounds):
                for only in options.only or [""]:
                    arguments = [only] if only else []
                    keep_best(ours, figures_of(inside + arguments))
                    keep_best(linux, figures_of(NATIVE + arguments, root))
                    for name, figures in peers.items():
                        keep_best(figures, figures_of(PEERS[name](root, arguments), root))
        except subprocess.CalledProcessError as error:
            print(f"bench: {' '.join(error.cmd)}: exit status {error.returncode}", file=sys.stderr)
            return 1
    print(f"{processor()}, Linux {platform.release()}, one CPU, the best of {options.rounds} runs")
    for name in PEERS.keys() - peers.keys():
        print(f"({name} is not installed: not compared)")
    print_table(ours, linux, peers, lines)
    print_sizes(ours)
    return 0


if __name__ == "__main__":
    sys.exit(main())
