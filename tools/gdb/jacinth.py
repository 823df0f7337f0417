"""gdb's knowledge of the Jacinth kernel:  gdb -x tools/gdb/jacinth.py …   or   (gdb) source tools/gdb/jacinth.py

docs/debugging.md shows a session. The same commands serve the kernel as a Linux process and on bare machines.
"""

import pathlib
import sys

import gdb

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from jacinth_gdb import commands, printers  # noqa: E402  found by the path just set


def prepare():
    # Sources are known by their paths inside the project.
    gdb.execute(f"directory {HERE.parent.parent}", to_string=True)
    # On the host machine a program's page faults and the timer are signals that are the kernel's business.
    gdb.execute("handle SIGSEGV SIGBUS SIGILL SIGFPE SIGUSR1 SIGUSR2 nostop noprint pass", to_string=True)
    gdb.execute("set print static-members off")
    commands.register()
    printers.register()


prepare()
