#!/usr/bin/env python3
"""Tests of the generator: the real table, broken tables, and what single calls turn into."""

import tempfile
import unittest
from pathlib import Path

import core_cases
import emit_docs
import emit_kernel
import emit_linux
import emit_user
from syscallgen import generated_files, implemented_calls
import linux_table
from table import Direction, TableError, check, load, parse

TABLE = Path(__file__).resolve().parents[2] / "abi/zircon/syscalls.txt"


class RealTable(unittest.TestCase):
    def setUp(self) -> None:
        self.table = load(TABLE)
        self.by_number = {call.number: call for call in self.table.kernel_calls}

    def test_numbers_of_the_published_abi(self) -> None:
        known = {0: "bti_create", 42: "handle_close", 100: "process_exit", 166: "vmo_create_physical"}
        self.assertEqual(known, {number: self.by_number[number].name for number in known})

    def test_internal_calls_are_not_exported(self) -> None:
        internal = sorted(call.name for call in self.table.calls if call.has("internal"))
        self.assertEqual(
            internal,
            ["channel_call_finish", "channel_call_noretry", "clock_get_monotonic_via_kernel",
             "cprng_draw_once", "ticks_get_via_kernel"],
        )  # fmt: skip
        exported = {call.name for call in self.table.exports}
        self.assertFalse(exported & set(internal))
        self.assertEqual(len(exported), 179)

    def test_every_file_is_generated(self) -> None:
        files = generated_files(self.table, frozenset())
        self.assertEqual(len(files), 12)
        self.assertTrue(all(files.values()))

    def test_every_export_is_a_stub_or_a_retry_loop_or_hand_written(self) -> None:
        stubs = {name for name in emit_user.stub_names(self.table) if name.startswith("_zx_")}
        retries = {f"_zx_{call.name}" for call in self.table.exports if call.has("blocking")}
        by_hand = {f"_zx_{call.name}" for call in self.table.exports if call.is_vdso or call.has("wrapped")}
        self.assertEqual(len(stubs) + len(retries) + len(by_hand), 179)
        self.assertEqual(stubs | retries | by_hand, {f"_zx_{call.name}" for call in self.table.exports})


class Parsing(unittest.TestCase):
    def test_a_declaration_over_several_lines(self) -> None:
        table = parse("[Group]\n7 call(a: handle,  # a comment\n       b: out? u32[n], n: usize)\n  -> count internal\n")
        (call,) = table.calls
        self.assertEqual((call.number, call.name, call.group, call.result), (7, "call", "Group", "count"))
        self.assertTrue(call.has("internal"))
        pointer = call.arguments[1]
        self.assertIs(pointer.direction, Direction.OUT)
        self.assertTrue(pointer.optional)
        self.assertEqual(pointer.length, ("n",))

    def test_unreadable_lines_are_errors(self) -> None:
        for text in ("call(a: handle)", "1 call(a handle)", "1 call(a: out)x", "1 call(a: through u32)"):
            with self.subTest(text), self.assertRaises(TableError):
                parse(text)


class Rules(unittest.TestCase):
    def broken(self, text: str) -> str:
        with self.assertRaises(TableError) as caught:
            check(parse(text))
        return str(caught.exception)

    def test_each_rule(self) -> None:
        self.assertIn("not 0", self.broken("0 a()\n2 b()"))
        self.assertIn("declared twice", self.broken("0 a()\n1 a()"))
        self.assertIn("argument name twice", self.broken("0 a(x: u32, x: u32)"))
        self.assertIn("names no argument", self.broken("0 a(x: in void[size])"))
        self.assertIn("void value", self.broken("0 a(x: void)"))
        self.assertIn("unknown result", self.broken("0 a() -> nothing"))
        self.assertIn("unknown attribute", self.broken("0 a() sleepy"))
        self.assertIn("must return a status", self.broken("0 a() -> count blocking"))
        many = ", ".join(f"a{i}: u32" for i in range(9))
        self.assertIn("more than 8", self.broken(f"0 a({many})"))

    def test_a_complete_set_of_numbers_with_too_few_exports(self) -> None:
        self.assertIn("179", self.broken("\n".join(f"{i} call{i}()" for i in range(167))))


