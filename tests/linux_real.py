#!/usr/bin/env python3
"""Real programs of Debian, run natively first: what they print there is what they have to print on Jacinth.

    tests/linux_real.py JACINTH WORK [--only NAME…] [--long]

Each workload of tests/linux/real is run by the interpreters that RUNS names, in a root file system of Debian's
packages: natively by chroot in a copy of it, and here. Output and exit status must be the same. With --long others,
which take minutes, in a root file system of their own.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

from linux_tests import Outcome, run

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 120
# Workload, and what runs its text.
RUNS = {
    "archive.bash": ("archive.sh", ["bash", "-c"]),
    "basics.python": ("basics.py", ["python3", "-c"]),
    "gdb": ("debugger.sh", ["bash", "-c"]),
    "git": ("git.sh", ["sh", "-c"]),
    "lua": ("workload.lua", ["lua5.4", "-e"]),
    "loopback.python": ("loopback.py", ["python3", "-c"]),
    "make.tcc": ("make.sh", ["sh", "-c"]),
    "perl": ("workload.pl", ["perl", "-e"]),
    "redis": ("redis.sh", ["sh", "-c"]),
    "shell.bash": ("shell.sh", ["bash", "-c"]),
    "shell.busybox": ("shell.sh", ["busybox", "sh", "-c"]),
    "shell.dash": ("shell.sh", ["dash", "-c"]),
    "sqlite": ("sqlite.sh", ["sh", "-c"]),
    "strace": ("strace.sh", ["sh", "-c"]),
    "vim": ("vim.sh", ["sh", "-c"]),
}
LONG_RUNS = {
    "nginx": ("nginx.sh", ["sh", "-c"]),
    "python-tests": ("python_tests.sh", ["sh", "-c"]),
    "stress-ng": ("stress_ng.sh", ["sh", "-c"]),
}
# What natively cannot do without /proc, which a mere chroot does not have.
NEEDS_PROC = {"gdb", *LONG_RUNS}
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}
DEVICES = {"null": (1, 3), "zero": (1, 5), "random": (1, 8), "urandom": (1, 9)}


def make_native_root(tree: pathlib.Path, root: pathlib.Path) -> None:
    """A copy that programs may change, with the devices that an unpacked package does not bring."""
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", tree, root], check=True)
    for name, (major, minor) in DEVICES.items():
        os.mknod(root / "dev" / name, 0o020666, os.makedev(major, minor))
        (root / "dev" / name).chmod(0o666)
    (root / "dev/fd").symlink_to("/proc/self/fd")
    (root / "dev/shm").mkdir()


def compile_programs(folder: pathlib.Path) -> None:
    """What is debugged, as /programs, with its source beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    source = HERE / "linux/real/debugged.c"
    shutil.copy(source, folder)
    subprocess.run(["gcc", "-g", "-O0", "-pthread", "-w", "-o", "debugged", source.name], cwd=folder, check=True)


def native(name: str, root: pathlib.Path) -> list[str]:
    chroot = ["/usr/sbin/chroot", str(root), *command(name)]
    if name not in NEEDS_PROC:
        return chroot
    return ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", f"mount -t proc proc {root}/proc && exec \"$@\"", "sh", *chroot]


def command(name: str) -> list[str]:
    workload, interpreter = (RUNS | LONG_RUNS)[name]
    text = (HERE / "linux/real" / workload).read_text()
    start = f"mkdir /tmp/{name} && cd /tmp/{name} && exec \"$@\""
    return ["/bin/sh", "-c", start, "sh", *interpreter, text]


def first_difference(wanted: Outcome, got: Outcome) -> str:
    lines = [result.output.decode(errors="replace").splitlines() + [f"status {result.status}"] for result in (wanted, got)]
    for number, (native, here) in enumerate(zip(*lines), 1):
        if native != here:
            return f"line {number}, natively: {native}\nline {number}, here: {here}"
    return f"natively {len(lines[0])} lines, here {len(lines[1])}; last: {lines[0][-1]} / {lines[1][-1]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jacinth", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--long", action="store_true")
    options = parser.parse_args()
    runs = LONG_RUNS if options.long else RUNS
    names = [name for name in runs if not options.only or name in options.only]
    if os.geteuid() != 0:
        print(f"skipped: {len(names)} workloads, as only root may chroot for the native runs")
        print("0 passed, 0 failed")
        return 0
    system = "debian-servers" if options.long else "debian"
    made = subprocess.run([HERE.parent / "scripts/rootfs", system], check=True, stdout=subprocess.PIPE, text=True)
    archive = pathlib.Path(made.stdout.strip())
    root = options.work.resolve()
    make_native_root(archive.with_suffix(""), root)
    programs = root.with_name(root.name + "-programs")
    compile_programs(programs)
    shutil.copytree(programs, root / "programs")
    settings = [f"--env={name}={value}" for name, value in ENVIRONMENT.items()]
    here = [str(options.jacinth), "linux", "--memory", "3G", "--root", str(archive), f"--bind={programs}:/programs",
            *settings, "--"]  # fmt: skip

    def check(name: str) -> str:
        wanted = run(native(name, root), SECONDS, env=ENVIRONMENT)
        try:
            got = run([*here, *command(name)], SECONDS)
        except subprocess.TimeoutExpired as expired:
            return f"no end after {SECONDS} s; printed {expired.output!r}"
        return "" if wanted == got else first_difference(wanted, got)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for name, problem in zip(names, pool.map(check, names)):
            failed += bool(problem)
            print(f"{'FAILED ' + name + chr(10) + problem if problem else 'ok ' + name}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
