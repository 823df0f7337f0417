"""Without a terminal; images and options."""

import pathlib
import subprocess
import tempfile

from .session import DEADLINE, Failure
from .support import IMAGE, JACINTH, batch, case, equal, match, only_on_host


# --- Without a terminal.


@case
def a_script_prints_only_output():
    result = batch("echo a\n\n# nothing\necho b | wc\nreturn 4\n")
    equal((result.stdout, result.stderr, result.returncode), (b"a\n1 1 2\nreturn: exited with 4\n", b"", 4))


@case
def the_last_line_needs_no_end():
    equal(batch("echo a\necho b").stdout, b"a\nb\n")


@case
def no_input_is_a_short_session():
    result = batch("")
    equal((result.stdout, result.returncode), (b"", 0))


@case
def programs_read_on_where_the_shell_stopped():
    equal(batch("head 2\nhead 1\none\ntwo\nthree\n").returncode, 0)
    equal(batch("wc\na b\nc\n").stdout, b"2 3 6\n")


@case
def a_line_that_is_too_long_is_refused():
    result = batch("echo " + "x" * 5000 + "\necho after\n")
    equal(result.stdout, b"the line is too long\nafter\n")


@case
def a_killed_shell_ends_the_machine():
    result = batch("crash write\n")
    equal(result.returncode, 255)


# --- Images and options.


def refused(*arguments, says):
    only_on_host("the program `jacinth` reads these")
    result = subprocess.run([JACINTH, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE,
                            check=False)
    text = result.stderr.decode()
    match(says, text)
    equal(text.count("\n"), 1)
    if result.returncode == 0:
        raise Failure("it ended with 0")


@case
def a_missing_image_is_refused():
    refused("zircon", "/nonexistent.zbi", says="/nonexistent.zbi")


@case
def a_damaged_image_is_refused():
    with tempfile.NamedTemporaryFile() as file:
        data = bytearray(pathlib.Path(IMAGE).read_bytes())
        data[len(data) // 2] ^= 1
        file.write(data)
        file.flush()
        refused("zircon", file.name, says="checksum|damaged")


@case
def an_image_cut_short_is_refused():
    with tempfile.NamedTemporaryFile() as file:
        file.write(pathlib.Path(IMAGE).read_bytes()[:1000])
        file.flush()
        refused("zircon", file.name, says="not a boot image")


@case
def bad_options_are_refused():
    refused("zircon", IMAGE, "--nonsense", says="nonsense")
    refused("zircon", IMAGE, "--memory", "12", says="memory|16M")
    refused("zircon", IMAGE, "--cpus", "0", says="cpus|range")
    refused("zircon", says="IMAGE")


@case
def an_image_without_the_program_says_so():
    result = batch("", "--cmdline", "userboot=bin/nonsense")
    match("userboot: cannot start bin/nonsense", (result.stdout + result.stderr).decode())
    equal(result.returncode, 1)


# --- Little memory.


@case
def who_takes_all_memory_is_told_and_the_shell_lives():
    only_on_host("machine_test.py has it for the others")
    result = subprocess.run([JACINTH, "zircon", IMAGE, "--memory", "64M"], input=b"hog\necho alive\nhog 4\n",
                            capture_output=True, timeout=DEADLINE, check=False)
    text = result.stdout.decode()
    match(r"(?m)^hog: [1-6]\d MiB: ZX_ERR_NO_MEMORY$", text)
    match(r"(?m)^alive$", text)
    match(r"(?m)^hog: 4 MiB: ZX_OK$", text)
    equal(result.returncode, 0)
