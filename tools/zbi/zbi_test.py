#!/usr/bin/env python3
"""Runs zbi as a user would: zbi_test.py PATH_OF_ZBI [unittest options]. Prints `N passed, M failed`."""

import os
import pathlib
import pty
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

ZBI = ""  # the tool, from the command line
PAGE = 4096
ITEM_MAGIC = 0xB5781729
CONTAINER = struct.pack("<8I", 0x544F4F42, 0, 0x868CF7E6, 0x10000, 0, 0, ITEM_MAGIC, 0x4A87E8D6)
BOOTFS_TYPE = 0x42534642
FILES = {"bin/sh": b"shell" * 5000, "empty": b"", "page": b"p" * PAGE, "z/deep/er": b"x"}


def item(item_type, payload, extra=0, flags=0, crc=None):
    """An item with its checksum (computed by zlib, not by the tool's own code), or with `crc`."""
    header = struct.pack("<8I", item_type, len(payload), extra, flags | 0x30000, 0, 0, ITEM_MAGIC, 0)
    crc = zlib.crc32(header + payload) if crc is None else crc
    return header[:28] + struct.pack("<I", crc) + payload + bytes(-len(payload) % 8)


def image(*items):
    body = b"".join(items)
    return CONTAINER[:4] + struct.pack("<I", len(body)) + CONTAINER[8:] + body


def bootfs(*entries):
    """A BOOTFS of (name, data) pairs."""
    names = [name + bytes(1) for name, _ in entries]
    size = sum(12 + len(name) + -len(name) % 4 for name in names)
    offset = 16 + size + -(16 + size) % PAGE
    directory = struct.pack("<4I", 0xA56D3FF9, size, 0, 0)
    body = b""
    for name, (_, data) in zip(names, entries):
        directory += struct.pack("<3I", len(name), len(data), offset + len(body))
        directory += name + bytes(-len(name) % 4)
        body += data + bytes(-len(data) % PAGE)
    return directory + bytes(offset - len(directory)) + body


class ZbiTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)
        self.tree = self.dir / "tree"
        for name, data in FILES.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.out = self.dir / "out.zbi"

    def run_zbi(self, *arguments, status=0):
        result = subprocess.run([ZBI, *map(str, arguments)], cwd=self.dir, capture_output=True,
                                timeout=60, check=False)
        text = (result.stdout + result.stderr).decode()
        self.assertEqual(result.returncode, status, text)
        if status != 0:
            self.assertEqual(result.stdout, b"")
        return text

    def create(self, *arguments):
        self.run_zbi("create", "-o", self.out, *arguments)
        return self.out.read_bytes()

    def refuses(self, data, message, command="verify"):
        """That the command fails with exactly this one line."""
        (self.dir / "bad.zbi").write_bytes(data)
        self.assertEqual(self.run_zbi(command, "bad.zbi", status=1), f"zbi: bad.zbi: {message}\n")


