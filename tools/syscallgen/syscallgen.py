#!/usr/bin/env python3
"""Generates everything that follows from the system-call table. See README.md.

    syscallgen.py TABLE --kernel-sources DIR --out DIR      write the generated files
    syscallgen.py TABLE --kernel-sources DIR --page FILE    write the reference page
    … --check                                               fail when the page is stale instead
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import emit_docs
import emit_kernel
import emit_user
from table import Table, TableError, load

# Only a definition spells out its parameter types, so this tells it from a call of the function.
_DEFINITION = re.compile(r"\bsys_(\w+)\(\s*SyscallContext\s*&")


def implemented_calls(sources: Path) -> frozenset[str]:
    """The calls whose sys_ function is defined in some source file of the kernel's personality."""
    names: set[str] = set()
    for path in sorted(sources.rglob("*.cc")):
        if not path.name.endswith("_test.cc"):
            names.update(_DEFINITION.findall(path.read_text(encoding="utf-8")))
    return frozenset(names)


def generated_files(table: Table, implemented: frozenset[str]) -> dict[str, str]:
    """File name -> contents."""
    files = {
        "syscall_numbers.h": emit_kernel.syscall_numbers(table),
        "syscall_prototypes.h": emit_kernel.syscall_prototypes(table),
        "dispatch.inc": emit_kernel.dispatch(table, implemented),
        "trace_table.inc": emit_kernel.trace_table(table),
        "syscalls.h": emit_user.syscalls_header(table),
        "vdso_internal_calls.h": emit_user.internal_calls(table),
        "vdso_retry_calls.inc": emit_user.retry_calls(table),
        "vdso_numbers.h": emit_user.numbers_header(table),
        "vdso_exports.ver": emit_user.export_list(table),
    }
    for form in emit_user.FORMS:
        files[f"vdso_stubs_{form}.S"] = emit_user.stubs(table, form)
    return files


def _write_if_changed(path: Path, contents: str) -> None:
    """Leaves an unchanged file alone, so that what includes it is not built again."""
    if not path.exists() or path.read_text(encoding="utf-8") != contents:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("--kernel-sources", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--check", action="store_true")
    return parser.parse_args()


def main() -> int:
    options = _arguments()
    try:
        table = load(options.table)
    except TableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    implemented = implemented_calls(options.kernel_sources)
    unknown = implemented - {call.name for call in table.kernel_calls}
    if unknown:
        print(f"error: not in {options.table}: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    if options.out:
        for name, contents in generated_files(table, implemented).items():
            _write_if_changed(options.out / name, contents)
    if options.page:
        contents = emit_docs.page(table, implemented)
        if options.check and (not options.page.exists() or options.page.read_text("utf-8") != contents):
            print(f"{options.page} is stale: run `ninja zircon_syscalls_page`", file=sys.stderr)
            return 1
        if not options.check:
            _write_if_changed(options.page, contents)
    return 0


if __name__ == "__main__":
    sys.exit(main())