class Emission(unittest.TestCase):
    def setUp(self) -> None:
        text = """\
            1 vmo_read(handle: handle, buffer: out void[size], offset: u64, size: usize) blocking
            2 pin(a: u8, b: bool, c: paddr, d: in handle[e], e: usize, f: u32, g: i32, out: out handle)
            3 thread_exit() -> never
            4 log_read(handle: handle) -> count
        """
        self.table = parse("\n".join(line.strip() for line in text.splitlines()))

    def test_prototypes(self) -> None:
        read, pin, leave, log = map(emit_kernel.prototype, self.table.calls)
        self.assertEqual(
            read,
            "exec::Eventually<Status> sys_vmo_read(SyscallContext& ctx, HandleValue handle, "
            "UserOut<std::byte> buffer, uint64_t offset, size_t size);",
        )
        self.assertIn("PhysAddr c, UserIn<HandleValue> d, size_t e", pin)
        self.assertEqual(leave, "void sys_thread_exit(SyscallContext& ctx);")
        self.assertTrue(log.startswith("Result<int64_t> sys_log_read("))

    def test_dispatch_tells_implemented_from_missing(self) -> None:
        text = emit_kernel.dispatch(self.table, frozenset({"vmo_read"}))
        self.assertIn("implemented<sys_vmo_read>(),", text)
        self.assertIn("not_supported(8),", text)

    def test_trace_rows_know_array_lengths(self) -> None:
        text = emit_kernel.trace_table(self.table)
        self.assertRegex(text, r"ArgumentKind::OutPointer, 3, -1, sizeof\(std::byte\)},  // \w+: buffer\n")
        self.assertRegex(text, r"ArgumentKind::Pointer, 4, -1, sizeof\(HandleValue\)},  // \w+: d\n")

    def test_stubs_by_argument_count(self) -> None:
        trap = emit_user.stubs(self.table, "x86_64_trap")
        self.assertIn("PUBLIC pin\n  push %r12", trap)
        self.assertIn("mov 32(%rsp), %r13", trap)
        self.assertIn("FUNCTION SYSCALL_zx_vmo_read\n  mov %rcx, %r10\n  mov $1, %eax\n  syscall", trap)
        self.assertIn("li t0, 3\n  ecall", emit_user.stubs(self.table, "riscv64_trap"))
        call = emit_user.stubs(self.table, "x86_64_call")
        self.assertIn("mov $2, %eax\n  jmp *zcore_syscall_entry(%rip)", call)

    def test_the_page_shows_the_state_of_each_call(self) -> None:
        page = emit_docs.page(self.table, frozenset({"pin"}), {"thread_exit": ["ends", "threads"]})
        self.assertIn("1 of 4 calls", page)
        self.assertIn("| 3 | `thread_exit() -> never` | NOT_SUPPORTED |  | ends, threads |", page)

    def test_cases_make_calls_themselves_or_by_functions_of_their_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "cases.cc").write_text("""\
void inner() { zx_vmo_read(); }
int outer(int a) {
  inner();
}
#define REFUSED(name, call) \\
  TEST(refusals, name) { call; }
TEST(vmos, by_itself) { zx_pin(); }
TEST(vmos, by_a_function) { outer(1); }
TEST(threads, none) { zx_thread_exit; }
REFUSED(pin, zx_pin())
CHILD(ends) { zx_log_read(); }
""")
            self.assertEqual(core_cases.groups_by_call(Path(folder)),
                             {"vmo_read": ["vmos"], "pin": ["refusals", "vmos"]})


class Linux(unittest.TestCase):
    TEXT = """\
[Files]
0/63 read(fd: fd, buffer: out void[count], count: usize) blocking
2/-  open(path: in string, flags: flags, mode: mode) blocking registers
-/259 flush()
"""

    def setUp(self) -> None:
        self.calls = linux_table.parse(self.TEXT)

    def test_numbers_by_architecture(self) -> None:
        linux_table.check(self.calls)
        self.assertEqual(self.calls[0].numbers, {"x86_64": 0, "riscv64": 63})
        self.assertEqual(self.calls[2].numbers, {"riscv64": 259})
        self.assertIn("    0,  // 63 read", emit_linux.numbers(self.calls, "riscv64"))
        self.assertIn("    kNoCall,  // 1 none", emit_linux.numbers(self.calls, "x86_64"))

    def test_prototypes(self) -> None:
        self.assertEqual(
            emit_linux.prototype(self.calls[1]),
            "exec::Eventually<SysResult> sys_open(SyscallContext& ctx, UserIn<char> path, uint32_t flags, "
            "uint32_t mode);",
        )
        self.assertEqual(emit_linux.prototype(self.calls[2]), "SysResult sys_flush(SyscallContext& ctx);")

    def test_the_table_tells_implemented_from_missing(self) -> None:
        table = emit_linux.call_table(self.calls, frozenset({"read"}))
        self.assertIn('{"read", implemented<sys_read>(), kArguments + 0, 3, false}', table)
        self.assertIn('{"open", missing(), kArguments + 3, 3, true}', table)
        self.assertRegex(table, r"ArgumentKind::String, -1},  // open: path\n")

    def test_rules(self) -> None:
        for text, problem in (
            ("0/0 a()\n0/1 b()", "given twice"),
            ("0/0 a()\n1/1 a()", "declared twice"),
            ("-/- a()", "no architecture"),
            ("0/0 a(x: in void[y])", "names no argument"),
            ("0/0 a() sleepy", "unknown attribute"),
        ):
            with self.subTest(text), self.assertRaisesRegex(TableError, problem):
                linux_table.check(linux_table.parse(text))


class Scanning(unittest.TestCase):
    def test_definitions_count_and_calls_do_not(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "deep").mkdir()
            (root / "deep/a.cc").write_text(
                "Result<> sys_one(SyscallContext& ctx) {}\nResult<> sys_two(\n    SyscallContext& ctx) {}\n"
                "x = sys_three(ctx, 1);\n"
            )
            (root / "a_test.cc").write_text("Result<> sys_four(SyscallContext& ctx) {}\n")
            self.assertEqual(implemented_calls(root), frozenset({"one", "two"}))


if __name__ == "__main__":
    unittest.main()
