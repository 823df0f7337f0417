"""Runs the functions named test_* of a module."""

import subprocess


def run(names: dict) -> int:
    """Prints the failures and `N passed, M failed`; returns the exit status. `names` is the module's globals()."""
    passed = failed = 0
    for name, test in sorted(names.items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            passed += 1
        except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"FAILED {name}: {error!r}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
