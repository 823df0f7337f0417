"""The kernel's log, exec/log.cc: a ring of records, each a header and its text."""

import gdb

from . import access


def records():
    """(time in seconds, process, thread, text) of the records in the ring, oldest first."""
    ring = access.static("jacinth::(anonymous namespace)::ring", "exec/log.cc")
    header = access.type_of("LogRecord")
    header_bytes = access.offset_of(header, "text_buffer")
    store = access.static("jacinth::(anonymous namespace)::ring_bytes", "exec/log.cc")
    size = store.type.sizeof
    content = bytes(gdb.selected_inferior().read_memory(int(store.address), size))

    def part(position, count):
        start = position % size
        return (content[start:start + count] + content[:max(0, start + count - size)])[:count]

    position, end = int(ring["begin_"]), int(access.atomic(ring["end_"]))
    if not 0 <= end - position <= size:
        raise access.Broken("the log's ring is broken")
    while position < end:
        head = part(position, header_bytes)

        def number(field, count, base=0):
            start = base + access.offset_of(header, field)
            return int.from_bytes(head[start:start + count], "little")

        rollout = number("rollout", 4)
        taken = rollout & 0xfff
        if taken < header_bytes or position + taken > end:
            raise access.Broken("the log's ring is broken")
        author = access.offset_of(header, "author")
        process = int.from_bytes(head[author:author + 8], "little")
        thread = int.from_bytes(head[author + 8:author + 16], "little")
        text = part(position + header_bytes, number("text_bytes", 2)).decode("utf-8", "replace")
        yield number("timestamp_ns", 8) / 1e9, process, thread, text.rstrip("\n")
        position += taken
