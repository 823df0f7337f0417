#!/usr/bin/env python3
"""Checks a built libzircon.so: check_image.py TABLE IMAGE… Prints `N passed, M failed`."""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools/syscallgen"))
from emit_user import stub_names  # noqa: E402
from table import Table, load  # noqa: E402

PAGE = 4096
PT_LOAD, PT_DYNAMIC = 1, 2
PF_X, PF_W, PF_R = 1, 2, 4
SHT_SYMTAB, SHT_RELA, SHT_REL, SHT_DYNSYM, SHT_RELR = 2, 4, 9, 11, 19
STB_GLOBAL, STB_WEAK, STT_FUNC = 1, 2, 2
DT_NEEDED, DT_SONAME = 1, 14
RELOCATION_TAGS = {7, 8, 17, 18, 20, 22, 23, 35, 36}  # RELA, REL, TEXTREL, JMPREL, RELR and their sizes


@dataclass(frozen=True)
class Symbol:
    name: str
    value: int
    size: int
    bind: int
    type: int
    section: int


class Image:
    """As much of an ELF64 file as the checks need."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        phoff, shoff = struct.unpack_from("<QQ", self.data, 32)
        phnum, shnum = struct.unpack_from("<H", self.data, 56)[0], struct.unpack_from("<H", self.data, 60)[0]
        # type, flags, offset, vaddr, paddr, filesz, memsz, align
        self.segments = [struct.unpack_from("<IIQQQQQQ", self.data, phoff + 56 * i) for i in range(phnum)]
        # name, type, flags, addr, offset, size, link, info, addralign, entsize
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.data, shoff + 64 * i) for i in range(shnum)]

    def _text(self, offset: int) -> str:
        return self.data[offset : self.data.index(b"\0", offset)].decode()

    def symbols(self, kind: int) -> list[Symbol]:
        found = []
        for section in (section for section in self.sections if section[1] == kind):
            strings = self.sections[section[6]][4]
            for offset in range(section[4] + 24, section[4] + section[5], 24):
                name, info, _, index, value, size = struct.unpack_from("<IBBHQQ", self.data, offset)
                found.append(Symbol(self._text(strings + name), value, size, info >> 4, info & 15, index))
        return found

    def dynamic(self) -> dict[int, int]:
        _, _, offset, _, _, size, *_ = next(s for s in self.segments if s[0] == PT_DYNAMIC)
        return dict(struct.unpack_from("<QQ", self.data, at) for at in range(offset, offset + size, 16))

    def soname(self) -> str:
        strings = next(self.sections[s[6]] for s in self.sections if s[1] == SHT_DYNSYM)
        return self._text(strings[4] + self.dynamic()[DT_SONAME])


def _export_checks(image: Image, table: Table) -> dict[str, bool]:
    symbols = image.symbols(SHT_DYNSYM)
    strong = {symbol.name: symbol for symbol in symbols if symbol.bind == STB_GLOBAL}
    weak = {symbol.name: symbol for symbol in symbols if symbol.bind == STB_WEAK}
    names = {call.name for call in table.exports}
    return {
        "_zx_ names, strong": set(strong) == {f"_zx_{name}" for name in names},
        "zx_ names, weak": set(weak) == {f"zx_{name}" for name in names},
        "both names are one function": all(
            strong[f"_zx_{name}"].value == weak[f"zx_{name}"].value for name in names
        ),
        "all are functions with a size": all(s.type == STT_FUNC and s.size > 0 for s in symbols),
        "none is undefined": all(symbol.section != 0 for symbol in symbols),
    }


def _layout_checks(image: Image) -> dict[str, bool]:
    loads = [segment for segment in image.segments if segment[0] == PT_LOAD]
    if len(loads) != 2:
        return {"two segments": False}
    data, code = loads
    internal = {symbol.name: symbol.value for symbol in image.symbols(SHT_SYMTAB)}
    return {
        "read-only data comes first, from offset 0": data[1:4] == (PF_R, 0, 0),
        "code comes second, in pages of its own": code[1] == PF_R | PF_X and code[2] % PAGE == 0 == code[6] % PAGE,
        "offsets are addresses": code[2] == code[3] and all(load[5] == load[6] for load in loads),
        "the segments do not share a page": data[6] <= code[3],
        "VDSO_CODE_START": internal.get("VDSO_CODE_START") == code[3],
        "VDSO_CODE_END": internal.get("VDSO_CODE_END") == code[3] + code[6],
        "nothing is writable": not any(s[1] & PF_W for s in loads) and not any(s[2] & 1 for s in image.sections),
        "nothing is relocated": not any(s[1] in (SHT_RELA, SHT_REL, SHT_RELR) for s in image.sections)
        and not RELOCATION_TAGS & set(image.dynamic()),
        "nothing is needed": DT_NEEDED not in image.dynamic(),
        "soname": image.soname() == "libzircon.so",
    }


def _kernel_symbol_checks(image: Image, table: Table, call_form: bool) -> dict[str, bool]:
    symbols = {symbol.name: symbol for symbol in image.symbols(SHT_SYMTAB)}
    data = next(segment for segment in image.segments if segment[0] == PT_LOAD)

    def is_data(name: str, size: int) -> bool:
        symbol = symbols.get(name)
        return (
            symbol is not None and symbol.size == size and symbol.value % 8 == 0
            and symbol.value + size <= data[6]
        )  # fmt: skip

    checks = {"DATA_CONSTANTS": is_data("DATA_CONSTANTS", 120)}
    sites = {f"CODE_SYSRET_zx_{call.name}_VIA_{call.name}" for call in stub_names(table).values()}
    if call_form:
        checks["zcore_syscall_entry"] = is_data("zcore_syscall_entry", 24)
        checks["no trap"] = not any(name.startswith("CODE_SYSRET_") for name in symbols)
    else:
        checks["no call slots"] = "zcore_syscall_entry" not in symbols
        checks["every trap's return site"] = sites <= set(symbols)
    return checks


def main() -> int:
    table = load(Path(sys.argv[1]))
    passed = failed = 0
    for path in map(Path, sys.argv[2:]):
        image = Image(path)
        call_form = "host" in path.name
        checks = _export_checks(image, table) | _layout_checks(image)
        checks |= _kernel_symbol_checks(image, table, call_form)
        for name, good in checks.items():
            if not good:
                print(f"{path.name}: failed: {name}")
        passed += sum(checks.values())
        failed += len(checks) - sum(checks.values())
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
