#!/usr/bin/env python3
"""Root file systems and folders of the host: what `./run linux --root` and `--bind` take.

    tests/linux_folder_tests.py JACINTH WORK

A compressed archive is unpacked; a bound folder is the host's own, both ways, and nothing leads out of it.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import os
import pathlib
import shutil
import subprocess
import sys

import cases

SECONDS = 60
PROGRAMS = pathlib.Path(__file__).resolve().parent / "linux/folders"


class Machine:
    def __init__(self, jacinth: pathlib.Path, archive: pathlib.Path, work: pathlib.Path):
        self.jacinth, self.archive, self.work = jacinth, archive, work
        self.folder = work / "folder"
        shutil.rmtree(work, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (work / "secret").write_text("secret\n")

    def run(self, script: str, *options: str, root: pathlib.Path | None = None) -> tuple[int, str]:
        command = [str(self.jacinth), "linux", "--root", str(root or self.archive), *options, "--env=PATH=/bin",
                   "--", "/bin/sh", "-c", script]  # fmt: skip
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS,
                              check=False)  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def bound(self, script: str, place: str = "/mnt/folder") -> tuple[int, str]:
        return self.run(script, "--bind", f"{self.folder}:{place}")


def expect(got: tuple[int, str], status: int, text: str) -> None:
    if got != (status, text):
        raise AssertionError(f"{got} instead of {(status, text)}")


def test_compressed_root(machine: Machine) -> None:
    packed = machine.work / "root.cpio.gz"
    packed.write_bytes(gzip.compress(machine.archive.read_bytes(), 6))
    expect(machine.run("echo unpacked", root=packed), 0, "unpacked\n")
    packed.write_bytes(packed.read_bytes()[:-100])
    status, text = machine.run("echo unpacked", root=packed)
    if status == 0 or "not a good gzip file" not in text:
        raise AssertionError(f"{status} {text}")


def test_changes_go_both_ways(machine: Machine) -> None:
    (machine.folder / "theirs").write_text("from the host\n")
    expect(machine.bound("cat /mnt/folder/theirs; cd /mnt/folder; mkdir d; echo here > d/ours; mv theirs d"), 0,
           "from the host\n")  # fmt: skip
    if (machine.folder / "d/ours").read_text() != "here\n" or not (machine.folder / "d/theirs").exists():
        raise AssertionError("the host does not see it")
    expect(machine.bound("cd /mnt/folder; rm -r d; ls -A; mount | grep -c hostfs"), 0, "1\n")
    if any(machine.folder.iterdir()):
        raise AssertionError("still there")


def test_devices(machine: Machine) -> None:
    """Those of the host's folder are this kernel's devices of the same numbers; new ones cannot be made there."""
    os.mknod(machine.folder / "zeros", 0o020666, os.makedev(1, 5))
    os.mknod(machine.folder / "disk", 0o060600, os.makedev(7, 0))
    expect(machine.bound("cd /mnt/folder; head -c 3 zeros | od -An -tx1; stat -c '%F %t %T' zeros"), 0,
           " 00 00 00\ncharacter special file 1 5\n")  # fmt: skip
    expect(machine.bound("cat /mnt/folder/disk"), 1,
           "cat: can't open '/mnt/folder/disk': No such device or address\n")  # fmt: skip
    expect(machine.bound("mknod /mnt/folder/new c 1 3"), 1, "mknod: /mnt/folder/new: Operation not permitted\n")


def test_programs_run_from_a_folder(machine: Machine) -> None:
    shutil.copy("/bin/busybox" if pathlib.Path("/bin/busybox").exists() else
                machine.archive.with_suffix("") / "bin/busybox", machine.folder / "busybox")  # fmt: skip
    expect(machine.bound("/mnt/folder/busybox echo it runs"), 0, "it runs\n")


def test_nothing_leads_out(machine: Machine) -> None:
    (machine.folder / "up").symlink_to("../secret")
    (machine.folder / "absolute").symlink_to(machine.work / "secret")
    (machine.folder / "around").symlink_to("..")
    (machine.folder / "process").symlink_to("/proc/self/root" + str(machine.work / "secret"))
    script = "cd /mnt/folder; for f in ../secret up absolute around/secret process; do cat $f 2>/dev/null; done; pwd -P"
    expect(machine.bound(script), 0, "/mnt/folder\n")


def compiled(machine: Machine, name: str) -> None:
    subprocess.run(["gcc", "-O1", "-static", "-o", machine.folder / name, PROGRAMS / f"{name}.c"], check=True)


def test_mapped_files(machine: Machine) -> None:
    compiled(machine, "map_file")
    file = machine.folder / "file"
    file.write_bytes(b"from the host".ljust(2 * 4096, b"."))
    expect(machine.bound("/mnt/folder/map_file /mnt/folder/file"), 0, "done\n")
    wanted = bytearray(b"by a mapping!".ljust(4096, b".") + b"by a call".ljust(4096, b".") + bytes(4096))
    wanted[100:111] = b"at the end\0"
    wanted[8192 + 90:8192 + 100] = b"0123456789"
    wanted[8192 + 200:8192 + 207] = b"a child"
    if file.read_bytes() != wanted:
        raise AssertionError("the host has something else")


def root_folder(machine: Machine) -> pathlib.Path:
    """A root file system that is a folder of the host, without anything that is mounted in it."""
    root = machine.folder / "root"
    shutil.copytree(machine.archive.with_suffix(""), root, symlinks=True)
    shutil.rmtree(root / "proc")
    return root


def test_root_is_the_folder(machine: Machine) -> None:
    root = root_folder(machine)
    script = "echo here > /tmp/new; mkfifo /f; (read line < /f; echo read $line) & echo it > /f; wait; ls -d /proc/self"
    expect(machine.run(script, root=root), 0, "read it\n/proc/self\n")
    if (root / "tmp/new").read_text() != "here\n" or not (root / "f").is_fifo():
        raise AssertionError("the host does not see it")
    expect(machine.run("rm /tmp/new; ls /tmp", "--copy", root=root), 0, "")
    if not (root / "tmp/new").exists():
        raise AssertionError("a copy was the folder")


def test_nothing_leads_out_of_the_root(machine: Machine) -> None:
    root = root_folder(machine)
    (machine.folder / "secret").write_text("secret\n")
    (root / "up").symlink_to("../secret")
    (root / "around").symlink_to("..")
    (root / "absolute").symlink_to(machine.folder / "secret")
    script = "for f in ../secret up around/secret absolute /proc/self/root/../secret; do cat $f 2>/dev/null; done; pwd"
    expect(machine.run(f"cd /; {script}", root=root), 0, "/\n")


# Moves a folder, in which a program looks for "..", out of the root, back and forth.
MOVES = """import os, sys
while True:
    os.rename("root/a/b", "b")
    os.rename("b", "root/a/b")
