#!/usr/bin/env python3
"""Makes the table of function names that a bare-metal kernel brings with it for its panics.

    symbol_table.py NM KERNEL OUTPUT

KERNEL is the image linked without the table. OUTPUT, little-endian (kernel/hal/bare_common/symbols.cc reads it):

    u32 count of functions
    128 times two bytes: what the bytes from 128 on stand for in names, characters or such bytes again
    for each function, by rising address:
        its address less that of the one before (of `kernel_start` for the first), 7 bits in a byte, the lowest first;
        all bytes but the last have the top bit set
        u8 how many characters at the start it shares with the name before
        the rest of the name, ended by a zero
"""

import collections
import itertools
import re
import struct
import subprocess
import sys

LONGEST_NAME = 100
DEEPEST = 8  # of the bytes in names that stand for others
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


def abbreviate(texts: list[bytes]) -> tuple[bytes, list[bytes]]:
    """What bytes from 128 on stand for, two bytes each, and the texts with them: whichever two bytes follow each other
    most often become one, 128 times over."""
    joined = b"\0".join(texts)
    pairs, depth = bytearray(), collections.Counter()
    for code in range(128, 256):
        counts = collections.Counter(zip(joined, joined[1:]))
        # Two equal bytes are counted too often in a row of them, which names do not have.
        best, times = max(((pair, n) for pair, n in counts.items()
                           if 0 not in pair and max(depth[pair[0]], depth[pair[1]]) < DEEPEST),
                          key=lambda counted: counted[1], default=((0, 0), 0))
        if times:
            joined = joined.replace(bytes(best), bytes([code]))
            depth[code] = 1 + max(depth[best[0]], depth[best[1]])
        pairs += bytes(best)
    return bytes(pairs), joined.split(b"\0")


def table(start: int, named: list[tuple[int, str]]) -> bytes:
    names = [name.encode("ascii", "replace") for _, name in named]
    shared = [shared_start(before, name) for before, name in zip([b"", *names], names)]
    pairs, rests = abbreviate([name[same:] for name, same in zip(names, shared)])
    entries = bytearray(struct.pack("<I", len(named)) + pairs)
    addresses = [start, *(address for address, _ in named)]
    for (before, address), same, rest in zip(itertools.pairwise(addresses), shared, rests):
        entries += number(address - before) + bytes([same]) + rest + b"\0"
    return bytes(entries)


def main() -> None:
    nm, kernel, output = sys.argv[1:]
    with open(output, "wb") as file:
        file.write(table(*functions(nm, kernel)))


if __name__ == "__main__":
    main()
