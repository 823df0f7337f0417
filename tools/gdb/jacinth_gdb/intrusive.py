"""Boost.Intrusive's lists and trees, as base/intrusive.h uses them.

Both are walked by their bare pointers: a list's header and nodes are {next, previous}, a tree's {parent and colour,
left, right}, with the header's parent being the root. A broken chain ends the walk with Broken; it never goes on for
ever.
"""

import re

from . import access

HOOK = re.compile(r"&\(?([\w:() ]+)::(\w+)\)?[,>]")


def element_and_hook(kind):
    """A container's element type, and how far into an element its node is."""
    kind = kind.strip_typedefs()
    element = kind.template_argument(0)
    hook = HOOK.search(str(kind))
    if hook is None:
        raise access.Broken(f"{kind} links no member")
    return element, access.offset_of(element, hook.group(2))


def list_nodes(header):
    node, seen = access.word(header), 0
    if node == 0:
        return  # not constructed yet
    previous = header
    while node != header:
        if node == 0 or access.word(node + 8) != previous or seen == access.MOST:
            raise access.Broken(f"the list at {header:#x} is broken after {seen} elements")
        yield node
        node, previous, seen = access.word(node), node, seen + 1


def tree_nodes(header):
    """In order. The stack is as deep as the tree, which is bounded; a node met twice is an error."""
    seen = set()
    stack, node = [], access.word(header) & ~1
    while stack or node:
        while node:
            if node in seen or len(seen) == access.MOST:
                raise access.Broken(f"the tree at {header:#x} is broken after {len(seen)} elements")
            seen.add(node)
            stack.append(node)
            node = access.word(node + 8)
        node = stack.pop()
        yield node
        node = access.word(node + 16)


def elements(container):
    """The elements of an IntrusiveList, IntrusiveTree or IntrusiveMultiTree, as references."""
    kind = container.type.strip_typedefs()
    element, offset = element_and_hook(kind)
    walk = list_nodes if "::list<" in str(kind) else tree_nodes
    for node in walk(int(container.address)):
        yield access.at(node - offset, element)


def is_empty(container):
    return next(iter(elements(container)), None) is None
