#!/usr/bin/env python3
"""The shell in the default image, on a pseudo-terminal and without one. The cases are in shell/.

BUILD has the images, JACINTH is the kernel to boot them on. Prints `N passed, M failed`; a case that the machine
cannot run says why.
"""

import argparse
import os
import pathlib
import sys
import traceback


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("jacinth", type=pathlib.Path)
    parser.add_argument("--machine", default="", help="one in QEMU, as scripts/machine names it (default: the host)")
    parser.add_argument("names", nargs="*", help="only these cases")
    options = parser.parse_intermixed_args()
    os.environ["JACINTH_BUILD"] = str(options.build.resolve())
    os.environ["JACINTH_PROGRAM"] = str(options.jacinth.resolve())
    os.environ["JACINTH_MACHINE"] = options.machine
    from shell import editing, machine, running, support, system  # noqa: F401  each adds its cases
    from shell.session import Failure, Skipped
    passed = failed = 0
    for one in support.CASES:
        if options.names and one.__name__ not in options.names:
            continue
        try:
            one()
            passed += 1
        except Skipped as why:
            print(f"skipped {one.__name__}: {why}", flush=True)
        except Exception as error:  # a test that breaks is one that fails
            failed += 1
            print(f"FAILED {one.__name__}: {error}", flush=True)
            if not isinstance(error, Failure):
                traceback.print_exc()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
