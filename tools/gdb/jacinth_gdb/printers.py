"""How `print` shows values of the kernel's basic types."""

import re

import gdb
import gdb.printing

from . import access, intrusive, objects

SHOWN = 200  # elements of a container


class Text:
    """A value that is shown as one line."""

    def __init__(self, value, make):
        self._value, self._make = value, make

    def to_string(self):
        return access.guarded(lambda: self._make(self._value), "<unreadable>")


class Reference:
    """RefPtr and WeakPtr: what they point to, in a word, and where."""

    def __init__(self, value):
        self._pointer = access.pointee(value)

    def to_string(self):
        if int(self._pointer) == 0:
            return "null"
        return f"({self._pointer.type}) {int(self._pointer):#x}{access.guarded(self._what, ' <unreadable>')}"

    def _what(self):
        target = self._pointer.dereference()
        if not is_kernel_object(target.type):
            return ""
        return f" {objects.describe(target)}"


class Held:
    """std::expected and std::optional: the value, or why there is none."""

    def __init__(self, value, wanted, present, missing):
        self._value, self._wanted, self._present, self._missing = value, wanted, present, missing

    def to_string(self):
        return None if self._present else self._missing

    def children(self):
        if self._present and self._wanted is not None:
            yield "value", self._value[self._wanted]


class Elements:
    """Vector and the intrusive containers. A broken one shows what is sound, then says that it is broken."""

    def __init__(self, value, elements, name):
        self._value, self._elements, self._name = value, elements, name

    def to_string(self):
        return self._name

    def display_hint(self):
        return "array"

    def children(self):
        try:
            for number, element in enumerate(self._elements(self._value)):
                if number == SHOWN:
                    yield "…", "there are more"
                    return
                yield str(number), element
        except (gdb.MemoryError, access.Broken) as error:
            yield "broken", f"broken: {error}"


def is_kernel_object(kind):
    kind = kind.strip_typedefs()
    if str(kind) == "jacinth::KernelObject":
        return True
    return kind.code == gdb.TYPE_CODE_STRUCT and any(
        f.is_base_class and is_kernel_object(f.type) for f in kind.fields())


def vector_elements(vector):
    size, data = int(vector["size_"]), vector["data_"]
    if size > access.MOST or size > int(vector["capacity_"]):
        raise access.Broken(f"{size} elements in room for {int(vector['capacity_'])}")
    return (data[i] for i in range(size))


def element_pointers(container):
    """Pointers: an object linked in a list is too large to be shown whole for every element."""
    return (element.address for element in intrusive.elements(container))


def time_text(value):
    ns = int(value["ns"])
    return "forever" if ns == (1 << 63) - 1 else f"{ns / 1e9:.9f} s"


def handle_text(value):
    held = access.pointee(value["object_"])
    if int(held) == 0:
        return "no handle"
    return f"{objects.describe(held.dereference())} ({objects.rights_text(int(value['rights_']))})"


def expected(value):
    """libc++'s std::expected keeps a union and a flag, some layers down."""
    inner = value
    while not access.has_field(inner.type, "__has_val_"):
        inner = access.first_member(inner)
    holder = inner
    present = bool(holder["__has_val_"])
    union = holder["__union_"]
    if present:
        return Held(union, "__val_" if access.has_field(union.type, "__val_") else None, True, "")
    return Held(union, None, False, access.guarded(lambda: f"error {access.enumerator(union['__unex_'])}"))


def optional(value):
    present = bool(value["__engaged_"])
    return Held(value, "__val_" if present else None, present, "empty")


def linked_text(hook):
    return "linked" if int(hook.address) and access.word(int(hook.address)) != 0 else "not linked"


# What is not listed here looks well enough as it is.
SIMPLE = {
    "jacinth::SpinLock": lambda lock: "locked" if bool(access.atomic(lock["locked_"])) else "free",
    "jacinth::exec::FrameArena": lambda arena: f"{int(arena['used_'])} bytes of frames",
    "jacinth::Duration": time_text,
    "jacinth::Instant": time_text,
    "jacinth::Handle": handle_text,
}
TEMPLATES = [
    (r"jacinth::(RefPtr|WeakPtr)<", Reference),
    (r"jacinth::Vector<", lambda value: Elements(value, vector_elements, f"Vector of {int(value['size_'])}")),
    (r"boost::intrusive::list<", lambda value: Elements(value, element_pointers, "IntrusiveList")),
    (r"boost::intrusive::(list|set)_member_hook<", lambda value: Text(value, linked_text)),
    (r"boost::intrusive::(multi)?set<", lambda value: Elements(value, element_pointers, "IntrusiveTree")),
    (r"std::\w+::basic_string_view<char\b", lambda value: Text(value, lambda v: '"' + access.text_of(v) + '"')),
    (r"std::\w+::atomic<", lambda value: Text(value, lambda v: access.atomic(v).format_string())),
    (r"std::\w+::unique_ptr<", lambda value: Text(value, lambda v: str(access.pointee(v)))),
    (r"std::\w+::expected<", expected),
    (r"std::\w+::optional<", optional),
    (r"std::\w+::coroutine_handle<", lambda value: Text(value, coroutine_text)),
]
TEMPLATES = [(re.compile(pattern), make) for pattern, make in TEMPLATES]
ENUMS = {
    "jacinth::Status": lambda value: access.enumerator(value),
    "jacinth::PhysAddr": lambda value: f"PhysAddr {int(value):#x}",
    "jacinth::VirtAddr": lambda value: f"VirtAddr {int(value):#x}",
}


def coroutine_text(value):
    from . import coroutines  # only needed when one is shown
    frame = int(value["__handle_"])
    return "null" if frame == 0 else f"{coroutines.function_at(access.word(frame))} (frame {frame:#x})"


class Printers(gdb.printing.PrettyPrinter):
    def __init__(self):
        super().__init__("jacinth")

    def __call__(self, value):
        kind = value.type.strip_typedefs().unqualified()
        name = str(kind)
        if make := SIMPLE.get(name) or ENUMS.get(name):
            return Text(value, make)
        for pattern, template in TEMPLATES:
            if pattern.match(name):
                try:
                    return template(value)
                except (gdb.error, access.Broken, KeyError):
                    return None  # gdb shows the raw members
        return None


def register():
    gdb.printing.register_pretty_printer(None, Printers(), replace=True)
