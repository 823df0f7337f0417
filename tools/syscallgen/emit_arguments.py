"""What tracers know of calls' arguments, in few bytes: a kernel's image carries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from table import Argument


class ArgumentTables:
    """kArgumentNames, the names one behind the other, and kArguments, where each call's arguments follow each other.

    The call's own row in another table says `kArguments + N`, first()'s answer.
    """

    def __init__(self, calls: Sequence[Any], described: Callable[[Any, Argument], str]):
        """`described` tells what a row has behind the name, of a call and one of its arguments."""
        self._first: dict[str, int] = {}
        self._names: dict[str, int] = {}  # where each begins
        self._rows: list[str] = []
        size = 0
        for call in calls:
            self._first[call.name] = len(self._rows)
            for argument in call.arguments:
                if argument.name not in self._names:
                    self._names[argument.name] = size
                    size += len(argument.name) + 1
                row = f"    {{{self._names[argument.name]}, {described(call, argument)}}},"
                self._rows.append(f"{row}  // {call.name}: {argument.name}")

    def first(self, call: Any) -> str:
        return f"kArguments + {self._first[call.name]}"

    def definitions(self) -> list[str]:
        return [
            "constexpr char kArgumentNames[] =",
            *(f'    "{name}\\0"' for name in self._names),
            "    ;",
            "constexpr ArgumentDescription kArguments[] = {",
            *self._rows,
            "};",
        ]
