#!/usr/bin/env python3
"""Generates everything that follows from the system-call table. See README.md.

    syscallgen.py TABLE --kernel-sources DIR --out DIR      write the generated files
    syscallgen.py TABLE --kernel-sources DIR --tests DIR --page FILE    write the reference page
    … --check                                               fail when the page is stale instead
    … --personality linux                                   the table is the Linux one
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import core_cases
import emit_docs
import emit_kernel
import emit_linux
import emit_user
import linux_table
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
    parser.add_argument("--tests", type=Path, help="the core tests' cases, for the page")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--personality", choices=("zircon", "linux"), default="zircon")
    return parser.parse_args()


def _outputs(options: argparse.Namespace) -> tuple[dict[str, str], str]:
    """The generated files and the page. TableError when the table or the kernel's calls are wrong."""
    implemented = implemented_calls(options.kernel_sources)
    if options.personality == "linux":
        calls = linux_table.load(options.table)
        known = {call.name for call in calls}
        files, page = emit_linux.generated_files(calls, implemented), emit_linux.page(calls, implemented)
    else:
        table = load(options.table)
        known = {call.name for call in table.kernel_calls}
        tests = core_cases.groups_by_call(options.tests) if options.tests else {}
        files, page = generated_files(table, implemented), emit_docs.page(table, implemented, tests)
    if unknown := implemented - known:
        raise TableError(f"not in {options.table}: {', '.join(sorted(unknown))}")
    return files, page


def main() -> int:
    options = _arguments()
    try:
        files, page = _outputs(options)
    except TableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.out:
        for name, contents in files.items():
            _write_if_changed(options.out / name, contents)
    if options.page:
        if options.check and (not options.page.exists() or options.page.read_text("utf-8") != page):
            print(f"{options.page} is stale: run `ninja {options.personality}_syscalls_page`", file=sys.stderr)
            return 1
        if not options.check:
            _write_if_changed(options.page, page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
