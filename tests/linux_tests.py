#!/usr/bin/env python3
"""Linux programs, run natively first: what Linux prints is what Jacinth has to print.

    tests/linux_tests.py JACINTH WORK [--only NAME…]

Each program of tests/linux/programs is built in several ways (C library, static or dynamic), each script of
tests/linux/scripts is run by busybox's shell. Output and exit status must be those of the native run.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent / "linux"
SECONDS = 60
BUILDS = {
    "glibc-static": ["gcc", "-O1", "-pthread", "-static"],
    "glibc-static-pie": ["gcc", "-O1", "-pthread", "-static-pie"],
    "musl-static": ["musl-gcc", "-O1", "-pthread", "-static"],
}
# Which programs are built in more than the first way: those that a C library's own code matters to.
EVERYWHERE = {"arguments", "memory", "signals", "threads", "vfork_exec", "write_exit", "fork_wait"}
SEEDS = ("1", "2", "3")
ARGUMENTS = {"arguments": ["one", "two words", ""]}


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    native: list[str]  # empty: it runs here alone, and ends its output with "done"
    inside: list[str]


@dataclasses.dataclass(frozen=True)
class Outcome:
    output: bytes
    status: int


def compile_all(root: pathlib.Path) -> list[Case]:
    cases = []
    for source in sorted((HERE / "programs").glob("*.c")):
        for build, command in BUILDS.items():
            if build != "glibc-static" and source.stem not in EVERYWHERE:
                continue
            name = f"{source.stem}.{build}"
            target = root / "tests" / name
            subprocess.run([*command, "-w", "-o", target, source], check=True)
            arguments = ARGUMENTS.get(source.stem, [])
            cases.append(Case(name, [str(target), *arguments], [f"/tests/{name}", *arguments]))
    for source in sorted((HERE / "inside").glob("*.c")):
        target = root / "tests" / source.stem
        subprocess.run([*BUILDS["glibc-static"], "-w", "-o", target, source], check=True)
        cases += [Case(f"{source.stem}.{seed}", [], [f"/tests/{source.stem}", seed]) for seed in SEEDS]
    for script in sorted((HERE / "scripts").glob("*.sh")):
        shutil.copy(script, root / "tests")
        native = [str(root / "usr/bin/busybox"), "sh", str(root / "tests" / script.name)]
        cases.append(Case(script.stem, native, ["/bin/sh", f"/tests/{script.name}"]))
    return cases


def run(command: list[str], **options) -> Outcome:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=SECONDS, check=False, **options)  # fmt: skip
    return Outcome(done.stdout, done.returncode if done.returncode >= 0 else 128 - done.returncode)


def check(case: Case, jacinth: pathlib.Path, root: pathlib.Path) -> str:
    """Empty when the two runs agree; else what is different."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/root"}
    wanted = run(case.native, env=environment) if case.native else None
    settings = [f"--env={name}={value}" for name, value in environment.items()]
    try:
        got = run([str(jacinth), "linux", "--root", str(root), *settings, "--", *case.inside])
    except subprocess.TimeoutExpired as expired:
        return f"no end after {SECONDS} s; printed {expired.output!r}"
    if wanted is None:
        return "" if got.status == 0 and got.output.endswith(b"done\n") else f"{got.status} {got.output[-400:]!r}"
    if got == wanted:
        return ""
    return f"natively: {wanted.status} {wanted.output.decode(errors='replace')}\n" \
           f"here: {got.status} {got.output.decode(errors='replace')}"  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jacinth", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--only", nargs="+", default=[])
    options = parser.parse_args()
    root = options.work.resolve() / "root"
    shutil.rmtree(root, ignore_errors=True)
    # The archive's path; the tree it was made of lies beside it.
    archive = subprocess.run([HERE.parent.parent / "scripts/rootfs"], check=True, capture_output=True, text=True)
    shutil.copytree(pathlib.Path(archive.stdout.strip()).with_suffix(""), root, symlinks=True)
    (root / "tests").mkdir()
    cases = [case for case in compile_all(root) if not options.only or case.name.split(".")[0] in options.only]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for case, problem in zip(cases, pool.map(lambda c: check(c, options.jacinth, root), cases)):
            failed += bool(problem)
            print(f"{'FAILED' if problem else 'ok'} {case.name}", flush=True)
            if problem:
                print(problem, flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
