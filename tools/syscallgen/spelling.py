"""How the table's types are spelled in C (for programs), in the kernel's C++ and in the tracer."""

from __future__ import annotations

from table import Argument, Direction

# table type -> C type; a name that is not here is zx_NAME_t.
_C_TYPES = {
    "u8": "uint8_t", "u16": "uint16_t", "u32": "uint32_t", "u64": "uint64_t", "usize": "size_t",
    "i32": "int32_t", "i64": "int64_t", "bool": "bool", "char": "char", "void": "void",
    "string": "const char*", "never": "void", "count": "zx_status_t",
}  # fmt: skip
# Values that the kernel knows by a type of its own; the others are as in C.
_KERNEL_VALUES = {
    "handle": "HandleValue", "rights": "Rights", "signals": "Signals", "koid": "Koid",
    "time": "Instant", "duration": "Duration", "vaddr": "VirtAddr", "paddr": "PhysAddr",
}  # fmt: skip
_KERNEL_POINTEES = {"handle": "HandleValue", "void": "std::byte"}
_KERNEL_POINTERS = {Direction.IN: "UserIn", Direction.OUT: "UserOut", Direction.INOUT: "UserInOut"}
_TRACE_KINDS = {
    "handle": "Handle", "status": "Status", "rights": "Rights", "signals": "Signals", "koid": "Koid",
    "time": "Time", "duration": "Duration", "vaddr": "Address", "paddr": "Address", "bool": "Bool",
    "i32": "Int32", "futex": "Int32", "i64": "Int64", "u64": "Uint64", "usize": "Uint64",
    "u8": "Uint8", "u16": "Uint16",
}  # fmt: skip


def c_type(name: str) -> str:
    return _C_TYPES.get(name, f"zx_{name}_t")


def c_argument(argument: Argument) -> str:
    """`type name` as in the public headers."""
    base = c_type(argument.type)
    if not argument.is_pointer:
        return f"{base} {argument.name}"
    const = "const " if argument.direction is Direction.IN else ""
    return f"{const}{base}* {argument.name}"


def kernel_pointee(argument: Argument) -> str:
    """What a pointer argument points to, as the kernel spells it."""
    return _KERNEL_POINTEES.get(argument.type, c_type(argument.type))


def kernel_argument(argument: Argument) -> str:
    """`type name` as the kernel's sys_ functions take it."""
    if argument.is_pointer:
        pointer = _KERNEL_POINTERS[argument.direction]
        return f"{pointer}<{kernel_pointee(argument)}> {argument.name}"
    return f"{_KERNEL_VALUES.get(argument.type, c_type(argument.type))} {argument.name}"


def kernel_result(result: str, blocking: bool) -> str:
    """What the kernel's sys_ function returns; see kernel/zircon/dispatch.h."""
    if blocking:
        return "exec::Eventually<Status>"
    if result == "status":
        return "Result<>"
    if result == "never":
        return "void"
    return "Result<int64_t>"


def trace_kind(argument: Argument) -> str:
    """The ArgumentKind that kernel/zircon/call_description.h prints it with."""
    if not argument.is_pointer:
        return _TRACE_KINDS.get(argument.type, "Uint32")
    if argument.direction is Direction.OUT:
        return "OutPointer"
    return "Text" if argument.type == "char" and argument.length else "Pointer"


def trace_result(result: str) -> str:
    return {"status": "Status", "count": "Count", "never": "Never"}.get(result, "Value")
