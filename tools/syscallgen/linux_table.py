"""The Linux system-call table: what abi/linux/syscalls.txt says, parsed and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from table import Argument, TableError, declarations, parse_argument

ARCHITECTURES = ("x86_64", "riscv64")
MAX_ARGUMENTS = 6
ATTRIBUTES = frozenset({"blocking", "registers"})


@dataclass(frozen=True)
class LinuxCall:
    name: str
    arguments: tuple[Argument, ...]
    group: str
    numbers: dict[str, int]  # by architecture; one that lacks the call is not there
    attributes: frozenset[str] = frozenset()

    @property
    def blocking(self) -> bool:
        return "blocking" in self.attributes


_DECLARATION = re.compile(
    r"(?P<x86_64>\d+|-)/(?P<riscv64>\d+|-)\s+(?P<name>[a-z_]\w*)\((?P<arguments>[^)]*)\)"
    r"(?P<attributes>(?:\s+[a-z]+)*)"
)


def _parse_call(text: str, group: str, where: str) -> LinuxCall:
    match = _DECLARATION.fullmatch(text)
    if not match:
        raise TableError(f"{where}: cannot read '{text}'")
    arguments = tuple(
        parse_argument(part.strip(), where) for part in match["arguments"].split(",") if part.strip()
    )
    numbers = {name: int(match[name]) for name in ARCHITECTURES if match[name] != "-"}
    return LinuxCall(match["name"], arguments, group, numbers, frozenset(match["attributes"].split()))


def _check_call(call: LinuxCall) -> None:
    names = [argument.name for argument in call.arguments]
    problems = {
        "has an argument name twice": len(set(names)) != len(names),
        f"has more than {MAX_ARGUMENTS} arguments": len(names) > MAX_ARGUMENTS,
        "has an unknown attribute": bool(call.attributes - ATTRIBUTES),
        "exists on no architecture": not call.numbers,
    }
    for problem, present in problems.items():
        if present:
            raise TableError(f"{call.name} {problem}")
    for argument in call.arguments:
        unknown = [name for name in argument.length if not name.isdigit() and name not in names]
        if unknown:
            raise TableError(f"{call.name}: the length of {argument.name} names no argument: {unknown[0]}")


def check(calls: list[LinuxCall]) -> None:
    """Raises TableError when a name or a number is given twice, or a call is not well-formed."""
    for call in calls:
        _check_call(call)
    names = [call.name for call in calls]
    for name in names:
        if names.count(name) > 1:
            raise TableError(f"{name} is declared twice")
    for architecture in ARCHITECTURES:
        numbers = [call.numbers[architecture] for call in calls if architecture in call.numbers]
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        if twice:
            raise TableError(f"on {architecture}, numbers are given twice: {twice}")


def parse(text: str, source: str = "table") -> list[LinuxCall]:
    group, calls = "", []
    for line_number, declaration in declarations(text):
        if heading := re.fullmatch(r"\[(.+)\]", declaration):
            group = heading[1]
        else:
            calls.append(_parse_call(declaration, group, f"{source}:{line_number}"))
    return calls


def load(path: Path) -> list[LinuxCall]:
    calls = parse(path.read_text(encoding="utf-8"), path.name)
    check(calls)
    return calls
