"""Running kernels for gdb to look at."""

import contextlib
import pathlib
import subprocess
import tempfile

from shell import support
from shell.session import Failure, Session

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENTRY = ROOT / "tools/gdb/jacinth.py"
PATIENCE = 120  # seconds for one run of gdb: it reads all symbols each time
# What the cases look at, all in one run.
LOOKS = ("jobs", "processes", "threads waiters", "cpus", "handles waiters", "vmos", "vmars waiters", "log", "log 1")


class Machine:
    """A kernel with a shell at its prompt and the program `waiters` in the background."""

    def __init__(self, session):
        self.session = session
        self.looks = {}

    def prepare(self):
        self.session.send("waiters &\r")
        self.session.expect("6 threads wait")
        self.session.expect_prompt()

    # How gdb gets at the kernel.
    def gdb(self):
        raise NotImplementedError

    def look(self, command):
        """What `jacinth COMMAND` prints, at one moment for all of LOOKS."""
        if not self.looks:
            self.looks = dict(zip(LOOKS, self.ask(*(f"jacinth {look}" for look in LOOKS)), strict=True))
        return self.looks[command]

    def ask(self, *commands):
        """What gdb prints for each of the commands, all run while the machine stands still."""
        mark = "----8<----"
        arguments = [*self.gdb(), "-ex", f"echo {mark}\\n"]
        for command in commands:
            arguments += ["-ex", command, "-ex", f"echo {mark}\\n"]
        ran = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=PATIENCE, text=True, errors="replace", check=False)
        answers = ran.stdout.split(mark + "\n")[1:]
        if len(answers) < len(commands):
            raise Failure(f"gdb says: {ran.stdout[-2000:]}")
        return [answer.strip("\n") for answer in answers[:len(commands)]]


class Host(Machine):
    """The kernel as a Linux process, without a session when it runs Linux programs."""

    def __init__(self, process, session=None):
        super().__init__(session)
        self.process = process

    def gdb(self):
        return ["gdb", "-nx", "-batch", "-x", str(ENTRY), "-p", str(self.process.pid)]


class Emulated(Machine):
    """A bare machine in QEMU, whose debugger's socket gdb connects to."""

    def __init__(self, session, kernel, socket):
        super().__init__(session)
        self.kernel, self.socket = kernel, socket

    def gdb(self):
        return ["gdb-multiarch", "-nx", "-batch", "-x", str(ENTRY), str(self.kernel),
                "-ex", f"target remote {self.socket}"]


@contextlib.contextmanager
def start_host():
    with support.shell("--cpus", "2") as session:
        yield Host(session.process, session)


@contextlib.contextmanager
def start_emulated(name):
    architecture = "riscv64" if name == "sifive_u" else name
    image = "default.riscv64.zbi" if architecture == "riscv64" else "default.zbi"
    binaries = support.BUILD / "bin"
    # The other kernel may be compiled across files, which leaves gdb some types without their members.
    kernel = binaries / f"jacinth-{architecture}_checked"
    with tempfile.TemporaryDirectory(prefix="jacinth-gdb-") as folder:
        socket = f"{folder}/gdb"
        command = [str(ROOT / "scripts/machine"), name, str(binaries / image), "--cpus", "2", "--kernel", str(kernel),
                   "--", "-chardev", f"socket,path={socket},server=on,wait=off,id=gdb", "-gdb", "chardev:gdb"]
        with Session(command) as session:
            yield Emulated(session, kernel.with_name(kernel.name + ".debug"), socket)
            session.send("\x01x")
            session.status()


@contextlib.contextmanager
def start_linux():
    made = subprocess.run([ROOT / "scripts/rootfs", "busybox"], check=True, stdout=subprocess.PIPE, text=True)
    command = [support.JACINTH, "linux", "--root", made.stdout.strip(), "--", "sh", "-c", "echo asleep; exec sleep 1000"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout.readline() != "asleep\n":
                raise Failure("the program has not started")
            yield Host(process)
        finally:
            process.kill()


@contextlib.contextmanager
def start(name):
    with (start_host() if name == "host" else start_emulated(name)) as machine:
        machine.prepare()
        yield machine
