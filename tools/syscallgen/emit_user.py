"""What programs and the vDSO are built with: C declarations, stubs, retry loops."""

from __future__ import annotations

from spelling import c_argument, c_type
from table import MAX_ARGUMENTS, Call, Table

_BANNER = "// Generated from abi/zircon/syscalls.txt by tools/syscallgen; do not edit.\n"
FORMS = ("x86_64_call", "x86_64_trap", "riscv64_trap")


def _c_arguments(call: Call) -> str:
    return ", ".join(map(c_argument, call.arguments)) or "void"


def _declaration(call: Call, prefix: str) -> str:
    noreturn = "ZX_NORETURN " if call.result == "never" else ""
    return f"{noreturn}{c_type(call.result)} {prefix}zx_{call.name}({_c_arguments(call)});"


def syscalls_header(table: Table) -> str:
    """<zircon/syscalls.h>: each public function under both its names."""
    lines = []
    for group in table.groups:
        calls = [call for call in table.calls if call.group == group and call.exported]
        lines.append(f"// {group}")
        lines += [_declaration(call, prefix) for call in calls for prefix in ("", "_")]
        lines.append("")
    return "\n".join([
        _BANNER + "// The functions of libzircon, the vDSO. zx_NAME is a weak name of _zx_NAME.",
        "#pragma once\n",
        "#include <zircon/syscall_structs.h>\n",
        '#ifdef __cplusplus\nextern "C" {\n#endif\n',
        *lines,
        "#ifdef __cplusplus\n}\n#endif\n",
    ])  # fmt: skip


def _is_direct(call: Call) -> bool:
    """The stub itself is the public function."""
    return call.exported and not call.attributes & {"blocking", "wrapped"}


def stub_names(table: Table) -> dict[str, Call]:
    """Stub symbol -> call. What is not public itself is SYSCALL_zx_NAME, for the vDSO's own code."""
    calls = [call for call in table.kernel_calls if not call.has("private")]
    return {("_zx_" if _is_direct(call) else "SYSCALL_zx_") + call.name: call for call in calls}


def _x86_64_call(call: Call) -> list[str]:
    return [f"mov ${call.number}, %eax", "jmp *zcore_syscall_entry(%rip)"]


def _x86_64_trap(call: Call) -> list[str]:
    # Arguments 7 and 8 come on the stack and go to the kernel in r12 and r13, which belong to the caller.
    # `syscall` destroys rcx, so the fourth argument goes in r10.
    count = len(call.arguments)
    load = ["mov %rcx, %r10"] if count >= 4 else []
    site = [f"mov ${call.number}, %eax", "syscall", f"{_return_site(call)}:"]
    if count <= 6:
        return [*load, *site, "ret"]
    save = ["push %r12", ".cfi_adjust_cfa_offset 8", ".cfi_rel_offset %r12, 0",
            "push %r13", ".cfi_adjust_cfa_offset 8", ".cfi_rel_offset %r13, 0"]  # fmt: skip
    load += ["mov 24(%rsp), %r12"] + (["mov 32(%rsp), %r13"] if count == MAX_ARGUMENTS else [])
    restore = ["pop %r13", ".cfi_adjust_cfa_offset -8", ".cfi_restore %r13",
               "pop %r12", ".cfi_adjust_cfa_offset -8", ".cfi_restore %r12"]  # fmt: skip
    return [*save, *load, *site, *restore, "ret"]


def _riscv64_trap(call: Call) -> list[str]:
    return [f"li t0, {call.number}", "ecall", f"{_return_site(call)}:", "ret"]


def _return_site(call: Call) -> str:
    """The address a kernel may require a call's trap to return to."""
    return f"CODE_SYSRET_zx_{call.name}_VIA_{call.name}"


_BODIES = {"x86_64_call": _x86_64_call, "x86_64_trap": _x86_64_trap, "riscv64_trap": _riscv64_trap}


def stubs(table: Table, form: str) -> str:
    """Assembly; FUNCTION, PUBLIC and END are macros of user/vdso/stub_macros.inc."""
    lines = [_BANNER + '#include "stub_macros.inc"\n']
    for symbol, call in stub_names(table).items():
        opening = f"PUBLIC {call.name}" if symbol.startswith("_zx_") else f"FUNCTION {symbol}"
        lines += [opening, *(f"  {line}" for line in _BODIES[form](call)), f"END {symbol}", ""]
    if form.endswith("_call"):
        private = [call for call in table.kernel_calls if call.has("private")]
        for slot, call in enumerate(private, 1):
            body = [f"mov ${call.number}, %eax", f"jmp *zcore_syscall_entry+{8 * slot}(%rip)"]
            lines += [f"PUBLIC {call.name}", *(f"  {line}" for line in body), f"END _zx_{call.name}", ""]
    return "\n".join(lines)


def internal_calls(table: Table) -> str:
    """Declarations of the SYSCALL_zx_ stubs."""
    lines = [
        f"{c_type(call.result)} {symbol}({_c_arguments(call)});"
        for symbol, call in stub_names(table).items()
        if symbol.startswith("SYSCALL_")
    ]
    return "\n".join([
        _BANNER + "// The system calls that programs do not make themselves.",
        "#pragma once\n",
        "#include <zircon/syscalls.h>\n",
        "#pragma GCC visibility push(hidden)",
        'extern "C" {',
        *lines,
        '}  // extern "C"',
        "#pragma GCC visibility pop\n",
    ])  # fmt: skip


def retry_calls(table: Table) -> str:
    """The public functions that only repeat a stub (user/vdso/vdso.h has retry())."""
    lines = []
    for call in table.exports:
        if call.has("blocking"):
            names = ", ".join(argument.name for argument in call.arguments)
            lines += [
                f"VDSO_EXPORT({call.name}) {c_type(call.result)} _zx_{call.name}({_c_arguments(call)}) {{",
                f"  return retry([=] {{ return SYSCALL_zx_{call.name}({names}); }});",
                "}",
            ]
    return "\n".join([_BANNER, *lines, ""])


def numbers_header(table: Table) -> str:
    """The numbers for hand-written assembly."""
    lines = [f"#define SYS_{call.name} {call.number}" for call in table.kernel_calls]
    return "\n".join([_BANNER, *lines, ""])


def export_list(table: Table) -> str:
    """A linker version script: these names and no others."""
    names = [f"    {prefix}zx_{call.name};" for call in table.exports for prefix in ("", "_")]
    return "\n".join(["{", "  global:", *names, "  local: *;", "};", ""])
