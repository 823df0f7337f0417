"""The commands. `jacinth` can be cut short as gdb allows: `jac jobs`."""

import gdb

from . import access, coroutines, log, memory, objects, tasks, waits


class Group(gdb.Command):
    """Look at a Jacinth kernel: its tasks, handles, memory and log. `help function object` says how to get at objects."""

    def __init__(self):
        super().__init__("jacinth", gdb.COMMAND_DATA, prefix=True)


class Command(gdb.Command):
    """One that prints lines, and stops at memory that is broken instead of failing somewhere in the middle."""

    name = ""

    def __init__(self):
        super().__init__(f"jacinth {self.name}", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        try:
            for line in self.lines(gdb.string_to_argv(argument)):
                print(line)
        except gdb.MemoryError as error:
            raise gdb.GdbError(f"The kernel's memory could not be read: {error}") from error
        except access.Broken as error:
            raise gdb.GdbError(f"The kernel's memory is not as it should be: {error}") from error

    def lines(self, arguments):
        raise NotImplementedError


def only(arguments, usage):
    if len(arguments) != 1:
        raise gdb.GdbError(f"usage: jacinth {usage}")
    return arguments[0]


class Jobs(Command):
    """jacinth jobs: the tree of jobs and processes."""

    name = "jobs"

    def lines(self, arguments):
        for job, depth in tasks.jobs():
            indent = "  " * depth
            yield f"{indent}job {objects.koid(job)} \"{objects.name(job)}\" {access.enumerator(job['state_']).lower()}"
            for process in tasks.child_processes(job):
                yield f"{indent}  process {objects.koid(process)} \"{objects.name(process)}\""


class Processes(Command):
    """jacinth processes: what processes there are."""

    name = "processes"

    def lines(self, arguments):
        yield f"{'KOID':>8}  {'STATE':<8} {'JOB':>8} {'THREADS':>7} {'HANDLES':>7}  NAME"
        for process in tasks.processes():
            threads = sum(1 for _ in tasks.threads(process))
            yield (f"{objects.koid(process):>8}  {access.enumerator(process['state_']).lower():<8} "
                   f"{objects.koid(access.pointee(process['job_']).dereference()):>8} {threads:>7} "
                   f"{int(process['handles_']['used_']):>7}  {objects.name(process)}")


class Threads(Command):
    """jacinth threads [PROCESS]: threads, what they are blocked on, and who awaits whom in the kernel for them.

    PROCESS is a koid or a name. The registers are those with which the program goes on.
    """

    name = "threads"

    def lines(self, arguments):
        chosen = tasks.find_processes(only(arguments, "threads [PROCESS]")) if arguments else tasks.processes()
        running = tasks.running_on()
        index = waits.Index()
        for process in chosen:
            yield f'process {objects.koid(process)} "{objects.name(process)}"'
            for thread in tasks.threads(process):
                yield from self._thread(thread, running, index)

    def _thread(self, thread, running, index):
        state = tasks.state_text(thread, running)
        yield f'  thread {objects.koid(thread)} "{objects.name(thread)}", {state}'
        if int(tasks.activity(thread).address) in running:
            return  # it is changing all of this right now
        try:
            for what in waits.awaited(thread, index):
                yield f"      waits for {what}"
            for number, (function, _) in enumerate(coroutines.await_chain(tasks.activity(thread))):
                yield f"      #{number} {function}"
            pairs = [f"{name} {value:#018x}" for name, value in tasks.registers(thread)]
            for i in range(0, len(pairs), 4):
                yield "      " + "  ".join(f"{pair:<24}" for pair in pairs[i:i + 4]).rstrip()
        except (gdb.MemoryError, access.Broken) as error:
            yield f"      broken: {error}"


class Cpus(Command):
    """jacinth cpus: what each CPU runs, and how many activities wait for it."""

    name = "cpus"

    def lines(self, arguments):
        threads = {int(tasks.activity(t).address): (p, t) for p in tasks.processes() for t in tasks.threads(p)}
        for cpu, executor in tasks.executors():
            running = int(executor["running_"])
            what = "idle, or in the kernel's own loop"
            if running in threads:
                process, thread = threads[running]
                what = f"{objects.describe(thread)} of {objects.describe(process)}"
            elif running != 0:
                what = f"an activity of the kernel at {running:#x}"
            queued = int(access.atomic(executor["queue_"]["size_"]))
            yield f"CPU {cpu}: {what}; {queued} queued, {int(access.atomic(executor['counters_']['switches']))} switches"


class Handles(Command):
    """jacinth handles PROCESS: its handles. PROCESS is a koid or a name."""

    name = "handles"

    def lines(self, arguments):
        for process in tasks.find_processes(only(arguments, "handles PROCESS")):
            yield f'process {objects.koid(process)} "{objects.name(process)}"'
            for value, rights, thing in objects.handles(process):
                what = access.guarded(lambda thing=thing: objects.describe(thing), "broken")
                signals = access.guarded(lambda thing=thing: f"{objects.signals(thing):#x}")
                yield f"  {value:#010x}  {what:<40} signals {signals:<12} {objects.rights_text(rights)}"


class Vmos(Command):
    """jacinth vmos: the memory objects that processes have handles to or have mapped.

    COMMITTED is the memory charged to it; MAPPED how many mappings show it or its slices.
    """

    name = "vmos"

    def lines(self, arguments):
        yield f"{'KOID':>8}  {'SIZE':>12} {'COMMITTED':>12} {'MAPPED':>6} {'CHILDREN':>8} {'PARENT':>8}  {'KIND':<10} NAME"
        for vmo in memory.all_vmos():
            committed = int(vmo["charged_"]) * memory.PAGE
            yield (f"{memory.vmo_koid(vmo):>8}  {int(vmo['size_']):>12} {committed:>12} {int(vmo['window_count_']):>6} "
                   f"{int(vmo['child_count_']):>8} {int(vmo['parent_koid_']):>8}  {memory.vmo_kind(vmo):<10} "
                   f"{access.name_text(vmo['name_'])}").rstrip()


class Vmars(Command):
    """jacinth vmars PROCESS: its address space, region by region. PROCESS is a koid or a name."""

    name = "vmars"

    def lines(self, arguments):
        for process in tasks.find_processes(only(arguments, "vmars PROCESS")):
            yield f'process {objects.koid(process)} "{objects.name(process)}"'
            for area in memory.areas(process):
                text = "vmar"
                if area.mapping is not None:
                    offset = int(area.mapping["first_page_"]) * memory.PAGE
                    text = (f"{memory.access_text(area.mapping)} "
                            f"{access.guarded(lambda m=area.mapping: memory.vmo_text(memory.vmo_of(m)))} from {offset:#x}")
                yield f"{'  ' * (area.depth + 1)}{area.base:#014x}-{area.base + area.size:#014x} {text}"


class Log(Command):
    """jacinth log [COUNT]: the kernel's log, or its last COUNT records."""

    name = "log"

    def lines(self, arguments):
        records = list(log.records())
        if arguments:
            records = records[-int(only(arguments, "log [COUNT]")):]
        for seconds, process, thread, text in records:
            yield f"[{seconds:09.3f}] {process:05}:{thread:05}> {text}"


class Object(gdb.Function):
    """$object(KOID): a pointer to the task or the object with handles that has this koid, for `print *$object(1051)`."""

    def __init__(self):
        super().__init__("object")

    def invoke(self, koid):
        thing = tasks.find_object(int(koid))
        return access.dynamic(thing).address


def register():
    Object()
    Group()
    for command in (Jobs, Processes, Threads, Cpus, Handles, Vmos, Vmars, Log):
        command()
