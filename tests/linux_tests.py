#!/usr/bin/env python3
"""Linux programs, run natively first: what Linux prints is what Jacinth has to print.

    tests/linux_tests.py JACINTH WORK [--only NAME…]

Each program of tests/linux/programs is built with glibc and with musl, some in every way there is; each script of
tests/linux/scripts is run by busybox's shell. Output and exit status must be those of the native run. What was
compiled is kept under WORK.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import pathlib
import shutil
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent / "linux"
SECONDS = 60
OPTIONS = ["-O1", "-pthread", "-w", "-D_GNU_SOURCE", f"-I{HERE / 'programs'}"]
# The first two are for every program.
BUILDS = {
    "glibc": ["gcc", *OPTIONS],
    "musl-static": ["musl-gcc", *OPTIONS, "-static"],
    "glibc-static": ["gcc", *OPTIONS, "-static"],
    "glibc-static-pie": ["gcc", *OPTIONS, "-static-pie"],
    "musl": ["musl-gcc", *OPTIONS],
}
# Which programs are built in all ways: those that a C library's own code and the loader matter to.
EVERYWHERE = {"arguments", "memory", "signals", "threads", "vfork_exec", "write_exit", "fork_wait"}
# In the comment of a program that needs more of its C library than musl has.
GLIBC_ONLY = "glibc only"
LIBRARIES = ("lib64/ld-linux-x86-64.so.2", "lib/x86_64-linux-gnu/libc.so.6", "lib/x86_64-linux-gnu/libm.so.6",
             "lib/x86_64-linux-gnu/libgcc_s.so.1", "lib/ld-musl-x86_64.so.1")  # fmt: skip
SEEDS = ("1", "2", "3")
ARGUMENTS = {"arguments": ["one", "two words", ""]}


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    root: pathlib.Path
    native: list[str]  # empty: it runs here alone, and ends its output with "done"
    inside: list[str]


@dataclasses.dataclass(frozen=True)
class Outcome:
    output: bytes
    status: int


def make_root(work: pathlib.Path, build: str, base: pathlib.Path) -> pathlib.Path:
    """Where the programs of one build are, with busybox and the libraries of this system."""
    root = work / build
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(base, root, symlinks=True)
    for library in LIBRARIES:
        (root / library).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/" + library, root / library)
    (root / "tests").mkdir()
    return root


def compile_one(source: pathlib.Path, build: str, work: pathlib.Path) -> pathlib.Path:
    """The executable, compiled again only when something that it is made of has changed."""
    target = work / "programs" / build / source.stem
    made_of = [source, pathlib.Path(__file__), *source.parent.glob("*.h")]
    if not target.exists() or target.stat().st_mtime <= max(file.stat().st_mtime for file in made_of):
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([*BUILDS[build], "-o", target, source], check=True)
    return target


def builds_of(source: pathlib.Path) -> list[str]:
    if source.stem in EVERYWHERE:
        return list(BUILDS)
    return ["glibc"] if GLIBC_ONLY in source.read_text() else ["glibc", "musl-static"]


def all_cases(work: pathlib.Path, base: pathlib.Path, pool: concurrent.futures.Executor) -> list[Case]:
    roots = {build: make_root(work, build, base) for build in BUILDS}

    def case(source: pathlib.Path, build: str, arguments: list[str], native: bool = True) -> Case:
        target = compile_one(source, build, work)
        shutil.copy(target, roots[build] / "tests")
        name = ".".join([source.stem, build] if native else [source.stem, *arguments])
        place = f"tests/{source.stem}"
        return Case(name, roots[build], [str(roots[build] / place), *arguments] if native else [],
                    ["/" + place, *arguments])  # fmt: skip

    programs = [(source, build) for source in sorted((HERE / "programs").glob("*.c")) for build in builds_of(source)]
    cases = list(pool.map(lambda each: case(*each, ARGUMENTS.get(each[0].stem, [])), programs))
    cases += [case(source, "glibc-static", [seed], native=False)
              for source in sorted((HERE / "inside").glob("*.c")) for seed in SEEDS]  # fmt: skip
    root = roots["glibc"]
    for script in sorted((HERE / "scripts").glob("*.sh")):
        shutil.copy(script, root / "tests")
        native = [str(root / "usr/bin/busybox"), "sh", str(root / "tests" / script.name)]
        cases.append(Case(script.stem, root, native, ["/bin/sh", f"/tests/{script.name}"]))
    return cases


def reset_signals() -> None:
    """What whoever runs the tests in the background ignores, programs would inherit."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def run(command: list[str], seconds: int = SECONDS, **options) -> Outcome:
    # Each in a process group of its own: Linux wakes what is stopped in a group that another's end has orphaned.
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=seconds, check=False, preexec_fn=reset_signals, process_group=0, **options)  # fmt: skip
    return Outcome(done.stdout, done.returncode if done.returncode >= 0 else 128 - done.returncode)


def check(case: Case, jacinth: pathlib.Path) -> str:
    """Empty when the two runs agree; else what is different."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/root"}
    wanted = run(case.native, env=environment) if case.native else None
    settings = [f"--env={name}={value}" for name, value in environment.items()]
    try:
        got = run([str(jacinth), "linux", "--root", str(case.root), "--copy", *settings, "--", *case.inside])
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
    # The archive's path; the tree it was made of lies beside it.
    archive = subprocess.run([HERE.parent.parent / "scripts/rootfs"], check=True, capture_output=True, text=True)
    base = pathlib.Path(archive.stdout.strip()).with_suffix("")
    failed = 0
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=2)
    cases = [case for case in all_cases(options.work.resolve(), base, pool)
             if not options.only or case.name.split(".")[0] in options.only]  # fmt: skip
    with pool:
        for case, problem in zip(cases, pool.map(lambda case: check(case, options.jacinth), cases)):
            failed += bool(problem)
            print(f"{'FAILED' if problem else 'ok'} {case.name}", flush=True)
            if problem:
                print(problem, flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
