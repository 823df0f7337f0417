"""Reading values of the kernel's basic types.

A debugger is needed most when memory is broken: nothing here believes that a pointer is good or a chain ends.
"""

import gdb

# More than any sound structure has; a chain longer than this is taken for a broken one.
MOST = 200_000


class Broken(Exception):
    """The kernel's memory does not hold what its types say."""


def type_of(name):
    """The type called `name`, without its leading jacinth::."""
    return gdb.lookup_type("jacinth::" + name)


def static(name, source):
    """The variable `name` of the anonymous namespace in the source file whose path ends with `source`."""
    for symbol in gdb.lookup_static_symbols(name):
        if symbol.symtab is not None and symbol.symtab.filename.endswith(source):
            return symbol.value()
    raise gdb.GdbError(f"There is no {name} here: is this the kernel, with its symbols?")


def address(value):
    """Where a value is, or what a pointer holds, as a number."""
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_INT):
        return int(value)
    return int(value.address)


def at(where, type_name):
    """The value of a type, or of the type so named, at an address."""
    kind = type_of(type_name) if isinstance(type_name, str) else type_name
    return gdb.Value(where).cast(kind.pointer()).dereference()


def word(where):
    """The 64-bit number at an address."""
    return int.from_bytes(bytes(gdb.selected_inferior().read_memory(where, 8)), "little")


def atomic(value):
    """What a std::atomic holds."""
    return value["__a_"]["__a_value"]


def pointee(value):
    """What a RefPtr, WeakPtr or std::unique_ptr points to, as a pointer."""
    for field in ("object_", "__ptr_"):
        if has_field(value.type, field):
            inner = value[field]
            while inner.type.strip_typedefs().code != gdb.TYPE_CODE_PTR:
                inner = first_member(inner)
            return inner
    raise Broken(f"{value.type} is no pointer")


def first_member(value):
    """libc++ keeps a pointer and its deleter in a pair that has the pointer as a base's member."""
    return value[value.type.strip_typedefs().fields()[0]]


def has_field(kind, name):
    kind = kind.strip_typedefs()
    if kind.code not in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return False
    return any(f.name == name or (f.is_base_class and has_field(f.type, name)) for f in kind.fields())


def offset_of(kind, name):
    """How many bytes into the structure its member `name` is, bases included."""
    for field in kind.strip_typedefs().fields():
        if field.is_base_class:
            try:
                return field.bitpos // 8 + offset_of(field.type, name)
            except KeyError:
                continue
        if field.name == name:
            return field.bitpos // 8
    raise KeyError(f"{kind} has no member {name}")


def upcast(value, base):
    """The part of an object that its base class so named is."""
    return value.cast(type_of(base))


def dynamic(value):
    """The whole object that a value's polymorphic class is the first base of, by its table of virtual functions.

    The value as it is when there is no such table: the object is only half made, or has been freed.
    """
    try:
        return value.address.cast(value.dynamic_type.pointer()).dereference()
    except (gdb.error, RuntimeError):
        return value


def enumerator(value):
    """The bare name of an enumeration's value; its number when it has none."""
    return value.format_string(raw=True).rpartition("::")[2]


def text_of(value):
    """A std::string_view, cut at a length that no text of the kernel has."""
    data = next(f.name for f in value.type.strip_typedefs().fields() if f.name in ("__data_", "__data"))
    return read_text(int(value[data]), min(int(value["__size_" if data == "__data_" else "__size"]), 4096))


def name_text(value):
    """A KernelObject::Name: characters padded with NULs."""
    array = value[value.type.strip_typedefs().fields()[0]]
    return read_text(int(array.address), array.type.sizeof).partition("\0")[0]


def read_text(where, size):
    if size == 0:
        return ""
    return bytes(gdb.selected_inferior().read_memory(where, size)).decode("utf-8", "replace")


def guarded(make, otherwise="?"):
    """make(), or `otherwise` when memory is not as it should be."""
    try:
        return make()
    except (gdb.MemoryError, Broken):
        return otherwise
