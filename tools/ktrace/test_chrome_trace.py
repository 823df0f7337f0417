#!/usr/bin/env python3
"""Tests of chrome_trace.py: dumps as the program `ktrace` prints them, and what becomes of them."""

from __future__ import annotations

import struct
import unittest
from pathlib import Path

import chrome_trace

CALLS = {42: "handle_close"}


def record(event: int, thread: int, ticks: int, *values: int) -> bytes:
    a, b, c, cpu = (*values, 0, 0, 0, 0)[:4]
    return struct.pack("<IIQ4I", event << 20 | 4, thread, ticks, a, b, c, cpu)


def probe_name(probe: int, name: str) -> bytes:
    return struct.pack("<IIQ32s", chrome_trace.PROBE_NAME << 20 | 6, probe, 0, name.encode())


def dump(trace: bytes, rate: int = 1_000_000) -> list[str]:
    lines = [f"ktrace: {rate} ticks per second"]
    lines += [f"ktrace: {trace[at : at + 32].hex()}" for at in range(0, len(trace), 32)]
    return lines


def events(trace: bytes, rate: int = 1_000_000) -> list[dict]:
    everything = chrome_trace.convert(dump(trace, rate), CALLS)["traceEvents"]
    return [event for event in everything if event["ph"] != "M"]


class ChromeTrace(unittest.TestCase):
    def test_calls_begin_and_end_on_their_threads(self) -> None:
        begin, end = events(
            record(chrome_trace.SYSCALL_ENTER, 7, 100, 42) + record(chrome_trace.SYSCALL_EXIT, 7, 130, 42)
        )
        self.assertEqual((begin["ph"], begin["name"], begin["tid"]), ("B", "handle_close", 7))
        self.assertEqual((end["ph"], end["ts"]), ("E", 30.0))

    def test_records_of_several_cpus_are_put_in_order(self) -> None:
        times = [
            event["ts"]
            for event in events(record(chrome_trace.THREAD_EXIT, 1, 50) + record(chrome_trace.THREAD_EXIT, 2, 20))
        ]
        self.assertEqual(times, [0.0, 30.0])

    def test_what_runs_on_a_cpu_lasts_until_the_next(self) -> None:
        first, second = events(
            record(chrome_trace.SWITCH, 5, 10, 0, 0, 0, 3)
            + record(chrome_trace.SWITCH, 0, 25, 0, 0, 0, 3)
            + record(chrome_trace.THREAD_EXIT, 5, 45)
        )[0:3:2]
        self.assertEqual((first["name"], first["tid"], first["dur"]), ("thread 5", 3, 15.0))
        self.assertEqual((second["name"], second["dur"]), ("kernel", 20.0))

    def test_probes_have_their_names_and_values(self) -> None:
        (event,) = events(probe_name(2, "my probe") + record(chrome_trace.FIRST_PROBE + 2, 9, 1, 11, 12))
        self.assertEqual((event["name"], event["args"]), ("my probe", {"a": 11, "b": 12}))

    def test_faults_tell_their_address(self) -> None:
        (event,) = events(record(chrome_trace.PAGE_FAULT, 9, 1, 0x1000, 0x7F))
        self.assertEqual(event["name"], "fault 0x7f00001000")

    def test_ticks_become_microseconds(self) -> None:
        last = events(record(chrome_trace.THREAD_EXIT, 1, 0) + record(chrome_trace.THREAD_EXIT, 1, 10), 10_000_000)[-1]
        self.assertEqual(last["ts"], 1.0)

    def test_other_output_and_older_dumps_do_not_matter(self) -> None:
        old = dump(record(chrome_trace.THREAD_EXIT, 1, 0))
        new = dump(record(chrome_trace.THREAD_EXIT, 2, 0))
        trace = chrome_trace.convert([*old, "$ ls", *new, "ktrace: usage"], CALLS)["traceEvents"]
        self.assertEqual([event["tid"] for event in trace if event["ph"] == "i"], [2])

    def test_an_empty_trace_is_a_trace(self) -> None:
        self.assertEqual(events(b""), [])

    def test_what_is_no_dump_is_refused(self) -> None:
        with self.assertRaises(chrome_trace.DumpError):
            chrome_trace.convert(["hello"], CALLS)
        with self.assertRaises(chrome_trace.DumpError):
            events(bytes(32))

    def test_the_table_gives_names(self) -> None:
        table = Path(__file__).resolve().parents[2] / "abi/zircon/syscalls.txt"
        self.assertEqual(chrome_trace.call_names(table)[42], "handle_close")


if __name__ == "__main__":
    unittest.main()
