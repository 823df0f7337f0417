#!/usr/bin/env python3
"""gdb's commands and printers for the kernel (tools/gdb), tried on a kernel that runs.

usage: gdb_test.py BUILD [--machine MACHINE] [NAME…]

A shell with a program whose threads are blocked in every way there is; gdb looks at the kernel in batch mode while
the machine stands still. The cases are in debugger/.
"""

import argparse
import os
import pathlib
import sys
import traceback


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--machine", default="host", help="host (the default), or one in QEMU as scripts/machine names it")
    parser.add_argument("names", nargs="*", help="only these cases")
    options = parser.parse_args()
    os.environ["JACINTH_BUILD"] = str(options.build.resolve())
    # The other kernel is compiled across files, which leaves gdb some types without their members.
    os.environ["JACINTH_PROGRAM"] = str(options.build.resolve() / "bin/jacinth_checked")
    from debugger import cases, machines  # once the environment says where the build is
    passed = failed = 0

    def run(started, those):
        nonlocal passed, failed
        with started as machine:
            for case in those:
                if options.names and case.__name__ not in options.names:
                    continue
                try:
                    case(machine)
                    passed += 1
                except Exception as error:  # a test that breaks is one that fails
                    failed += 1
                    print(f"FAILED {case.__name__}: {error}", flush=True)
                    if not isinstance(error, machines.Failure):
                        traceback.print_exc()

    run(machines.start(options.machine), cases.CASES)
    if options.machine == "host":
        run(machines.start_linux(), cases.LINUX_CASES)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
