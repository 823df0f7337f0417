"""Which groups of core tests make a call: found in the tests' sources."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

_CALL = re.compile(r"\b_?zx_(\w+)\(")
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
# What begins a piece of a source at its left margin: a case or a child's code, written as a macro's use; or a function.
_CASE = re.compile(r"^([A-Z][A-Z_]+)\((\w+)", re.MULTILINE)
_PIECE = re.compile(r"^(?=[A-Za-z#~\[])", re.MULTILINE)
_DEFINED = re.compile(r"^[^=;(]*?\b(\w+)\(")
_MACRO = re.compile(r"^#define (\w+)\(")
_CASE_IN_MACRO = re.compile(r"\bTEST\((\w+)")


def _reach(words: set[str], functions: dict[str, str]) -> str:
    """The text of all functions that are named in `words`, and that those name."""
    text, waiting, seen = "", list(words), set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        text += functions[name]
        waiting += _WORD.findall(functions[name])
    return text


def _groups_of(source: str) -> dict[str, set[str]]:
    """Calls by group. A case makes a call when it, or a function of its file that it uses, does."""
    functions, macros, cases = {}, {}, []
    for piece in _PIECE.split(source):
        if macro := _MACRO.match(piece):
            if group := _CASE_IN_MACRO.search(piece):
                macros[macro[1]] = group[1]
        elif case := _CASE.match(piece):
            cases.append((case[1], case[2], piece))
        elif defined := _DEFINED.match(piece):
            functions[defined[1]] = functions.get(defined[1], "") + piece
        elif named := re.match(r"(?:class|struct) (\w+)", piece):
            functions[named[1]] = piece
    calls = defaultdict(set)
    for kind, first, piece in cases:
        group = macros.get(kind, first)
        for call in _CALL.findall(piece + _reach(set(_WORD.findall(piece)), functions)):
            if kind != "CHILD":
                calls[call].add(group)
    return calls


def groups_by_call(folder: Path) -> dict[str, list[str]]:
    """The groups of cases that make each call, in order."""
    found = defaultdict(set)
    for path in sorted(folder.glob("*.cc")):
        for call, groups in _groups_of(path.read_text(encoding="utf-8")).items():
            found[call] |= groups
    return {call: sorted(groups) for call, groups in found.items()}
