"""The system-call table: what abi/zircon/syscalls.txt says, parsed and checked.

The file's own header comment is the reference for its syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

PUBLIC_NUMBERS = 167
VDSO_EXPORTS = 179
MAX_ARGUMENTS = 8
RESULTS = ("status", "count", "time", "ticks", "never", "void", "u32", "u64", "string", "string_view")
ATTRIBUTES = ("blocking", "internal", "wrapped", "private")


class TableError(Exception):
    """The table breaks one of its rules; the message says where and which."""


class Direction(Enum):
    """How a call uses an argument: a plain value, or user memory that it reads or writes."""

    VALUE = "value"
    IN = "in"
    OUT = "out"
    INOUT = "inout"


@dataclass(frozen=True)
class Argument:
    name: str
    type: str
    direction: Direction = Direction.VALUE
    optional: bool = False
    # The arguments whose product is the array's length; empty for a single T.
    length: tuple[str, ...] = ()

    @property
    def is_pointer(self) -> bool:
        return self.direction is not Direction.VALUE


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple[Argument, ...]
    result: str
    group: str
    number: int | None  # None: the vDSO answers it in user mode
    attributes: frozenset[str] = frozenset()

    @property
    def is_vdso(self) -> bool:
        return self.number is None

    @property
    def exported(self) -> bool:
        """Programs see it under zx_NAME."""
        return not self.attributes & {"internal", "private"}

    def has(self, attribute: str) -> bool:
        return attribute in self.attributes


@dataclass(frozen=True)
class Table:
    calls: tuple[Call, ...]

    @property
    def kernel_calls(self) -> list[Call]:
        """Everything the kernel answers, by number."""
        numbered = [call for call in self.calls if not call.is_vdso]
        return sorted(numbered, key=lambda call: call.number or 0)

    @property
    def exports(self) -> list[Call]:
        """The vDSO's functions, by name."""
        return sorted((call for call in self.calls if call.exported), key=lambda call: call.name)

    @property
    def groups(self) -> list[str]:
        return list(dict.fromkeys(call.group for call in self.calls))


_DECLARATION = re.compile(
    r"(?P<number>\d+|vdso)\s+(?P<name>[a-z]\w*)\((?P<arguments>[^)]*)\)"
    r"(?:\s*->\s*(?P<result>\w+))?(?P<attributes>(?:\s+[a-z]+)*)"
)
_ARGUMENT = re.compile(
    r"(?P<name>[a-z]\w*):\s*(?:(?P<direction>in|out|inout)(?P<optional>\?)?\s+)?"
    r"(?P<type>[a-z]\w*)(?:\[(?P<length>[\w*]+)\])?"
)


def parse_argument(text: str, where: str) -> Argument:
    match = _ARGUMENT.fullmatch(text)
    if not match:
        raise TableError(f"{where}: cannot read the argument '{text}'")
    length = tuple(match["length"].split("*")) if match["length"] else ()
    direction = Direction(match["direction"] or "value")
    return Argument(match["name"], match["type"], direction, bool(match["optional"]), length)


def _parse_call(text: str, group: str, where: str) -> Call:
    match = _DECLARATION.fullmatch(text)
    if not match:
        raise TableError(f"{where}: cannot read '{text}'")
    arguments = tuple(
        parse_argument(part.strip(), where) for part in match["arguments"].split(",") if part.strip()
    )
    number = None if match["number"] == "vdso" else int(match["number"])
    attributes = frozenset(match["attributes"].split())
    return Call(match["name"], arguments, match["result"] or "status", group, number, attributes)


def declarations(text: str) -> Iterator[tuple[int, str]]:
    """Joins continued lines; yields (line number, declaration) without comments."""
    pending, start = "", 0
    for line_number, line in enumerate(text.splitlines(), 1):
        line = line.partition("#")[0].rstrip()
        if not line:
            continue
        if line[0].isspace() and pending:
            pending += " " + line.strip()
            continue
        if pending:
            yield start, pending
        pending, start = line, line_number
    if pending:
        yield start, pending


def _check_call(call: Call) -> None:
    names = [argument.name for argument in call.arguments]
    problems = {
        "has an argument name twice": len(set(names)) != len(names),
        f"has more than {MAX_ARGUMENTS} arguments": len(names) > MAX_ARGUMENTS,
        f"has an unknown result '{call.result}'": call.result not in RESULTS,
        "has an unknown attribute": bool(call.attributes - set(ATTRIBUTES)),
        "is blocking, so it must return a status": call.has("blocking") and call.result != "status",
        "has attributes that a vdso call cannot have": call.is_vdso and bool(call.attributes),
    }
    for problem, present in problems.items():
        if present:
            raise TableError(f"{call.name} {problem}")
    for argument in call.arguments:
        unknown = [name for name in argument.length if name not in names]
        if unknown:
            raise TableError(f"{call.name}: the length of {argument.name} names no argument: {unknown[0]}")
        if argument.type == "void" and not argument.is_pointer:
            raise TableError(f"{call.name}: {argument.name} is a void value")


def check(table: Table) -> None:
    """Raises TableError unless the table is complete: numbers dense, names unique, the ABI's counts."""
    for call in table.calls:
        _check_call(call)
    for kind in (table.exports, table.kernel_calls):
        names = [call.name for call in kind]
        for name in names:
            if names.count(name) > 1:
                raise TableError(f"{name} is declared twice")
    public = [call.number for call in table.kernel_calls if not call.has("private")]
    if public != list(range(PUBLIC_NUMBERS)):
        wrong = sorted(set(range(PUBLIC_NUMBERS)).symmetric_difference(public))
        raise TableError(f"the numbers are not 0…{PUBLIC_NUMBERS - 1}, each once: {wrong or public}")
    if len(table.exports) != VDSO_EXPORTS:
        raise TableError(f"the vDSO would export {len(table.exports)} functions, not {VDSO_EXPORTS}")


def parse(text: str, source: str = "table") -> Table:
    """The calls of a table's text; its rules are not checked yet."""
    group, calls = "", []
    for line_number, declaration in declarations(text):
        if heading := re.fullmatch(r"\[(.+)\]", declaration):
            group = heading[1]
        else:
            calls.append(_parse_call(declaration, group, f"{source}:{line_number}"))
    return Table(tuple(calls))


def load(path: Path) -> Table:
    table = parse(path.read_text(encoding="utf-8"), path.name)
    check(table)
    return table
