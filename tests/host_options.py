#!/usr/bin/env python3
"""The command line of `jacinth`, with a kernel that shows what it was given.

Usage: host_options.py BIN_DIRECTORY. Prints `N passed, M failed`.
"""

import pathlib
import re
import struct
import subprocess
import sys
import tempfile

import cases

BIN = pathlib.Path(sys.argv[1])
PROGRAM = str(BIN / "jacinth_host_options_test")
PATIENCE = 60


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE)


def item(kind: int, payload: bytes, extra: int = 0, flags: int = 0x10000, crc: int = 0x4A87E8D6) -> bytes:
    header = struct.pack("<8I", kind, len(payload), extra, flags, 0, 0, 0xB5781729, crc)
    return header + payload + bytes(-len(payload) % 8)


def zbi(*items: bytes) -> bytes:
    return item(0x544F4F42, b"".join(items), extra=0x868CF7E6)


class Files:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()

    def make(self, name: str, content: bytes) -> str:
        path = pathlib.Path(self.folder.name) / name
        path.write_bytes(content)
        return str(path)


FILES = Files()
GOOD = FILES.make("good.zbi", zbi(item(0x4C444D43, b"userboot=bin/shell\0")))


def complains(status: int, pattern: str, *arguments: str) -> None:
    result = run(*arguments)
    assert result.returncode == status, f"{arguments}: exit status {result.returncode}"
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("jacinth: "), f"{arguments}: {result.stderr!r}"
    assert re.search(pattern, lines[0]), lines[0]
    assert result.stdout == ""


def test_help_and_version():
    for arguments in (["--help"], ["zircon", "--help"], ["--version"]):
        result = run(*arguments)
        assert result.returncode == 0 and "jacinth" in result.stdout, result
    assert "--memory" in run("zircon", "--help").stdout


def test_options_reach_the_kernel():
    result = run("zircon", GOOD, "--cmdline", "--show", "--cpus", "3", "--memory", "32M", "--log", "debug",
                 "--trace", "0x10")
    assert result.returncode == 0, result.stderr
    assert "cpus 3, memory " in result.stdout
    assert "log 4, trace 10" in result.stdout
    assert f"zbi {pathlib.Path(GOOD).stat().st_size}, " in result.stdout
    assert "zero after images: true" in result.stdout


def test_all_calls_can_be_traced():
    assert f"trace {2**64 - 1:x}" in run("zircon", GOOD, "--cmdline", "--show", "--trace", "all").stdout


def test_wrong_options():
    complains(2, "subcommand", "")
    complains(2, "IMAGE", "zircon")
    complains(2, "cpus", "zircon", GOOD, "--cpus", "0")
    complains(2, "cpus", "zircon", GOOD, "--cpus", "65")
    complains(2, "cpus", "zircon", GOOD, "--cpus", "many")
    complains(2, "log", "zircon", GOOD, "--log", "loud")
    complains(2, "mask", "zircon", GOOD, "--trace", "some")
    complains(2, "", "zircon", GOOD, "--no-such-option")
    complains(2, "", "no-such-command")


def test_impossible_sizes():
    for size in ("", "x", "1X", "-1M", "99999999999999999999", "1.5G", "M"):
        complains(2, "", "zircon", GOOD, f"--memory={size}")
    complains(2, "at least 16M", "zircon", GOOD, "--memory", "15M")
    complains(2, "at most 512G", "zircon", GOOD, "--memory", "600G")
    complains(1, "does not have", "zircon", GOOD, "--memory", "512G")


def test_missing_and_damaged_images():
    complains(1, "No such file", "zircon", "/no/such/file")
    complains(1, "not a regular file", "zircon", "/")
    complains(1, "not a boot image", "zircon", FILES.make("empty.zbi", b""))
    complains(1, "not a boot image", "zircon", FILES.make("noise.zbi", bytes(range(256)) * 16))
    complains(1, "not a boot image", "zircon", FILES.make("short.zbi", pathlib.Path(GOOD).read_bytes()[:-8]))
    bad_crc = zbi(item(0x4C444D43, b"text", flags=0x30000, crc=1))
    complains(1, "damaged", "zircon", FILES.make("crc.zbi", bad_crc))
    complains(1, "too large", "zircon", FILES.make("large.zbi", zbi(item(1, bytes(12 << 20)))), "--memory", "16M")


def test_other_userboot_and_vdso():
    text = FILES.make("text", b"no program at all")
    complains(1, "not a program", "zircon", GOOD, "--userboot", text)
    complains(1, "not a program", "zircon", GOOD, "--vdso", text)
    complains(1, "No such file", "zircon", GOOD, "--vdso", "/no/such/file")


if __name__ == "__main__":
    sys.exit(cases.run(globals()))