class Create(ZbiTest):
    def test_round_trip(self):
        for method in ("none", "lz4", "zstd"):
            with self.subTest(method):
                self.create("--compress", method, "--directory", self.tree)
                self.assertIn("good (1 items, 4 files)", self.run_zbi("verify", self.out))
                target = self.dir / method
                self.run_zbi("extract", "-C", target, self.out)
                found = {str(p.relative_to(target)): p.read_bytes()
                         for p in target.rglob("*") if p.is_file()}
                self.assertEqual(found, FILES)

    def test_foreign_tools_can_decompress(self):
        plain = bootfs(*((name.encode(), data) for name, data in sorted(FILES.items())))
        for method, magic in (("lz4", b"\x04\x22\x4d\x18"), ("zstd", b"\x28\xb5\x2f\xfd")):
            with self.subTest(method):
                made = self.create("--compress", method, "--directory", self.tree)
                length, extra, flags = struct.unpack_from("<3I", made, 36)
                self.assertEqual((extra, flags), (len(plain), 0x30001))
                frame = made[64:64 + length]
                self.assertTrue(frame.startswith(magic))
                back = subprocess.run([method, "-dc"], input=frame, capture_output=True, check=True)
                self.assertEqual(back.stdout, plain)

    def test_exact_bytes(self):
        payload = bootfs((b"a", b"A"), (b"b/c", b"C" * 5000))
        (self.dir / "A").write_bytes(b"A")
        (self.dir / "C").write_bytes(b"C" * 5000)
        made = self.create("--file", "b/c=C", "--file", "a=A", "--cmdline", "x=1 y")
        self.assertEqual(made, image(item(0x4C444D43, b"x=1 y\0"),
                                     item(BOOTFS_TYPE, payload, len(payload))))

    def test_same_input_same_bytes(self):
        for method in ("none", "lz4", "zstd"):
            first = self.create("--compress", method, "--directory", self.tree)
            (self.tree / "empty").touch()
            arguments = [f"--file={name}=tree/{name}" for name in reversed(FILES)]
            self.assertEqual(self.create("--compress", method, *arguments), first)

    def test_manifest(self):
        (self.tree / "list").write_text("# comment\n\n a/sh = bin/sh \r\nempty=empty")
        self.create("--manifest", "tree/list")
        self.run_zbi("extract", "-C", "x", self.out)
        self.assertEqual((self.dir / "x/a/sh").read_bytes(), FILES["bin/sh"])

    def test_manifest_errors_name_the_line(self):
        (self.dir / "list").write_text("a=tree/page\nnonsense\n")
        self.assertEqual(self.run_zbi("create", "-o", "o", "--manifest", "list", status=1),
                         "zbi: list:2: nonsense: not of the form NAME=PATH\n")

    def test_items_by_name_and_number_kernel_first(self):
        (self.dir / "k").write_bytes(b"kernel")
        made = self.create("--item", "0x12345678=k", "--item", "nvram=k", "--item", "KERNEL_X64=k")
        self.assertEqual(made, image(item(0x4C4E524B, b"kernel"), item(0x12345678, b"kernel"),
                                     item(0x4C4C564E, b"kernel")))

    def test_compressed_ramdisk_is_kept_as_it_is(self):
        frame = subprocess.run(["zstd", "-c"], input=b"r" * 9999, capture_output=True,
                               check=True).stdout
        (self.dir / "disk").write_bytes(frame)
        made = self.create("--compress", "lz4", "--item", "RAMDISK=disk")
        self.assertEqual(made, image(item(0x4B534452, frame, 9999, 1)))

    def test_refuses_bad_names(self):
        for name in ("/abs", "../up", "a/../b", "a//b", "./a", "n" * 256):
            with self.subTest(name):
                text = self.run_zbi("create", "-o", self.out, f"--file={name}=tree/page", status=1)
                self.assertEqual(text, f"zbi: {name}: not a plain relative path of at most 255 bytes\n")
        self.assertFalse(self.out.exists())

    def test_refuses_duplicates(self):
        text = self.run_zbi("create", "-o", self.out, "--directory", self.tree, "--file",
                            "page=tree/page", status=1)
        self.assertEqual(text, "zbi: page: given twice\n")

    def test_refuses_unknown_types(self):
        for name in ("NOSUCH", "0x", "0xzz", "0x123456789"):
            text = self.run_zbi("create", "-o", "o", f"--item={name}=tree/page", status=1)
            self.assertEqual(text, f"zbi: {name}: unknown item type\n")

    def test_missing_input(self):
        for option in ("--file=a=none", "--directory=none", "--manifest=none", "--item=NVRAM=none"):
            text = self.run_zbi("create", "-o", "o", option, status=1)
            self.assertEqual(text, "zbi: none: No such file or directory\n")

    def test_failed_write_leaves_nothing(self):
        self.run_zbi("create", "-o", "no/dir/out", "--cmdline", "x", status=1)
        (self.dir / "old").write_bytes(b"old")
        self.run_zbi("create", "-o", "old", "--file", "a=none", status=1)
        self.assertEqual((self.dir / "old").read_bytes(), b"old")
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["old", "tree"])


class Usage(ZbiTest):
    def test_wrong_usage_is_2(self):
        for arguments in ([], ["nosuch"], ["create"], ["list"], ["verify", "a", "b"],
                          ["create", "-o", "o", "--compress", "gzip"], ["list", "--nosuch", "a"]):
            text = self.run_zbi(*arguments, status=2)
            self.assertEqual(text.count("\n"), 1, text)
            self.assertTrue(text.startswith("zbi: "), text)

    def test_help_is_0(self):
        self.assertIn("verify", self.run_zbi("--help"))
        self.assertIn("NAME=PATH", self.run_zbi("create", "--help"))

    def test_list(self):
        self.create("--compress", "zstd", "--directory", self.tree, "--cmdline", "a=\x1b[31m b")
        text = self.run_zbi("list", self.out)
        self.assertIn('"a=\\x1b[31m b"', text)
        self.assertRegex(text, r"0x00000050  BOOTFS +\d+  zstd, \d+ bytes of content\n")
        self.assertRegex(text, r" 25000  bin/sh\n")

    def test_progress_on_a_terminal_only(self):
        (self.dir / "large").write_bytes(bytes(20 << 20))
        command = ["create", "-o", self.out, "--compress", "lz4", "--file", "a=large"]
        self.assertEqual(self.run_zbi(*command), "")
        terminal, end = pty.openpty()
        subprocess.run([ZBI, *map(str, command)], cwd=self.dir, stderr=end, check=True, timeout=60)
        os.close(end)
        shown = os.read(terminal, 65536)
        os.close(terminal)
        self.assertIn(b"zbi: compressing 20 MiB: 100 %", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown)

    def test_extract_only_named(self):
        self.create("--directory", self.tree)
        self.run_zbi("extract", "-C", "x", self.out, "page", "z/deep/er")
        found = sorted(p.name for p in (self.dir / "x").rglob("*") if p.is_file())
        self.assertEqual(found, ["er", "page"])
        text = self.run_zbi("extract", "-C", "x", self.out, "page", "nosuch", status=1)
        self.assertEqual(text, f"zbi: {self.out}: has no file nosuch\n")


