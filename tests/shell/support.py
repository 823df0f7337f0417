"""What the shell's cases are written with."""

import os
import pathlib
import re
import subprocess

from .session import DEADLINE, Failure, Session

# Set by shell_test.py for all.
BUILD = pathlib.Path(os.environ["JACINTH_BUILD"])
JACINTH = os.environ["JACINTH_PROGRAM"]
IMAGE = str(BUILD / "bin/default.zbi")
CASES = []


def case(function):
    CASES.append(function)
    return function


def shell(*options, image=IMAGE):
    return Session([JACINTH, "zircon", image, *options])


def batch(text, *options, image=IMAGE):
    """Runs the shell with `text` as its standard input, which is no terminal."""
    return subprocess.run([JACINTH, "zircon", image, *options], input=text.encode(), capture_output=True,
                          timeout=DEADLINE, check=False)


def equal(found, wanted):
    if found != wanted:
        raise Failure(f"found {found!r}, wanted {wanted!r}")


def match(pattern, text):
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        raise Failure(f"nothing like {pattern!r} in {text!r}")
    return found


def edited(keys, wanted):
    """What a line edited by `keys` makes echo print."""
    with shell() as session:
        equal(session.enter(keys), wanted)
