#!/usr/bin/env python3
"""The shell in the default image, on a pseudo-terminal and without one. The cases are in shell/.

usage: shell_test.py BUILD JACINTH [NAME…]

BUILD has the images, JACINTH is the kernel to boot them on.
"""

import os
import pathlib
import sys
import traceback


def main() -> int:
    os.environ["JACINTH_BUILD"] = str(pathlib.Path(sys.argv[1]).resolve())
    os.environ["JACINTH_PROGRAM"] = str(pathlib.Path(sys.argv[2]).resolve())
    from shell import editing, machine, running, support, system  # noqa: F401  each adds its cases
    chosen = [c for c in support.CASES if len(sys.argv) == 3 or c.__name__ in sys.argv[3:]]
    failed = 0
    for one in chosen:
        try:
            one()
        except Exception as error:  # a test that breaks is one that fails
            failed += 1
            print(f"FAILED {one.__name__}: {error}", flush=True)
            if not isinstance(error, support.Failure):
                traceback.print_exc()
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
