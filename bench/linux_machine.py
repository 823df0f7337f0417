#!/usr/bin/env python3
"""Counts the instructions of Linux programs on a bare machine, beside the same binary on Debian's Linux in the same QEMU.

With -icount shift=0 the emulated clock advances by a nanosecond for each instruction, so what a program measures as
time is a count. Both kernels get the same processor, one CPU, the same memory and the same initial RAM disk.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import instruction_profile
from linux_programs import LINES, ROOT, SIZES, Figures

sys.path.insert(0, str(ROOT / "scripts"))
from cpio_archive import write_archive  # noqa: E402

SOURCES = sorted((ROOT / "bench/linux").glob("*.c"))
MARK = 0.7
NO_KERNEL = "compute"  # nobody can do it in fewer instructions than its own
PATIENCE = 3600  # seconds
MEMORY = "512M"
COUNTING = ["-icount", "shift=0"]
# What Linux begins with; ours starts the program itself.
FIRST_PROGRAM = """#!/bin/busybox sh
/bin/busybox mount -t devtmpfs none /dev
/bin/busybox ifconfig lo up
/bin/linux_bench /tmp /bin/busybox $*
/bin/busybox poweroff -f
"""
# Without what a processor's flaws cost Linux: we do nothing about them either.
BOOT_WORDS = "quiet mitigations=off rdinit=/init"
QEMU = {"x86_64": (["qemu-system-x86_64", "-machine", "q35", "-cpu", "max"], "console=ttyS0"),
        "riscv64": (["qemu-system-riscv64", "-machine", "virt"], "console=ttyS0 earlycon=sbi")}


def made_by(script: str, name: str) -> pathlib.Path:
    done = subprocess.run([ROOT / "scripts" / script, name], check=True, capture_output=True, text=True)
    return pathlib.Path(done.stdout.strip())


def compiler(machine: str) -> list[str]:
    if machine == "x86_64":
        return ["gcc"]
    return ["clang-19", "--target=riscv64-linux-gnu", f"--sysroot={made_by('rootfs', 'sysroot.riscv64')}", "-fuse-ld=lld"]


def make_archive(machine: str, folder: pathlib.Path) -> pathlib.Path:
    root = folder / "root"
    for name in ("bin", "dev", "tmp"):
        (root / name).mkdir(parents=True)
    system = made_by("rootfs", "busybox" if machine == "x86_64" else f"busybox.{machine}").with_suffix("")
    first = root / "init"
    first.write_text(FIRST_PROGRAM)
    first.chmod(0o755)
    program = root / "bin/linux_bench"
    subprocess.run([*compiler(machine), "-O2", "-D_GNU_SOURCE", "-static", "-pthread", "-s", "-o", program, *SOURCES], check=True)
    archive = folder / "root.cpio"
    write_archive(root, archive, {"bin/busybox": system / "usr/bin/busybox"})
    return archive


def figures_of(command: list[str]) -> Figures:
    """What it prints, among what a kernel says on the same console."""
    text = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          errors="replace", timeout=PATIENCE, check=False).stdout
    known = {line.name for line in LINES} | set(SIZES)
    figures: Figures = {}
    for words in (line.split() for line in text.splitlines()):
        if len(words) == 2 and words[0] in known and words[1] != "-":
            figures[words[0]] = float(words[1])
    return figures


def ours(machine: str, binaries: pathlib.Path, archive: pathlib.Path, *what: str, more: tuple[str, ...] = ()) -> list[str]:
    counting = [f"--qemu={word}" for word in (*COUNTING, *more)]
    return [str(ROOT / "scripts/machine"), machine, "--kernel", str(binaries / f"jacinth-{machine}"), "--root", str(archive),
            "--cpus", "1", "--memory", MEMORY, *counting, "--", "/bin/linux_bench", "/tmp", "/bin/busybox", *what]


def linux(machine: str, archive: pathlib.Path, what: str) -> list[str]:
    begin, console = QEMU[machine]
    return [*begin, "-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot", "-smp", "1", "-m", MEMORY,
            "-kernel", str(made_by("linux-kernel", machine)), "-initrd", str(archive),
            "-append", f"{BOOT_WORDS} {console} -- {what}", *COUNTING]


def show_profile(options: argparse.Namespace, archive: pathlib.Path) -> None:
    """Where our instructions of one line are."""
    figure = figures_of(ours(options.machine, options.bin, archive, options.profile))[options.profile]
    kernel = options.bin / f"jacinth-{options.machine}"

    def endless(more: list[str]) -> list[str]:
        return ours(options.machine, options.bin, archive, "--endless", options.profile, more=tuple(more))

    instruction_profile.show(endless, kernel.with_name(kernel.name + ".debug"), figure, options.inlined)


def print_table(counts: Figures, theirs: Figures) -> None:
    print(f"{'':<43} {'Jacinth':>11} {'Linux':>11} {'ratio':>6}  mark <= {MARK}")
    for line in LINES:
        if line.name not in counts and line.name not in theirs:
            continue
        row = f"{line.text:<43}"
        for figures in (counts, theirs):
            row += f" {f'{figures[line.name]:,.0f}' if line.name in figures else 'none':>11}"
        if line.name in counts and line.name in theirs:
            ratio = counts[line.name] / theirs[line.name]
            row += f" {ratio:>6.2f}"
            if line.name != NO_KERNEL:
                row += "  met" if ratio <= MARK else "  MISSED"
        print(row, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where the kernels are")
    parser.add_argument("--machine", choices=sorted(QEMU), required=True)
    parser.add_argument("--only", choices=[line.name for line in LINES], metavar="NAME", help="just one line")
    parser.add_argument("--profile", choices=[line.name for line in LINES], metavar="NAME",
                        help="show in which functions our instructions of this line are")
    parser.add_argument("--inlined", action="store_true", help="… counting functions that were inlined into others")
    options = parser.parse_args()
    what = options.only or "--few"
    try:
        with tempfile.TemporaryDirectory() as folder:
            archive = make_archive(options.machine, pathlib.Path(folder))
            if options.profile:
                show_profile(options, archive)
                return 0
            kernel = made_by("linux-kernel", options.machine)
            counts = figures_of(ours(options.machine, options.bin, archive, what))
            theirs = figures_of(linux(options.machine, archive, what))
    except subprocess.SubprocessError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(f"{options.machine}, instructions, one CPU; Linux is {kernel.name.partition('-')[2]}")
    print_table(counts, theirs)
    return 0 if counts and theirs else 1


if __name__ == "__main__":
    sys.exit(main())
