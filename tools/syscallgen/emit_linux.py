"""What the Linux personality is built with, and docs/linux-syscalls.md."""

from __future__ import annotations

from emit_arguments import ArgumentTables
from linux_table import ARCHITECTURES, LinuxCall
from table import Argument, Direction

_BANNER = "// Generated from abi/linux/syscalls.txt by tools/syscallgen; do not edit.\n"
_VALUES = {
    "fd": "int32_t", "pid": "int32_t", "sig": "int32_t", "i32": "int32_t", "i64": "int64_t", "u8": "uint8_t",
    "u32": "uint32_t", "u64": "uint64_t", "usize": "size_t", "flags": "uint32_t", "mode": "uint32_t",
    "addr": "VirtAddr",
}  # fmt: skip
_POINTEES = {"void": "std::byte", "char": "char", "string": "char"}
_POINTERS = {Direction.IN: "UserIn", Direction.OUT: "UserOut", Direction.INOUT: "UserInOut"}
_KINDS = {
    "fd": "Int32", "pid": "Int32", "i32": "Int32", "sig": "Signal", "i64": "Int64", "u32": "Uint32",
    "u64": "Uint64", "usize": "Uint64", "u8": "Uint32", "flags": "Flags", "mode": "Mode", "addr": "Address",
}  # fmt: skip


def _argument(argument: Argument) -> str:
    if not argument.is_pointer:
        return f"{_VALUES[argument.type]} {argument.name}"
    pointee = _POINTEES.get(argument.type) or _VALUES.get(argument.type) or f"abi::{argument.type}"
    return f"{_POINTERS[argument.direction]}<{pointee}> {argument.name}"


def prototype(call: LinuxCall) -> str:
    result = "exec::Eventually<SysResult>" if call.blocking else "SysResult"
    arguments = ["SyscallContext& ctx", *map(_argument, call.arguments)]
    return f"{result} sys_{call.name}({', '.join(arguments)});"


def _groups(calls: list[LinuxCall]) -> list[str]:
    return list(dict.fromkeys(call.group for call in calls))


def prototypes(calls: list[LinuxCall]) -> str:
    lines = []
    for group in _groups(calls):
        lines += [f"// {group}", *(prototype(call) for call in calls if call.group == group), ""]
    return "\n".join([
        _BANNER + "// Each call in the form in which the kernel implements it.",
        "#pragma once\n",
        '#include "abi/linux/types.h"',
        '#include "linux/syscall_context.h"\n',
        "namespace jacinth::linux {\n",
        *lines,
        "}  // namespace jacinth::linux\n",
    ])  # fmt: skip


def _kind(argument: Argument) -> str:
    if not argument.is_pointer:
        return _KINDS[argument.type]
    if argument.direction is Direction.OUT:
        return "OutPointer"
    if argument.type == "string":
        return "String"
    return "Text" if argument.type in ("char", "void") and argument.length else "Pointer"


def _traced_argument(call: LinuxCall, argument: Argument) -> str:
    names = [other.name for other in call.arguments]
    length = names.index(argument.length[0]) if argument.length and argument.length[0] in names else -1
    return f"ArgumentKind::{_kind(argument)}, {length}"


def call_table(calls: list[LinuxCall], implemented: frozenset[str]) -> str:
    """An array of CallEntry (kernel/linux/call_table.h), in the table's order."""
    arguments = ArgumentTables(calls, _traced_argument)
    rows = []
    for call in calls:
        how = f"implemented<sys_{call.name}>()" if call.name in implemented else "missing()"
        rows.append(f'    {{"{call.name}", {how}, {arguments.first(call)}, {len(call.arguments)}, '
                    f'{str("registers" in call.attributes).lower()}}},')
    return "\n".join([_BANNER, *arguments.definitions(), "constexpr CallEntry kCalls[] = {", *rows, "};\n"])


def numbers(calls: list[LinuxCall], architecture: str) -> str:
    """For each number of the architecture, the index of its call in kCalls; kNoCall for none."""
    by_number = {
        call.numbers[architecture]: (index, call.name)
        for index, call in enumerate(calls)
        if architecture in call.numbers
    }
    rows = []
    for number in range(max(by_number) + 1):
        index, name = by_number.get(number, ("kNoCall", "none"))
        rows.append(f"    {index},  // {number} {name}")
    return "\n".join([_BANNER, "constexpr uint16_t kCallOfNumber[] = {", *rows, "};\n"])


def named_numbers(calls: list[LinuxCall], architecture: str) -> str:
    """The numbers that the kernel itself needs to know, and programs of its own."""
    lines = [
        f"inline constexpr uint32_t {call.name} = {call.numbers[architecture]};"
        for call in calls
        if architecture in call.numbers
    ]
    return "\n".join([
        _BANNER + "#pragma once\n",
        "#include <cstdint>\n",
        f"namespace jacinth::linux::number_{architecture} {{\n",
        *lines,
        f"\n}}  // namespace jacinth::linux::number_{architecture}\n",
    ])  # fmt: skip


def generated_files(calls: list[LinuxCall], implemented: frozenset[str]) -> dict[str, str]:
    files = {
        "syscall_prototypes.h": prototypes(calls),
        "call_table.inc": call_table(calls, implemented),
    }
    for architecture in ARCHITECTURES:
        files[f"numbers_{architecture}.inc"] = numbers(calls, architecture)
        files[f"numbers_{architecture}.h"] = named_numbers(calls, architecture)
    return files


_INTRODUCTION = """\
# Linux system calls

Generated from `abi/linux/syscalls.txt` and the kernel's sources; to renew it: `ninja linux_syscalls_page`.

{done} of {total} calls are implemented. The others answer `ENOSYS`; each is named once in the kernel's log when
a program first makes it. *Implemented* does not mean that every flag is: `docs/linux.md` says what is known to be
missing. A dash means that the architecture does not have the call.
"""


def _row(call: LinuxCall, implemented: frozenset[str]) -> str:
    cells = [str(call.numbers.get(architecture, "-")) for architecture in ARCHITECTURES]
    arguments = ", ".join(argument.name for argument in call.arguments)
    state = "implemented" if call.name in implemented else "ENOSYS"
    return f"| {' | '.join(cells)} | `{call.name}({arguments})` | {state} |"


def page(calls: list[LinuxCall], implemented: frozenset[str]) -> str:
    done = sum(call.name in implemented for call in calls)
    lines = [_INTRODUCTION.format(done=done, total=len(calls))]
    for group in _groups(calls):
        lines += [f"## {group}\n", "| x86-64 | riscv64 | call | state |", "|---|---|---|---|"]
        lines += [_row(call, implemented) for call in calls if call.group == group]
        lines.append("")
    return "\n".join(lines)
