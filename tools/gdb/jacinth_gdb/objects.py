"""Kernel objects and handles."""

from . import access, intrusive

# rights::k…, in the order of their bits; see object/types.h.
RIGHTS = ("dup", "transfer", "read", "write", "execute", "map", "get-property", "set-property", "enumerate", "destroy",
          "set-policy", "get-policy", "signal", "signal-peer", "wait", "inspect", "manage-job", "manage-process",
          "manage-thread", "apply-profile")
INDEX_BITS = 20  # HandleTable::kIndexBits


def koid(thing):
    return int(access.upcast(thing, "KernelObject")["koid_"])


def signals(thing):
    return int(access.atomic(access.upcast(thing, "KernelObject")["signals_"]))


def kind(thing):
    """What it is, in a word: "Channel", "Process". Objects end with their most derived type only."""
    name = str(access.dynamic(thing).type.strip_typedefs()).removeprefix("jacinth::")
    return name.removesuffix("Object") if name != "KernelObject" else name


def name(thing):
    """The name that programs gave it; "" for types without names."""
    whole = access.dynamic(thing)
    if access.has_field(whole.type, "vmo_"):
        whole = access.pointee(whole["vmo_"]).dereference()
    return access.name_text(whole["name_"]) if access.has_field(whole.type, "name_") else ""


def describe(thing):
    """For one line: "Channel 1077 (peer 1078)", 'Process 1051 "shell"'."""
    text = f"{kind(thing)} {koid(thing)}"
    if called := access.guarded(lambda: name(thing), ""):
        text += f' "{called}"'
    whole = access.dynamic(thing)
    if access.has_field(whole.type, "peer_koid_"):
        text += f" (peer {int(whole['peer_koid_'])})"
    return text


def observers(thing):
    """Who wants to know about an object's signals, each as its most derived type."""
    for observer in intrusive.elements(access.upcast(thing, "KernelObject")["observers_"]):
        yield access.dynamic(observer)


def rights_text(bits):
    return " ".join(name for bit, name in enumerate(RIGHTS) if bits >> bit & 1)


def handles(process):
    """(value, rights, object) of each handle in a process's table."""
    table = process["handles_"]
    chunks = table["chunks_"]
    count = int(chunks["size_"])
    if count << 6 > 1 << INDEX_BITS:
        raise access.Broken(f"a handle table of {count} chunks")
    for chunk in range(count):
        slots = access.pointee(chunks["data_"][chunk])["slots"]
        first, last = slots.type.range()
        for i in range(first, last + 1):
            slot = slots[i]
            held = access.pointee(slot["handle"]["object_"])
            if int(held) == 0:
                continue
            yield int(slot["value"]), int(slot["handle"]["rights_"]), held.dereference()
