"""Address spaces: the tree of VMARs and mappings; and memory objects."""

import collections

from . import access, intrusive, objects, tasks

PAGE = 4096
Area = collections.namedtuple("Area", "depth base size mapping")  # mapping: None for a VMAR


def areas(process):
    """Everything in a process's address space, parents first, by rising address."""
    root = access.pointee(access.pointee(process["address_space_"])["root_"])
    if int(root) != 0:
        yield from areas_in(root.dereference(), 0)


def areas_in(vmar, depth):
    yield Area(depth, int(vmar["base_"]), int(vmar["size_"]), None)
    for region in intrusive.elements(vmar["regions_"]):
        if access.enumerator(region["kind_"]) == "Vmar":
            if depth < 64:
                yield from areas_in(region.cast(access.type_of("vm::Vmar")), depth + 1)
        else:
            mapping = region.cast(access.type_of("vm::Mapping"))
            yield Area(depth + 1, int(region["base_"]), int(region["size_"]), mapping)


def access_text(mapping):
    bits = int(mapping["access_"])
    names = {field.name.rpartition("::")[2]: field.enumval for field in mapping["access_"].type.strip_typedefs().fields()}
    letters = (("Read", "r"), ("Write", "w"), ("Execute", "x"))
    return "".join(letter if bits & names.get(name, 0) else "-" for name, letter in letters)


def vmo_of(mapping):
    return access.pointee(mapping["vmo_"]).dereference()


def all_vmos():
    """Every memory object that a process has a handle to or has mapped, once, by koid."""
    found = {}

    def add(vmo):
        found.setdefault(int(vmo.address), vmo)

    for process in tasks.processes():
        for _, _, thing in objects.handles(process):
            if objects.kind(thing) == "Vmo":
                add(access.pointee(access.dynamic(thing)["vmo_"]).dereference())
        for area in areas(process):
            if area.mapping is not None:
                add(vmo_of(area.mapping))
    return sorted(found.values(), key=vmo_koid)


def vmo_koid(vmo):
    return int(access.atomic(vmo["koid_"]))


def vmo_kind(vmo):
    kind = access.enumerator(vmo["kind_"]).lower()
    if int(access.pointee(vmo["root_"])) != 0:
        return "slice"
    return "snapshot" if bool(vmo["snapshot_"]) else kind


def vmo_text(vmo):
    return f'VMO {vmo_koid(vmo)} "{access.name_text(vmo["name_"])}"'
