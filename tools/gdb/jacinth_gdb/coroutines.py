"""Suspended coroutines.

The compiler begins every coroutine's frame with two pointers, to the function that resumes it and to the one that
destroys it; the promise follows. exec::Task's promises begin with `continuation`: the frame of whoever awaits.

    Activity.resume_point_ ──► frame ──continuation──► frame ──► … ──► the activity's root ──► (no-op)
"""

import os
import re

import gdb

from . import access

POINTER = 8
CONTINUATION = 2 * POINTER
# Far deeper than FrameArena has room for.
DEEPEST = 64
OUTSIDE_PROJECT = re.compile(r"^(?:\.\./)*(?:build/[^/]+/)?")


def await_chain(activity):
    """(function, source) of the coroutines of an activity that is not running, the innermost first.

    The innermost is the one that waits; each next one awaits the one before it.
    """
    frame = int(activity["resume_point_"]["__handle_"])
    root = int(activity["root_"]["handle_"]["__handle_"])
    seen = set()
    while frame != 0:
        if frame in seen or len(seen) == DEEPEST:
            raise access.Broken(f"the await chain runs in a circle at frame {frame:#x}")
        seen.add(frame)
        yield function_at(access.word(frame)), frame
        if frame == root:
            return
        frame = access.word(frame + CONTINUATION)


def function_at(resume):
    """The name of the coroutine with this resume function, and where its source is."""
    if resume == 0:
        return "(finished)"
    try:
        block = gdb.block_for_pc(resume)
    except RuntimeError:
        block = None
    while block is not None and block.function is None:
        block = block.superblock
    if block is None:
        return f"{resume:#x}"
    function = block.function
    return f"{short_name(function.print_name)}  {source_of(function)}"


def source_of(function):
    """File and line. What the path begins with depends on how the compiler was called."""
    if function.symtab is None:
        return "?"
    path = os.path.normpath(function.symtab.filename)
    return f"{OUTSIDE_PROJECT.sub('', path, count=1)}:{function.line}"


def short_name(name):
    """Without the arguments and the project's own namespace."""
    depth, kept = 0, []
    for letter in name.replace("(anonymous namespace)::", "").removeprefix("jacinth::"):
        depth += letter in "(<"
        if depth == 0:
            kept.append(letter)
        depth -= letter in ")>"
    return "".join(kept).removesuffix(" const")
