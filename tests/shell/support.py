"""What the shell's cases are written with."""

import os
import pathlib
import re
import subprocess

from .session import DEADLINE, Failure, Session, Skipped

# Set by shell_test.py for all. Without a machine's name it is the host machine.
BUILD = pathlib.Path(os.environ["JACINTH_BUILD"])
JACINTH = os.environ["JACINTH_PROGRAM"]
MACHINE = os.environ.get("JACINTH_MACHINE", "")
SCRIPT = str(pathlib.Path(__file__).resolve().parents[2] / "scripts/machine")
# What programs are built for.
ARCHITECTURE = "riscv64" if MACHINE in ("riscv64", "sifive_u") else "x86_64"
IMAGE = str(BUILD / ("bin/default.riscv64.zbi" if ARCHITECTURE == "riscv64" else "bin/default.zbi"))
LEAST_MEMORY = "32M" if MACHINE else "16M"
CASES = []


def case(function):
    CASES.append(function)
    return function


def only_on_host(why):
    """Leaves the case, on other machines."""
    if MACHINE:
        raise Skipped(why)


def machine(*options, image=IMAGE):
    """The command that starts the machine."""
    if not MACHINE:
        return [JACINTH, "zircon", image, *options]
    return [SCRIPT, MACHINE, image, "--kernel", JACINTH, *options]


def shell(*options, image=IMAGE):
    return Session(machine(*options, image=image))


def batch(text, *options, image=IMAGE):
    """Runs the shell with `text` as its standard input, which is no terminal."""
    only_on_host("the console of a bare machine is always a terminal")
    return subprocess.run(machine(*options, image=image), input=text.encode(), capture_output=True,
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
