#!/usr/bin/env python3
"""The stress mix (user/stress) on a machine: anything its workers find wrong, or memory not given back, is a failure."""

import argparse
import pathlib
import re
import subprocess
import sys
import time

MACHINE = pathlib.Path(__file__).resolve().parent.parent / "scripts" / "machine"
HOSTS = {"host": "jacinth", "host_checked": "jacinth_checked"}
SUMMARY = re.compile(r"stress: seed \d+, .*; (\d+) failures")
PATIENCE = 120  # seconds beyond those that the mix itself takes


def command(options: argparse.Namespace) -> list[str]:
    binaries = options.build / "bin"
    program = f"userboot=bin/stress+{options.seed}+{options.seconds}+{options.processes}"
    arguments = ["--cpus", str(options.cpus), "--cmdline", program]
    if options.machine in HOSTS:
        return [str(binaries / HOSTS[options.machine]), "zircon", str(binaries / "stress.zbi"), *arguments]
    architecture = "riscv64" if options.machine == "sifive_u" else options.machine
    image = "stress.riscv64.zbi" if architecture == "riscv64" else "stress.zbi"
    kernel = binaries / f"jacinth-{architecture}{'_checked' if options.checked else ''}"
    return [str(MACHINE), options.machine, str(binaries / image), "--kernel", str(kernel), *arguments,
            *(["--board", options.board] if options.board else []),
            *(["--firmware", options.firmware] if options.firmware else [])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--machine", default="host", help="host (the default), host_checked, or one in QEMU as scripts/machine names it")
    parser.add_argument("--checked", action="store_true", help="in QEMU: the kernel that checks itself")
    parser.add_argument("--board", help="as scripts/machine takes it")
    parser.add_argument("--firmware", help="as scripts/machine takes it")
    parser.add_argument("--cpus", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--processes", type=int, default=6)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1000 % 1_000_000, help="default: another each time")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    try:
        ran = subprocess.run(command(options), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=options.seconds + PATIENCE, text=True, errors="replace", check=False)
    except subprocess.TimeoutExpired as stuck:
        print((stuck.stdout or b"").decode(errors="replace"))
        print("FAILED: the machine does not come to its end")
        return 1
    print(ran.stdout, end="")
    told = SUMMARY.search(ran.stdout)
    if ran.returncode != 0 or told is None or told[1] != "0":
        print(f"FAILED: exit status {ran.returncode}; again with --seed {options.seed}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
