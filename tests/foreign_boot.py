#!/usr/bin/env python3
"""Boots the kernel with a vDSO and a userboot that were not built with it: tests/foreign.

Usage: foreign_boot.py JACINTH IMAGE. Prints `N passed, M failed`.
"""

import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

JACINTH, IMAGE = sys.argv[1], sys.argv[2]
SOURCES = pathlib.Path(__file__).resolve().parent / "foreign"
FOLDER = tempfile.TemporaryDirectory()
OUT = pathlib.Path(FOLDER.name)
PATIENCE = 60


def tool(name: str) -> str:
    found = shutil.which(f"{name}-19") or shutil.which(name)
    assert found, f"{name} is not there"
    return found


def compile_to(name: str, *flags: str) -> str:
    result = str(OUT / (name + ".o"))
    subprocess.run([tool("clang"), "--target=x86_64-linux-gnu", "-c", str(SOURCES / name), "-o", result, *flags],
                   check=True)
    return result


def link(name: str, *arguments: str) -> pathlib.Path:
    result = OUT / name
    subprocess.run([tool("ld.lld"), "-o", str(result), *arguments], check=True)
    return result


def symbols(image: bytes) -> dict[str, int]:
    """The addresses of an ELF file's dynamic symbols."""
    sections_at, count = struct.unpack_from("<Q", image, 40)[0], struct.unpack_from("<H", image, 60)[0]
    sections = [struct.unpack_from("<IIQQQQIIQQ", image, sections_at + 64 * i) for i in range(count)]
    found = {}
    for section in (section for section in sections if section[1] == 11):
        strings = sections[section[6]][4]
        for at in range(section[4] + 24, section[4] + section[5], 24):
            name, value = struct.unpack_from("<I4xQ", image, at)
            found[image[strings + name:image.index(b"\0", strings + name)].decode()] = value
    return found


def build_vdso() -> pathlib.Path:
    return link("libforeign.so", "-shared", "-Bsymbolic", "--hash-style=sysv", "-soname", "libzircon.so", "--build-id=none",
                "--strip-all", "-T", str(SOURCES / "vdso.lds"), compile_to("vdso.S"))


def build_userboot(vdso: pathlib.Path) -> pathlib.Path:
    distances = [f"--defsym=VDSO_{name.removeprefix('zx_')}={address:#x}"
                 for name, address in symbols(vdso.read_bytes()).items() if name.startswith("zx_")]
    flags = ("-O2", "-ffreestanding", "-fPIC", "-fvisibility=hidden", "-fno-stack-protector", "-fno-asynchronous-unwind-tables")
    return link("userboot", "-static", "-pie", "--no-dynamic-linker", "--build-id=none", *distances, "-T",
                str(SOURCES / "userboot.lds"), compile_to("userboot.c", *flags))


def boot(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([JACINTH, "zircon", IMAGE, "--cpus", "2", *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors="replace", timeout=PATIENCE)


VDSO = build_vdso()
USERBOOT = build_userboot(VDSO)


def variant(name: str, change) -> str:
    content = bytearray(VDSO.read_bytes())
    change(content)
    path = OUT / name
    path.write_bytes(content)
    return str(path)


def complains(pattern: str, *arguments: str) -> None:
    result = boot(*arguments)
    said = result.stdout + result.stderr
    lines = [line for line in said.splitlines() if line.strip()]
    assert result.returncode != 0, f"{arguments}: it started"
    assert len(lines) == 1 and re.search(pattern, lines[0]), f"{arguments}: {said!r}"


def test_foreign_pair_boots():
    result = boot("--userboot", str(USERBOOT), "--vdso", str(VDSO), "--cmdline", "first world")
    assert "foreign userboot: hello" in result.stdout, result.stdout + result.stderr
    assert result.returncode == 42, result.returncode


def test_our_userboot_does_not_fit_a_foreign_vdso_quietly():
    # Its calls go where its own vDSO has them: it cannot work, but the kernel survives.
    result = boot("--vdso", str(VDSO))
    assert result.returncode not in (0, 139), result.returncode
    assert "panic" not in result.stdout + result.stderr


def test_vdso_without_call_slots():
    def rename(content: bytearray) -> None:
        at = content.index(b"zcore_syscall_entry\0")
        content[at:at + 5] = b"other"

    complains("no call slots", "--userboot", str(USERBOOT), "--vdso", variant("no_slots.so", rename))


def test_vdso_with_slots_outside_its_image():
    def move(content: bytearray) -> None:
        address = struct.pack("<Q", symbols(bytes(content))["zcore_syscall_entry"])
        at = content.index(address, content.index(b"zcore_syscall_entry\0"))
        content[at:at + 8] = struct.pack("<Q", 1 << 40)

    complains("no call slots", "--userboot", str(USERBOOT), "--vdso", variant("far_slots.so", move))


def test_vdso_cut_short():
    def cut(content: bytearray) -> None:
        del content[0x2000:]

    complains("", "--userboot", str(USERBOOT), "--vdso", variant("short.so", cut))


def test_userboot_that_enters_nowhere():
    content = bytearray(USERBOOT.read_bytes())
    content[24:32] = struct.pack("<Q", 1 << 40)
    path = OUT / "nowhere"
    path.write_bytes(content)
    complains("not a program", "--userboot", str(path), "--vdso", str(VDSO))


def main() -> int:
    passed = failed = 0
    for name, test in sorted(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            passed += 1
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            failed += 1
            print(f"FAILED {name}: {error!r}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
