"""docs/zircon-syscalls.md: the reference page, with what this kernel implements."""

from __future__ import annotations

from table import Argument, Call, Direction, Table

_INTRODUCTION = """\
# Zircon system calls

Generated from `abi/zircon/syscalls.txt` and the kernel's sources; to renew it: `ninja zircon_syscalls_page`.

{implemented} of {total} calls are implemented; the others answer `ZX_ERR_NOT_SUPPORTED`. Types: a name alone is a
value, `in`/`out`/`inout` a pointer to user memory, `?` one that may be NULL. *Blocking* calls may wait;
*internal* ones are for the vDSO alone. A call without a number runs in the vDSO, in user mode. Last are the groups of
core tests (`user/core-tests/cases`) with cases that make the call, in their own words or through something in their file.
"""


def _argument(argument: Argument) -> str:
    length = f"[{'*'.join(argument.length)}]" if argument.length else ""
    direction = ""
    if argument.direction is not Direction.VALUE:
        direction = argument.direction.value + ("? " if argument.optional else " ")
    return f"{argument.name}: {direction}{argument.type}{length}"


def _row(call: Call, implemented: frozenset[str], tests: dict[str, list[str]]) -> str:
    result = "" if call.result == "status" else f" -> {call.result}"
    signature = f"`{call.name}({', '.join(map(_argument, call.arguments))}){result}`"
    state = "NOT_SUPPORTED"
    if call.is_vdso:
        state = "vDSO"
    elif call.name in implemented:
        state = "implemented"
    notes = " ".join(sorted(call.attributes - {"wrapped"}))
    number = "" if call.number is None else str(call.number)
    return f"| {number} | {signature} | {state} | {notes} | {', '.join(tests.get(call.name, []))} |"


def page(table: Table, implemented: frozenset[str], tests: dict[str, list[str]]) -> str:
    """`tests`: which groups of tests make each call."""
    public = [call.name for call in table.kernel_calls if not call.has("private")]
    done = sum(name in implemented for name in public)
    lines = [_INTRODUCTION.format(implemented=done, total=len(public))]
    for group in table.groups:
        lines += [f"## {group}\n", "| number | call | state | notes | tests |", "|---|---|---|---|---|"]
        lines += [_row(call, implemented, tests) for call in table.calls if call.group == group]
        lines.append("")
    return "\n".join(lines)
