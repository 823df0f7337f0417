"""Runs functions that are test cases."""

import subprocess
from collections.abc import Callable, Iterable


def named_tests(names: dict) -> list[Callable]:
    """The functions named test_* of a module, whose globals() these are, in its order."""
    return [test for name, test in names.items() if name.startswith("test_")]


def run_each(tests: Iterable[Callable], *given: object) -> int:
    """Calls each with what is `given`; prints how it went and `N passed, M failed`, and returns the exit status."""
    passed = failed = 0
    for test in tests:
        try:
            test(*given)
            passed += 1
            print(f"ok {test.__name__}", flush=True)
        except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"FAILED {test.__name__}: {error!r}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def run(names: dict) -> int:
    """run_each() of a module's tests."""
    return run_each(named_tests(names))