"""


def test_moved_folders_lead_nowhere(machine: Machine) -> None:
    root = root_folder(machine)
    (machine.folder / "secret").write_text("secret\n")
    (root / "a/b/c").mkdir(parents=True)
    mover = subprocess.Popen([sys.executable, "-c", MOVES], cwd=machine.folder)
    try:
        script = "i=0; while [ $i -lt 300 ]; do i=$((i+1)); " \
                 "(cd /a/b/c && cat ../../secret ../../../secret) 2>/dev/null; done; echo done"  # fmt: skip
        expect(machine.run(script, root=root), 0, "done\n")
    finally:
        mover.kill()
        mover.wait()


def test_wrong_options(machine: Machine) -> None:
    for wrong in ("nowhere", "/no/such/folder:/mnt", f"{machine.folder}:relative"):
        status, text = machine.run("true", "--bind", wrong)
        if status == 0 or not text.startswith("jacinth: "):
            raise AssertionError(f"{wrong}: {status} {text}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jacinth", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    options = parser.parse_args()
    rootfs = pathlib.Path(__file__).resolve().parent.parent / "scripts/rootfs"
    archive = pathlib.Path(subprocess.run([rootfs], check=True, capture_output=True, text=True).stdout.strip())

    def on_a_fresh_machine(test):
        @functools.wraps(test)
        def run():
            test(Machine(options.jacinth.resolve(), archive, options.work.resolve()))
        return run

    return cases.run_each(map(on_a_fresh_machine, cases.named_tests(globals())))


if __name__ == "__main__":
    sys.exit(main())
