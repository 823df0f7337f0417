#!/usr/bin/env python3
"""Turns a dump of the kernel's event trace into Chrome's trace format.

    … ktrace dump … > console.txt
    chrome_trace.py console.txt > trace.json        open it in ui.perfetto.dev or chrome://tracing

The dump is what the program `ktrace dump` prints: lines `ktrace: …` among anything else that a console
shows. What the records mean is in kernel/exec/trace_ring.h.
"""

from __future__ import annotations

import argparse
import json
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

RECORD = struct.Struct("<IIQ4I")
PROBE_NAME = 0x001
SWITCH = 0x010
THREAD_START = 0x020
THREAD_EXIT = 0x021
SYSCALL_ENTER = 0x030
SYSCALL_EXIT = 0x031
PAGE_FAULT = 0x040
FIRST_PROBE = 0x800
KERNEL = 0  # the thread of records that no program's thread made

_RATE = re.compile(r"ktrace: (\d+) ticks per second")
_BYTES = re.compile(r"ktrace: ([0-9a-f]+)\s*$")


class DumpError(Exception):
    """What was given is no dump."""


@dataclass(frozen=True)
class Record:
    event: int
    thread: int
    ticks: int
    values: tuple[int, int, int, int]

    @property
    def cpu(self) -> int:
        return self.values[3]


def read_dump(lines: Iterable[str]) -> tuple[int, bytes]:
    """The clock's ticks per second, and the trace's bytes."""
    rate = 0
    parts = []
    for line in lines:
        if found := _RATE.search(line):
            rate = int(found[1])
            parts.clear()  # of several dumps the last one counts
        elif found := _BYTES.search(line):
            parts.append(bytes.fromhex(found[1]))
    if rate == 0:
        raise DumpError("no line says how many ticks a second has")
    return rate, b"".join(parts)


def split(trace: bytes) -> tuple[dict[int, str], list[Record]]:
    """The probes' names, and the records in the order of their time."""
    names = {}
    records = []
    at = 0
    while at + RECORD.size <= len(trace):
        tag, thread, ticks, *values = RECORD.unpack_from(trace, at)
        size = (tag & 0xFF) * 8
        if size < RECORD.size:
            raise DumpError(f"a record of {size} bytes at byte {at}")
        event = tag >> 20
        if event == PROBE_NAME:
            names[thread] = trace[at + 16 : at + size].split(b"\0")[0].decode(errors="replace")
        else:
            records.append(Record(event, thread, ticks, tuple(values)))
        at += size
    return names, sorted(records, key=lambda record: record.ticks)


def call_names(table: Path) -> dict[int, str]:
    """System calls' names by their numbers, from abi/zircon/syscalls.txt."""
    found = re.findall(r"^(\d+)\s+(\w+)\(", table.read_text(), re.MULTILINE)
    return {int(number): name for number, name in found}


class Converter:
    """Makes events of records: a row for each CPU (what ran there) and one for each thread."""

    CPUS = 1
    THREADS = 2

    def __init__(self, rate: int, probes: dict[int, str], calls: dict[int, str]) -> None:
        self._rate = rate
        self._probes = probes
        self._calls = calls
        self._running: dict[int, tuple[float, int]] = {}
        self._processes: dict[int, int] = {}

    def convert(self, records: list[Record]) -> Iterator[dict]:
        yield self._name("process_name", self.CPUS, 0, "CPUs")
        yield self._name("process_name", self.THREADS, 0, "threads")
        start = records[0].ticks if records else 0
        last = 0.0
        for record in records:
            last = (record.ticks - start) * 1e6 / self._rate
            yield from self._events(record, last)
        for cpu in list(self._running):
            yield from self._end_run(cpu, last)

    def _events(self, record: Record, time: float) -> Iterator[dict]:
        if record.event == SWITCH:
            yield from self._end_run(record.cpu, time)
            self._running[record.cpu] = (time, record.thread)
        elif record.event == SYSCALL_ENTER:
            name = self._calls.get(record.values[0], f"call {record.values[0]}")
            yield self._thread_event("B", name, record, time)
        elif record.event == SYSCALL_EXIT:
            yield self._thread_event("E", "", record, time)
        elif record.event == THREAD_START:
            self._processes[record.thread] = record.values[0]
            label = f"thread {record.thread} of process {record.values[0]}"
            yield self._name("thread_name", self.THREADS, record.thread, label)
        elif record.event == THREAD_EXIT:
            yield self._thread_event("i", "exit", record, time)
        elif record.event == PAGE_FAULT:
            address = record.values[0] | record.values[1] << 32
            yield self._thread_event("i", f"fault {address:#x}", record, time)
        elif record.event >= FIRST_PROBE:
            probe = record.event - FIRST_PROBE
            name = self._probes.get(probe, f"probe {probe}")
            event = self._thread_event("i", name, record, time)
            event["args"] = {"a": record.values[0], "b": record.values[1]}
            yield event

    def _end_run(self, cpu: int, time: float) -> Iterator[dict]:
        if cpu not in self._running:
            return
        since, thread = self._running.pop(cpu)
        name = f"thread {thread}" if thread != KERNEL else "kernel"
        yield {"ph": "X", "name": name, "pid": self.CPUS, "tid": cpu, "ts": since, "dur": time - since}

    def _thread_event(self, phase: str, name: str, record: Record, time: float) -> dict:
        return {"ph": phase, "name": name, "pid": self.THREADS, "tid": record.thread, "ts": time, "s": "t"}

    @staticmethod
    def _name(what: str, process: int, thread: int, name: str) -> dict:
        return {"ph": "M", "name": what, "pid": process, "tid": thread, "args": {"name": name}}


def convert(lines: Iterable[str], calls: dict[int, str]) -> dict:
    rate, trace = read_dump(lines)
    probes, records = split(trace)
    return {"displayTimeUnit": "ns", "traceEvents": list(Converter(rate, probes, calls).convert(records))}


def main() -> int:
    table = Path(__file__).resolve().parents[2] / "abi/zircon/syscalls.txt"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump", type=Path, help="a console's output; - for standard input")
    arguments = parser.parse_args()
    try:
        text = sys.stdin.read() if str(arguments.dump) == "-" else arguments.dump.read_text(errors="replace")
        json.dump(convert(text.splitlines(), call_names(table)), sys.stdout, indent=0)
    except (OSError, DumpError) as error:
        print(f"chrome_trace: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
