#!/usr/bin/env python3
"""Checks that includes only point downward through the layers, and that no machine is named above hal/."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# From the bottom up; the personalities stand side by side and never include one another. The file
# and socket layers are for POSIX-like ones: Zircon has neither, and stands beside them.
ORDER = {"base": 0, "hal": 1, "exec": 2, "vm": 3, "object": 4, "fs": 5, "zircon": 5, "net": 6, "linux": 7, "xv6": 7, "boot": 8}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
MACHINE = re.compile(r"hal/(sim|host|x86_64|riscv64)/")
ARCHITECTURE = re.compile(r"^\s*#\s*(?:el)?if.*(__x86_64__|__riscv|__aarch64__|__i386__)")
NAMES_ARCHITECTURE = re.compile(r"x86_64|riscv64|aarch64")


def problems_in(path: pathlib.Path) -> list[str]:
    place = path.relative_to(ROOT)
    layer = place.parts[1]
    if layer not in ORDER:
        return []
    found = []
    # Tests drive a layer from above, and may reach the machine under it.
    is_test = path.name.endswith("_test.cc") or path.name == "testing.h" or "selftest" in place.parts
    # The simulator is a test's machine and its start-up in one, so it starts the executors itself.
    may_include = {"exec"} if place.parts[:3] == ("kernel", "hal", "sim") else set()
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        where = f"{place}:{number}"
        if (match := INCLUDE.match(line)) and not is_test:
            target = match.group(1).split("/")[0]
            personalities = {"zircon", "linux", "xv6"}
            beside = layer in personalities and target in personalities and target != layer
            above = target in ORDER and target not in {layer, *may_include} and ORDER[target] >= ORDER[layer]
            if above or beside:
                found.append(f"{where}: {layer}/ includes {match.group(1)} from above or beside it")
            if layer != "hal" and MACHINE.match(match.group(1)):
                found.append(f"{where}: {layer}/ names a machine: {match.group(1)}")
        if ARCHITECTURE.match(line) and layer != "hal" and not NAMES_ARCHITECTURE.search(path.name):
            found.append(f"{where}: an architecture test above hal/")
    return found


def main() -> int:
    sources = [p for p in (ROOT / "kernel").rglob("*") if p.suffix in (".h", ".cc", ".S", ".inc")]
    problems = [problem for path in sorted(sources) for problem in problems_in(path)]
    print("\n".join(problems) if problems else f"{len(sources)} files keep to the layers")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
