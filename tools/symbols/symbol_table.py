#!/usr/bin/env python3
"""Makes the table of function names that a bare-metal kernel brings with it for its panics.

    symbol_table.py NM KERNEL OUTPUT

KERNEL is the image linked without the table. OUTPUT, little-endian (kernel/hal/bare_common/symbols.cc reads it):

    u32 count of functions
    for each, by rising address:
        its address less that of the one before (of `kernel_start` for the first), 7 bits in a byte, the lowest first;
        all bytes but the last have the top bit set
        u8 how many characters at the start it shares with the name before
        the rest of the name, ended by a zero
"""

import re
import struct
import subprocess
import sys

LONGEST_NAME = 100
DROPPED_NAMESPACES = ("jacinth::", "(anonymous namespace)::")


def without_brackets(name: str, opening: str, closing: str) -> str:
    """`name` without what stands in brackets of one kind, which may be nested."""
    kept, depth = [], 0
    for char in name:
        if char == opening:
            depth += 1
        elif char == closing and depth:
            depth -= 1
        elif depth == 0:
            kept.append(char)
    return "".join(kept)


def readable(name: str) -> str:
    """The name of a function, without parameters, template arguments, return type and our own namespace."""
    for namespace in DROPPED_NAMESPACES:
        name = name.replace(namespace, "")
    operator = re.search(r"operator\W+$", name.split("(")[0])
    if not operator:
        name = without_brackets(name, "<", ">")
    lambdas = re.sub(r"\{lambda.*", "lambda", name)
    name = without_brackets(lambdas, "(", ")").strip()
    return re.sub(r"\s*(\[clone [^]]*\]|const)\s*", "", name).split(" ")[-1][-LONGEST_NAME:] or "?"


def functions(nm: str, kernel: str) -> tuple[int, list[tuple[int, str]]]:
    """The address of kernel_start, and the functions by rising address, one for each address."""
    listing = subprocess.run([nm, "--demangle", "--defined-only", "--numeric-sort", kernel],
                             check=True, capture_output=True, text=True).stdout
    start, found = None, {}
    for line in listing.splitlines():
        address, kind, name = line.split(" ", 2)
        if name == "kernel_start":
            start = int(address, 16)
        if kind in "tTwW" and not name.startswith((".L", "$")):
            found.setdefault(int(address, 16), readable(name))
    if start is None:
        sys.exit(f"{kernel} has no kernel_start")
    return start, sorted((address, name) for address, name in found.items() if 0 <= address - start < 1 << 32)


def number(value: int) -> bytes:
    """`value` in as few bytes as it needs."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def shared_start(left: bytes, right: bytes) -> int:
    return next((i for i, (a, b) in enumerate(zip(left, right)) if a != b), min(len(left), len(right)))


def table(start: int, named: list[tuple[int, str]]) -> bytes:
    entries = bytearray(struct.pack("<I", len(named)))
    last_address, last_name = start, b""
    for address, name in named:
        text = name.encode("ascii", "replace")
        shared = shared_start(last_name, text)
        entries += number(address - last_address) + bytes([shared]) + text[shared:] + b"\0"
        last_address, last_name = address, text
    return bytes(entries)


def main() -> None:
    nm, kernel, output = sys.argv[1:]
    with open(output, "wb") as file:
        file.write(table(*functions(nm, kernel)))


if __name__ == "__main__":
    main()
