#!/usr/bin/env python3
"""Runs every test suite, two at a time, and adds up their cases.

A suite is a command. How its cases are counted:
  gtest   a GoogleTest binary: from the JSON report it writes
  counted anything that prints a line `N passed, M failed`
  check   one case: passed when the command exits with 0
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Suite:
    name: str
    kind: str
    command: list[str]
    seconds: int = 600
    long: bool = False  # only with --long
    alone: bool = False  # needs both CPUs to itself


@dataclasses.dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""


def suites(build: pathlib.Path) -> list[Suite]:
    binary = build / "bin"
    python = sys.executable
    script = ROOT / "tests"
    table = str(ROOT / "abi/zircon/syscalls.txt")
    vdsos = [str(build / "vdso" / f"libzircon.{form}.so") for form in ("host", "x86_64", "riscv64")]
    return [
        # The longest on one CPU comes first, so that no other waits for it at the end.
        Suite("seeds", "gtest", ["env", "JACINTH_ALL_SEEDS=1", str(binary / "unit_tests"), "--gtest_filter=*Seeds.*"],
              seconds=900),
        Suite("format", "check", ["bash", str(ROOT / "scripts/format"), "--check"]),
        Suite("layering", "check", [python, str(script / "layering.py")]),
        Suite("tidy", "check", [python, str(ROOT / "scripts/tidy")], seconds=900, alone=True),
        Suite("syscallgen", "check", [python, str(ROOT / "tools/syscallgen/test_syscallgen.py")]),
        Suite("ktrace-tool", "check", [python, str(ROOT / "tools/ktrace/test_chrome_trace.py")]),
        Suite("syscall-page", "check", [python, str(ROOT / "tools/syscallgen/syscallgen.py"), table,
                                        "--kernel-sources", str(ROOT / "kernel/zircon"),
                                        "--tests", str(ROOT / "user/core-tests/cases"),
                                        "--page", str(ROOT / "docs/zircon-syscalls.md"), "--check"]),
        Suite("linux-page", "check", [python, str(ROOT / "tools/syscallgen/syscallgen.py"),
                                      str(ROOT / "abi/linux/syscalls.txt"), "--personality", "linux",
                                      "--kernel-sources", str(ROOT / "kernel/linux"),
                                      "--page", str(ROOT / "docs/linux-syscalls.md"), "--check"]),
        Suite("linux", "counted", [python, str(script / "linux_tests.py"), str(binary / "jacinth"),
                                   str(build / "linux-tests")]),
        Suite("linux-real", "counted", [python, str(script / "linux_real.py"), str(binary / "jacinth"),
                                        str(build / "linux-real")]),
        Suite("linux-real-long", "counted", [python, str(script / "linux_real.py"), str(binary / "jacinth"),
                                             str(build / "linux-real-long"), "--long"], long=True),
        Suite("linux-terminal", "counted", [python, str(script / "linux_terminal_tests.py"), str(binary / "jacinth"),
                                            str(build / "linux-terminal")]),
        *(Suite(f"linux-terminal-{machine}", "counted",
                [python, str(script / "linux_terminal_tests.py"), str(binary / f"jacinth-{machine}_checked"),
                 str(build / "linux-terminal"), "--machine", machine]) for machine in ("x86_64", "riscv64")),
        *(Suite(f"linux-memory{machine and '-' + machine}", "counted",
                [python, str(script / "linux_memory_tests.py"), str(binary / kernel), str(build / f"linux-memory{machine}"),
                 *(["--machine", machine] if machine else [])])
          for machine, kernel in (("", "jacinth_checked"), ("x86_64", "jacinth-x86_64_checked"))),
        Suite("linux-folders", "counted", [python, str(script / "linux_folder_tests.py"), str(binary / "jacinth"),
                                           str(build / "linux-folders")]),
        Suite("vdso-image", "counted", [python, str(ROOT / "user/vdso/check_image.py"), table, *vdsos]),
        Suite("vdso", "gtest", [str(binary / "vdso_test")]),
        Suite("zbi", "counted", [python, str(ROOT / "tools/zbi/zbi_test.py"), str(binary / "zbi")]),
        *(Suite(f"fuzz-{name}", "check", [python, str(ROOT / "fuzz/run.py"), str(binary / f"fuzz_{name}"), seconds])
          for name, seconds in (("elf", "60"), ("zbi", "60"), ("bootfs", "60"), ("cpio", "20"), ("lz4", "20"), ("zstd", "20"),
                                ("fdt", "20"), ("syscalls", "60"))),
        Suite("frame-sizes", "check", [python, str(script / "frame_sizes.py"), "--build", str(build)]),
        # On the kernel as it is used, and on the one that checks itself.
        *(Suite(f"core{suffix}", "counted", [python, str(script / "core_tests.py"), str(binary / kernel),
                                             str(binary / "core-tests.zbi")])
          for suffix, kernel in (("", "jacinth"), ("-checked", "jacinth_checked"))),
        *(Suite(f"shell{suffix}", "counted", [python, str(script / "shell_test.py"), str(build), str(binary / kernel)])
          for suffix, kernel in (("", "jacinth"), ("-checked", "jacinth_checked"))),
        # The two kernels take turns on the bare machines as well.
        *(
            Suite(f"core-{name}", "counted",
                  [python, str(script / "core_tests.py"), str(binary / kernel), str(binary / image), *more])
            for name, kernel, image, more in (
                ("x86_64", "jacinth-x86_64", "core-tests.zbi", "--machine x86_64 --cpus 1 4".split()),
                ("x86_64-pc", "jacinth-x86_64_checked", "core-tests.zbi",
                 "--machine x86_64 --board pc --cpus 1 4".split()),
                ("riscv64-opensbi", "jacinth-riscv64", "core-tests.riscv64.zbi", "--machine riscv64 --cpus 1 4".split()),
                ("riscv64-m-mode", "jacinth-riscv64_checked", "core-tests.riscv64.zbi",
                 "--machine riscv64 --firmware none --cpus 1 4".split()),
                ("sifive_u-opensbi", "jacinth-riscv64_checked", "core-tests.riscv64.zbi",
                 "--machine sifive_u --cpus 2".split()),
                ("sifive_u-m-mode", "jacinth-riscv64", "core-tests.riscv64.zbi",
                 "--machine sifive_u --firmware none --cpus 4".split()),
            )
        ),
        *(Suite(f"machine-{machine.replace('/none', '-m-mode')}", "counted",
                [python, str(script / "machine_test.py"), str(build), machine])
          for machine in ("x86_64", "riscv64", "riscv64/none", "sifive_u")),
        *(Suite(f"shell-{machine}", "counted", [python, str(script / "shell_test.py"), str(build),
                                                str(binary / f"jacinth-{machine}"), "--machine", machine])
          for machine in ("x86_64", "riscv64")),
        # All of them take ten minutes: a machine is started for each.
        *(Suite(f"linux-{machine}{name}", "counted",
                [python, str(script / "linux_machine_tests.py"), machine, str(binary / f"jacinth-{machine}_checked"),
                 str(build / f"linux-machine-tests{name}"), "--every", every], seconds=1200, long=long)
          for machine in ("x86_64", "riscv64") for name, every, long in (("", "6", False), ("-all", "1", True))),
        *(Suite(f"stress{suffix}", "check", [python, str(script / "stress_test.py"), str(build), *more])
          for suffix, more in (("", ()), ("-checked", ("--machine", "host_checked", "--seconds", "15")))),
        *(Suite(f"stress-{name}", "check", [python, str(script / "stress_test.py"), str(build), *more.split()], long=long)
          for name, more, long in (
              ("x86_64", "--machine x86_64 --checked --seconds 60", False),
              ("x86_64-pc", "--machine x86_64 --board pc --seconds 60", True),
              ("riscv64-opensbi", "--machine riscv64 --checked --seconds 60", True),
              ("riscv64-m-mode", "--machine riscv64 --firmware none --checked --seconds 60", False),
              ("sifive_u", "--machine sifive_u --seconds 60", True),
          )),
        Suite("bench-table", "check", [python, str(ROOT / "bench/table.py"), "--bin", str(binary)]),
        *(Suite(f"gdb-{machine}", "counted", [python, str(script / "gdb_test.py"), str(build), "--machine", machine])
          for machine in ("host", "x86_64", "riscv64")),
        Suite("unit", "gtest", [str(binary / "unit_tests")], seconds=900),
        *(
            Suite(f"{machine}-{cpus}", "counted",
                  [str(binary / f"jacinth_{machine.replace('-', '_')}_selftest"), "--cpus", str(cpus)])
            for machine in ("host", "host-checked") for cpus in (1, 2, 4)
        ),
        Suite("foreign", "counted", [python, str(script / "foreign_boot.py"), str(binary / "jacinth"),
                                     str(binary / "default.zbi")]),
        Suite("host-options", "counted", [python, str(script / "host_options.py"), str(binary)]),
        Suite("host-machine", "counted", [python, str(script / "host_machine.py"), str(binary)]),
    ]


def count_gtest(report: pathlib.Path) -> Outcome:
    outcome = Outcome()
    data = json.loads(report.read_text())
    for group in data["testsuites"]:
        for case in group["testsuite"]:
            if case.get("status") == "NOTRUN" or case.get("result") == "SKIPPED":
                outcome.skipped += 1
            elif case.get("failures"):
                outcome.failed += 1
            else:
                outcome.passed += 1
    return outcome


def count(suite: Suite, status: int, output: str, report: pathlib.Path) -> Outcome:
    if suite.kind == "gtest" and report.exists():
        outcome = count_gtest(report)
    elif suite.kind == "counted" and (found := re.findall(r"(\d+) passed, (\d+) failed", output)):
        outcome = Outcome(passed=int(found[-1][0]), failed=int(found[-1][1]))
    elif suite.kind == "check" and status == 0:
        outcome = Outcome(passed=1)
    else:
        outcome = Outcome(failed=1)
    if status != 0 and outcome.failed == 0:
        outcome.failed = 1
        outcome.note = f"exit status {status}"
    return outcome


def run(suite: Suite, logs: pathlib.Path) -> Outcome:
    report = logs / f"{suite.name}.json"
    report.unlink(missing_ok=True)
    environment = dict(os.environ, GTEST_COLOR="no")
    if suite.kind == "gtest":
        environment["GTEST_OUTPUT"] = f"json:{report}"
    started = time.monotonic()
    log = logs / f"{suite.name}.log"
    try:
        with log.open("wb") as sink:
            status = subprocess.run(
                suite.command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT,
                timeout=suite.seconds, env=environment, cwd=ROOT, check=False,
            ).returncode
    except subprocess.TimeoutExpired:
        status = -1
    except OSError as error:
        log.write_text(str(error))
        status = -1
    outcome = count(suite, status, log.read_text(errors="replace"), report)
    outcome.seconds = time.monotonic() - started
    if outcome.seconds >= suite.seconds:
        outcome.note = f"stopped after {suite.seconds} s"
    return outcome


def show(suite: Suite, outcome: Outcome, logs: pathlib.Path) -> None:
    skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
    note = f"  ({outcome.note})" if outcome.note else ""
    print(f"{suite.name:<16} {outcome.passed:>5} ok, {outcome.failed} not ok{skipped}  "
          f"{outcome.seconds:.1f} s{note}", flush=True)
    if outcome.failed:
        text = (logs / f"{suite.name}.log").read_text(errors="replace").splitlines()
        failures = [line for line in text if "FAILED" in line or "rror:" in line][-20:]
        print("\n".join("    " + line for line in failures + ["…"] + text[-40:]), flush=True)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", type=pathlib.Path, required=True)
    arguments.add_argument("--long", action="store_true", help="run the soaks too")
    arguments.add_argument("--only", nargs="+", metavar="NAME", default=[])
    arguments.add_argument("--list", action="store_true")
    options = arguments.parse_args()

    chosen = [suite for suite in suites(options.build.resolve()) if options.long or not suite.long]
    if options.list:
        print("\n".join(suite.name for suite in chosen))
        return 0
    if unknown := set(options.only) - {suite.name for suite in chosen}:
        print(f"test: no suite named {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    if options.only:
        chosen = [suite for suite in chosen if suite.name in options.only]

    logs = options.build / "test-logs"
    logs.mkdir(parents=True, exist_ok=True)
    total = Outcome()

    def finish(suite: Suite, outcome: Outcome) -> None:
        show(suite, outcome, logs)
        total.passed += outcome.passed
        total.failed += outcome.failed
        total.skipped += outcome.skipped

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        waiting = {pool.submit(run, s, logs): s for s in chosen if not s.alone}
        for done in concurrent.futures.as_completed(waiting):
            finish(waiting[done], done.result())
    for suite in (s for s in chosen if s.alone):
        finish(suite, run(suite, logs))

    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
