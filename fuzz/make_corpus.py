#!/usr/bin/env python3
"""Makes the corpus anew: make_corpus.py PATH_OF_ZBI. The inputs are tiny, so that mutations hit structure."""

import pathlib
import struct
import subprocess
import sys
import tempfile

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"

SOURCE = """
.globl one, two
.type one, @function
.type two, @object
.text
one: ret
.size one, 1
.data
two: .quad one
.size two, 8
"""
ELF_FILES = {
    "library-gnu-hash": ("x86_64", ["-shared", "--hash-style=gnu"]),
    "library-sysv-hash": ("riscv64", ["-shared", "--hash-style=sysv"]),
    "program-fixed": ("riscv64", ["-static", "-e", "one"]),
    "program-with-symbols": ("x86_64", ["-static", "-e", "one"]),
    "program-dynamic": ("x86_64", ["-pie", "-e", "one", "--dynamic-linker=ld.so.1",
                                   "--export-dynamic", "-z", "stack-size=65536"]),
}


def make_elf(scratch):
    source = scratch / "source.s"
    source.write_text(SOURCE)
    for name, (machine, options) in ELF_FILES.items():
        made = CORPUS / "elf" / name
        subprocess.run(["clang-19", f"--target={machine}-unknown-elf", "-c", source, "-o",
                        scratch / "object.o"], check=True)
        subprocess.run(["ld.lld-19", *options, scratch / "object.o", "-o", made], check=True)
        if name != "program-with-symbols":
            subprocess.run(["llvm-strip-19", "--strip-sections", made], check=True)
        made.chmod(0o644)


def make_images(zbi, scratch):
    (scratch / "x").write_bytes(b"x")
    (scratch / "none").write_bytes(b"")
    two_files = ["--file=a/b=x", "--file=none=none"]
    variants = {
        "empty": [],
        "cmdline": ["--cmdline=quiet"],
        "items": ["--item=KERNEL_X64=x", "--item=0x12345678=none", "--cmdline", ""],
        "bootfs-lz4": ["--compress=lz4", *two_files],
        "bootfs-zstd": ["--compress=zstd", *two_files],
    }
    for name, options in variants.items():
        subprocess.run([zbi, "create", "-o", CORPUS / "zbi" / name, *options], cwd=scratch,
                       check=True)
    for name, options in {"empty-file": ["--file=none=none"], "two-files": two_files}.items():
        made = scratch / "image"
        subprocess.run([zbi, "create", "-o", made, *options], cwd=scratch, check=True)
        image = made.read_bytes()
        (length,) = struct.unpack_from("<I", image, 36)
        (CORPUS / "bootfs" / name).write_bytes(image[64:64 + length])


def make_archives():
    def entry(name, data=b"", mode=0o100644, links=1):
        fields = (7, mode, 0, 0, links, 0, len(data), 8, 1, 1, 3, len(name) + 1, 0)
        text = b"070701" + b"".join(b"%08X" % field for field in fields) + name + b"\0"
        text += bytes(-len(text) % 4) + data
        return text + bytes(-len(text) % 4)

    trailer = entry(b"TRAILER!!!")
    (CORPUS / "cpio").mkdir(parents=True, exist_ok=True)
    for name, archive in {
            "tree": entry(b"d", mode=0o40755) + entry(b"d/f", b"contents") + entry(b"l", b"d/f", 0o120777)
                    + entry(b"null", mode=0o20666) + trailer,
            "two": entry(b"a", b"1", links=2) + trailer + bytes(256) + entry(b"/../b", links=2) + trailer,
    }.items():
        (CORPUS / "cpio" / name).write_bytes(archive)


def make_lz4_frames():
    def frame(*blocks):
        return b"\x04\x22\x4d\x18\x60\x40\x82" + b"".join(blocks) + bytes(4)

    def block(sequences):
        return struct.pack("<I", len(sequences)) + sequences

    (CORPUS / "lz4").mkdir(parents=True, exist_ok=True)
    for name, content in {
            "stored": frame(struct.pack("<I", 1 << 31 | 64) + b"s" * 64),
            "match": frame(block(b"\x15a\x01\x00\x10b"), block(b"\x40abcd"), block(b"\x0f\x04\x00\x21\x10!")),
    }.items():
        (CORPUS / "lz4" / name).write_bytes(content)


def make_zstd_frames():
    (CORPUS / "zstd").mkdir(parents=True, exist_ok=True)
    numbers = " ".join(str(i * i) for i in range(1000)).encode()
    short = b"to be or not to be, that is the question: to be, not to be, or b"
    for name, content in {"same": b"z" * 4096, "short": short, "numbers": numbers[:4096]}.items():
        made = subprocess.run(["zstd", "-q", "-c", "-19"], input=content, capture_output=True, check=True)
        (CORPUS / "zstd" / name).write_bytes(made.stdout)


def make_device_trees():
    source = """/dts-v1/; /memreserve/ 0x80000000 0x20000;
        / { #address-cells = <2>; #size-cells = <2>; soc { ranges; compatible = "simple-bus", "x";
            serial@10 { reg = <0 0x10 0 0x8>; status = "okay"; }; }; };"""
    (CORPUS / "fdt").mkdir(parents=True, exist_ok=True)
    for name, text in {"board": source, "empty": "/dts-v1/; / { };"}.items():
        subprocess.run(["dtc", "-q", "-O", "dtb", "-o", CORPUS / "fdt" / name], input=text, text=True,
                       check=True)


def main():
    zbi = pathlib.Path(sys.argv[1]).resolve()
    for kind in ("elf", "zbi", "bootfs"):
        (CORPUS / kind).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        make_elf(pathlib.Path(scratch))
        make_images(zbi, pathlib.Path(scratch))
    make_archives()
    make_lz4_frames()
    make_zstd_frames()
    make_device_trees()


if __name__ == "__main__":
    main()
