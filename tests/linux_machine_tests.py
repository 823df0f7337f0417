#!/usr/bin/env python3
"""Linux programs on bare machines: the static ones of linux_tests.py, in QEMU.

    tests/linux_machine_tests.py MACHINE KERNEL WORK [--only NAME…] [--every N]

What they print and how they end must be as in their native run on this machine's Linux; for RISC-V they are compiled
twice. A bare machine's console ends lines as terminals want it, so that is left out of the comparison.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import pathlib
import shutil
import subprocess
import sys

from linux_tests import ARGUMENTS, HERE, OPTIONS, Outcome, run

ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from cpio_archive import write_archive  # noqa: E402

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/root"}
# What gcc lets pass.
CLANG_ONLY = ["-Wno-implicit-function-declaration", "-Wno-incompatible-function-pointer-types"]
STATIC = [*OPTIONS, "-static", "-s"]
# Why a program is not compared.
LEFT_OUT = {"exec_scripts": "how much of a first line counts depends on the length of the interpreter's path",
            "alignment_checks": "QEMU's processors check no alignment",
            "time_split": "it estimates from samples of calls, of which an emulated machine makes few",
            "tty_raw": "it measures tenths of seconds, and an emulated machine is late",
            "wait_for_pidfds": "its children end 20 ms apart, and an emulated machine is late",
            "posix_timer_overrun": "it counts milliseconds, and an emulated machine is late"}
# What a program does that only x86-64 has.
OLD_CALLS = "it makes calls that newer architectures do not have"
OWN_CODE = "it has x86-64 instructions"
REGISTERS = "it knows the registers of x86-64"
ONLY_X86_64 = {"faults": OWN_CODE, "rseq": OWN_CODE, "call_sites": OWN_CODE, "call_sites_fork": OWN_CODE,
               "call_sites_signals": OWN_CODE, "call_sites_threads": OWN_CODE, "code_changes": OWN_CODE,
               "old_directory_lists": OLD_CALLS, "paths_at_edges": OLD_CALLS, "poll_pipes": OLD_CALLS,
               "select_errors": OLD_CALLS,
               "ptrace_breakpoints": REGISTERS, "ptrace_calls": REGISTERS, "ptrace_exec": REGISTERS,
               "ptrace_exit": REGISTERS, "ptrace_memory": REGISTERS, "ptrace_registers": REGISTERS,
               "ptrace_restart": REGISTERS, "ptrace_single_step": REGISTERS}


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    file: pathlib.Path  # what goes into tests/ there
    native: list[str]
    inside: list[str]


def rootfs(name: str) -> pathlib.Path:
    made = subprocess.run([ROOT / "scripts/rootfs", name], check=True, capture_output=True, text=True)
    return pathlib.Path(made.stdout.strip())


def compiler(architecture: str) -> list[str]:
    if architecture == "x86_64":
        return ["gcc", *STATIC]
    return ["clang-19", f"--target={architecture}-linux-gnu", f"--sysroot={rootfs(f'sysroot.{architecture}')}",
            "-fuse-ld=lld", *CLANG_ONLY, *STATIC]


def compile_one(source: pathlib.Path, architecture: str, work: pathlib.Path) -> pathlib.Path:
    """The executable, compiled again only when something that it is made of has changed."""
    target = work / architecture / source.stem
    made_of = [source, *source.parent.glob("*.h")]
    if not target.exists() or target.stat().st_mtime <= max(file.stat().st_mtime for file in made_of):
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([*compiler(architecture), "-o", target, source], check=True)
    return target


def make_base(architecture: str, base: pathlib.Path) -> None:
    """The root file system of all cases, which each adds its file to: what is not there need not be unpacked."""
    # The archive's path; the tree it was made of lies beside it.
    made = rootfs("busybox" if architecture == "x86_64" else f"busybox.{architecture}").with_suffix("")
    shutil.rmtree(base, ignore_errors=True)
    shutil.copytree(made, base, symlinks=True)
    (base / "tests").mkdir()


def all_cases(architecture: str, work: pathlib.Path, only: list[str], every: int) -> list[Case]:
    cases = []
    for source in sorted((HERE / "programs").glob("*.c"))[::every]:
        name = source.stem
        if only and name not in only:
            continue
        reasons = LEFT_OUT if architecture == "x86_64" else LEFT_OUT | ONLY_X86_64
        if name in reasons:
            print(f"skipped {name}: {reasons[name]}", flush=True)
            continue
        arguments = ARGUMENTS.get(name, [])
        cases.append(Case(name, compile_one(source, architecture, work),
                          [str(compile_one(source, "x86_64", work)), *arguments], [f"/tests/{name}", *arguments]))
    busybox = str(rootfs("busybox").with_suffix("") / "usr/bin/busybox")
    for script in sorted((HERE / "scripts").glob("*.sh")):
        if only and script.stem not in only:
            continue
        cases.append(Case(script.stem, script, [busybox, "sh", str(script)], ["/bin/sh", f"/tests/{script.name}"]))
    return cases


def check(case: Case, base: pathlib.Path, start: list[str]) -> str:
    """Empty when the two runs agree; else what is different."""
    wanted = run(case.native, env=ENVIRONMENT)
    archive = base.parent / f"{base.name}.{case.name}.cpio"
    write_archive(base, archive, {f"tests/{case.file.name}": case.file})
    settings = [f"--env={name}={value}" for name, value in ENVIRONMENT.items()]
    try:
        told = run([*start, "--root", str(archive), *settings, "--", *case.inside])
    except subprocess.TimeoutExpired as expired:
        return f"no end after {expired.timeout} s; printed {expired.output!r}"
    finally:
        archive.unlink()
    got = Outcome(told.output.replace(b"\r\n", b"\n"), told.status)
    if got == wanted:
        return ""
    return f"natively: {wanted.status} {wanted.output.decode(errors='replace')}\n" \
           f"here: {got.status} {got.output.decode(errors='replace')}"  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("machine", help="as scripts/machine names it")
    parser.add_argument("kernel", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path, help="where programs and root file system are made")
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="just every Nth program")
    options = parser.parse_args()
    work = options.work.resolve()
    architecture = "x86_64" if options.machine == "x86_64" else "riscv64"
    cases = all_cases(architecture, work, options.only, options.every)
    base = work / f"base.{architecture}"
    make_base(architecture, base)
    start = [str(ROOT / "scripts/machine"), options.machine, "--kernel", str(options.kernel),
             "--cpus", "2", "--memory", "512M", "--firmware", "none"]  # OpenSBI has much to say
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for case, problem in zip(cases, pool.map(lambda case: check(case, base, start), cases)):
            failed += bool(problem)
            print(f"{'FAILED' if problem else 'ok'} {case.name}", flush=True)
            if problem:
                print(problem, flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
