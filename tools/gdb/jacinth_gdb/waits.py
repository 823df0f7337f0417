"""What blocked threads wait for."""

import collections

import gdb

from . import access, intrusive, objects, tasks

FOREVER = (1 << 63) - 1  # exec::kForever


class Index:
    """Whom every registered wait belongs to, found once for all threads by looking at all objects with handles."""

    def __init__(self):
        self.awaited = collections.defaultdict(list)  # lines of text, by the address of the exec::Waiter
        seen = set()
        for process in tasks.processes():
            for _, _, thing in objects.handles(process):
                where = int(thing.address)
                if where in seen:
                    continue
                seen.add(where)
                try:
                    self._note(access.dynamic(thing))
                except (gdb.MemoryError, access.Broken):
                    continue  # one object that is broken hides no other

    def _note(self, thing):
        for observer in objects.observers(thing):
            if access.has_field(observer.type, "waiter_"):
                wanted = int(access.upcast(observer, "SignalObserver")["wanted_"])
                self.awaited[int(observer["waiter_"])].append(f"{objects.describe(thing)} for signals {wanted:#x}")
        if objects.kind(thing) == "Port":
            for waiting in intrusive.elements(thing["waiters_"]):
                self.awaited[int(waiting["waiter"].address)].append(f"{objects.describe(thing)} for a packet")


def awaited(thread, index):
    """Lines that say what a thread waits for; none when it does not, or cannot be known."""
    waiter = tasks.activity(thread)["waiting_"]
    lines = []
    party = thread["futex_thread_"]["waiting_"]
    if int(party) != 0:
        lines.append(f"futex at {int(party['key']['offset']):#x}")
    channel = access.pointee(thread["channel_call_"]["channel_"])
    if int(channel) != 0:
        lines.append(f"{objects.describe(channel.dereference())} for the reply to call "
                     f"{int(thread['channel_call_']['txid_']):#x}")
    if int(waiter) != 0:
        lines += index.awaited.get(int(waiter), [])
        deadline = int(access.upcast(waiter["deadline_"], "exec::TimerNode")["deadline_"]["ns"])
        if deadline != FOREVER:
            lines.append(f"the clock to show {deadline / 1e9:.6f} s")
    return lines
