"""What the kernel is built with: numbers, prototypes, dispatch table, tracer's table."""

from __future__ import annotations

from emit_arguments import ArgumentTables
from spelling import kernel_argument, kernel_pointee, kernel_result, trace_kind, trace_result
from table import Argument, Call, Table

_BANNER = "// Generated from abi/zircon/syscalls.txt by tools/syscallgen; do not edit.\n"
FIRST_PRIVATE = 200


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def syscall_numbers(table: Table) -> str:
    lines = [
        f"inline constexpr uint32_t k{_pascal(call.name)} = {call.number};" for call in table.kernel_calls
    ]
    return "\n".join([
        _BANNER + "#pragma once\n",
        "#include <cstdint>\n",
        "namespace jacinth::zircon::number {\n",
        *lines,
        "\n}  // namespace jacinth::zircon::number\n",
    ])  # fmt: skip


def prototype(call: Call) -> str:
    """The sys_ function that the kernel implements the call with."""
    arguments = ["SyscallContext& ctx", *map(kernel_argument, call.arguments)]
    return f"{kernel_result(call.result, call.has('blocking'))} sys_{call.name}({', '.join(arguments)});"


def syscall_prototypes(table: Table) -> str:
    lines = []
    for group in table.groups:
        calls = [call for call in table.calls if call.group == group and not call.is_vdso]
        lines += [f"// {group}", *map(prototype, calls), ""]
    return "\n".join([
        _BANNER + "// Each call in the form in which the kernel implements it.",
        "#pragma once\n",
        "#include <zircon/syscall_structs.h>\n",
        '#include "base/result.h"',
        '#include "base/units.h"',
        '#include "exec/task.h"',
        '#include "object/handle_table.h"',
        '#include "vm/user_memory.h"\n',
        "namespace jacinth::zircon {\n",
        "class SyscallContext;",
        "using vm::UserIn;",
        "using vm::UserInOut;",
        "using vm::UserOut;\n",
        *lines,
        "}  // namespace jacinth::zircon\n",
    ])  # fmt: skip


def _dispatch_entry(call: Call, implemented: frozenset[str]) -> str:
    how = f"implemented<sys_{call.name}>()"
    if call.name not in implemented:
        how = f"not_supported({len(call.arguments)})"
    return f"    /* {call.number:3} {call.name} */ {how},"


def dispatch(table: Table, implemented: frozenset[str]) -> str:
    """Two arrays of SyscallEntry (kernel/zircon/dispatch.h), indexed by number."""
    public = [call for call in table.kernel_calls if not call.has("private")]
    private = [call for call in table.kernel_calls if call.has("private")]
    return "\n".join([
        _BANNER,
        "constexpr SyscallEntry kSyscalls[] = {",
        *(_dispatch_entry(call, implemented) for call in public),
        "};",
        f"constexpr uint64_t kFirstPrivateSyscall = {FIRST_PRIVATE};",
        "constexpr SyscallEntry kPrivateSyscalls[] = {",
        *(_dispatch_entry(call, implemented) for call in private),
        "};\n",
    ])  # fmt: skip


def _traced_argument(call: Call, argument: Argument) -> str:
    names = [other.name for other in call.arguments]
    factors = [names.index(factor) for factor in argument.length or ()]
    length, factor = (*factors, -1, -1)[:2]
    element = f"sizeof({kernel_pointee(argument)})" if argument.is_pointer else "0"
    return f"ArgumentKind::{trace_kind(argument)}, {length}, {factor}, {element}"


def trace_table(table: Table) -> str:
    """An array of CallDescription (kernel/zircon/call_description.h), ordered by number."""
    arguments = ArgumentTables(table.kernel_calls, _traced_argument)
    rows = [
        f'    {{"{call.name}", {arguments.first(call)}, {call.number}, ResultKind::{trace_result(call.result)}, '
        f"{len(call.arguments)}}},"
        for call in table.kernel_calls
    ]
    return "\n".join([
        _BANNER, *arguments.definitions(), "constexpr CallDescription kCallDescriptions[] = {", *rows, "};\n"
    ])  # fmt: skip
