"""Writes a folder as a cpio archive (format "newc"), the form of a first root file system."""

from __future__ import annotations

import os
import pathlib
import stat
import typing


def write_entry(out: typing.BinaryIO, number: int, name: str, about: os.stat_result | None, contents: bytes) -> None:
    """All files belong to root."""
    mode, links = (about.st_mode, about.st_nlink) if about else (0, 1)
    fields = (number, mode, 0, 0, links, 0, len(contents), 0, 0, 0, 0, len(name.encode()) + 1, 0)
    header = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
    for part in (header, contents):
        out.write(part + b"\0" * (-len(part) % 4))


def write_archive(tree: pathlib.Path, target: pathlib.Path, more: dict[str, pathlib.Path] | None = None) -> None:
    """`target` appears when it is whole. `more` are files from elsewhere: their names in the archive, and where they
    are."""
    unfinished = target.with_suffix(".new")
    numbers: dict[int, int] = {}
    entries = [(str(path.relative_to(tree)), path) for path in tree.rglob("*")] + list((more or {}).items())
    with unfinished.open("wb") as out:
        for name, path in sorted(entries):
            about = path.lstat()
            # The contents of a file with several names are with the first.
            first = about.st_ino not in numbers
            number = numbers.setdefault(about.st_ino, len(numbers) + 1)
            contents = b""
            if stat.S_ISLNK(about.st_mode):
                contents = os.readlink(path).encode()
            elif stat.S_ISREG(about.st_mode) and first:
                contents = path.read_bytes()
            write_entry(out, number, name, about, contents)
        write_entry(out, 0, "TRAILER!!!", None, b"")
    unfinished.rename(target)
