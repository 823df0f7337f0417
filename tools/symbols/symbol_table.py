#!/usr/bin/env python3
"""Makes the table of function names that a bare-metal kernel brings with it for its panics.

    symbol_table.py NM KERNEL OUTPUT

KERNEL is the image linked without the table. OUTPUT, little-endian (kernel/hal/bare_common/symbols.cc reads it):

    u32 count, u32 bytes of names
    count times: u32 address less that of `kernel_start`, u32 offset of the name; by rising address
    the names, each ended by a zero
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


def table(start: int, named: list[tuple[int, str]]) -> bytes:
    offsets: dict[str, int] = {}
    names, entries = bytearray(), bytearray()
    for address, name in named:
        if name not in offsets:
            offsets[name] = len(names)
            names += name.encode("ascii", "replace") + b"\0"
        entries += struct.pack("<II", address - start, offsets[name])
    return struct.pack("<II", len(named), len(names)) + entries + names


def main() -> None:
    nm, kernel, output = sys.argv[1:]
    with open(output, "wb") as file:
        file.write(table(*functions(nm, kernel)))


if __name__ == "__main__":
    main()