class Damage(ZbiTest):
    def test_not_an_image(self):
        self.refuses(b"", "too short for a ZBI container (at byte 0x0)")
        self.refuses(b"x" * 100, "not a ZBI container (at byte 0x0)")

    def test_every_truncation(self):
        whole = self.create("--compress", "lz4", "--file", "a=tree/z/deep/er")
        for size in range(len(whole)):
            (self.dir / "bad").write_bytes(whole[:size])
            self.run_zbi("verify", "bad", status=1)

    def test_every_flipped_byte(self):
        whole = self.create("--compress", "lz4", "--file", "a=tree/z/deep/er", "--cmdline", "1234567")
        padding = -struct.unpack_from("<I", whole, 76)[0] % 8  # behind the BOOTFS, the last item
        # The container's reserved words and padding are the only bytes that nothing covers.
        uncovered = {*range(16, 24), *range(len(whole) - padding, len(whole))}
        for index in range(len(whole)):
            bad = bytearray(whole)
            bad[index] ^= 0x10
            (self.dir / "bad").write_bytes(bad)
            self.run_zbi("verify", "bad", status=0 if index in uncovered else 1)

    def test_checksum(self):
        self.refuses(image(item(0x4C444D43, b"x\0", crc=1)),
                     "item's checksum does not match (at byte 0x20)")

    def test_hostile_names_are_never_extracted(self):
        for name in (b"../evil", b"/tmp/evil", b"a/../../evil", b".."):
            payload = bootfs((name, b"x"))
            bad = image(item(BOOTFS_TYPE, payload, len(payload)))
            message = "BOOTFS: file name is not a plain relative path (at its byte 0x10)"
            for command in ("extract", "verify", "list"):
                self.refuses(bad, message, command)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["bad.zbi", "tree"])

    def test_file_that_is_also_a_directory(self):
        payload = bootfs((b"a", b"x"), (b"a/b", b"y"))
        (self.dir / "bad").write_bytes(image(item(BOOTFS_TYPE, payload, len(payload))))
        self.assertIn("zbi: x/a: ", self.run_zbi("extract", "-C", "x", "bad", status=1))

    def test_duplicate_names(self):
        payload = bootfs((b"a", b"x"), (b"a", b"y"))
        self.refuses(image(item(BOOTFS_TYPE, payload, len(payload))), "a: in the BOOTFS twice")

    def test_padding(self):
        payload = bootfs((b"a", b"x"))[:-1] + b"!"
        self.refuses(image(item(BOOTFS_TYPE, payload, len(payload))), "a: not padded with zeros")
        self.refuses(image(item(0x4C444D43, b"x\0")) + b"!",
                     "bytes other than zero follow the container")

    def test_declared_size(self):
        frame = subprocess.run(["zstd", "-c"], input=bytes(100_000), capture_output=True,
                               check=True).stdout
        self.refuses(image(item(BOOTFS_TYPE, frame, 99_999, 1)),
                     "compressed content is larger than 99999 bytes")
        self.refuses(image(item(BOOTFS_TYPE, frame, 100_001, 1)),
                     "BOOTFS declares 100001 bytes, but has 100000")
        self.refuses(image(item(BOOTFS_TYPE, frame, 0xFFFFFFFF, 1)),
                     "BOOTFS claims 4294967295 bytes, more than the 1073741824 that fit a machine")
        self.refuses(image(item(BOOTFS_TYPE, b"plain", 4)), "content is larger than 4 bytes")
        self.refuses(image(item(BOOTFS_TYPE, b"plain", 5, 1)),
                     "BOOTFS is compressed by an unknown method")

    def test_damaged_frames(self):
        for method, name in (("zstd", "zstd"), ("lz4", "LZ4")):
            frame = subprocess.run([method, "-c"], input=b"abcd" * 9999, capture_output=True,
                                   check=True).stdout
            self.refuses(image(item(BOOTFS_TYPE, frame[:-9], 39996, 1)),
                         "compressed content is cut short")
            self.refuses(image(item(BOOTFS_TYPE, frame + b"!", 39996, 1)),
                         "bytes follow the compressed content")
            (self.dir / "bad").write_bytes(image(item(BOOTFS_TYPE, frame[:4] + b"\xff" * 40, 9, 1)))
            self.assertIn(f"damaged {name} frame", self.run_zbi("verify", "bad", status=1))

    def test_bomb_is_stopped_at_its_declared_size(self):
        bomb = subprocess.run(["zstd", "-c"], input=bytes(200 << 20), capture_output=True,
                              check=True).stdout
        self.assertLess(len(bomb), 100_000)
        self.refuses(image(item(BOOTFS_TYPE, bomb, PAGE, 1)),
                     "compressed content is larger than 4096 bytes")


def main():
    global ZBI
    ZBI = str(pathlib.Path(sys.argv.pop(1)).resolve())
    result = unittest.main(exit=False, verbosity=0).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
