"""The tree of jobs, processes and threads, and the CPUs that run them."""

import gdb

from . import access, intrusive, objects


def root_job():
    root = access.static("jacinth::(anonymous namespace)::debugger_root", "object/task/job.cc")
    if int(root) == 0:
        raise gdb.GdbError("The kernel has not made its first job yet.")
    return root.dereference()


def child_jobs(job):
    return (access.dynamic(child["object"].referenced_value()) for child in intrusive.elements(job["jobs_"]))


def child_processes(job):
    return (access.dynamic(child["object"].referenced_value()) for child in intrusive.elements(job["processes_"]))


def jobs(top=None, depth=0):
    """(job, depth) of all jobs, parents first."""
    top = root_job() if top is None else top
    yield top, depth
    if depth <= 32:  # Job::kMaxHeight: what is deeper is a broken tree
        for job in child_jobs(top):
            yield from jobs(job, depth + 1)


def processes():
    for job, _ in jobs():
        yield from child_processes(job)


def threads(process):
    return (access.at(access.address(thread), "Thread") for thread in intrusive.elements(process["threads_"]))


def find_processes(text):
    """Those with the koid or the name that a user typed."""
    found = [p for p in processes() if text in (str(objects.koid(p)), objects.name(p))]
    if not found:
        raise gdb.GdbError(f"There is no process {text}: `jacinth processes` lists them.")
    return found


def everything():
    """All tasks, and all objects that some process has a handle to; the latter as often as there are handles."""
    for job, _ in jobs():
        yield job
        for process in child_processes(job):
            yield process
            yield from threads(process)
    for process in processes():
        yield from (thing for _, _, thing in objects.handles(process))


def find_object(koid):
    for thing in everything():
        if access.guarded(lambda thing=thing: objects.koid(thing), None) == koid:
            return thing
    raise gdb.GdbError(f"No process has a handle to an object {koid}.")


def executors():
    """(CPU, its executor) of the CPUs that have run anything."""
    array = access.static("jacinth::exec::(anonymous namespace)::storage", "exec/executor.cc")["executors"]
    array = array[array.type.strip_typedefs().fields()[0]]
    first, last = array.type.range()
    for cpu in range(first, last + 1):
        if cpu == 0 or int(access.atomic(array[cpu]["counters_"]["switches"])) != 0:
            yield cpu, array[cpu]


def running_on():
    """CPU by the address of the activity it runs."""
    return {int(executor["running_"]): cpu for cpu, executor in executors() if int(executor["running_"]) != 0}


def activity(thread):
    return access.upcast(thread, "exec::Activity")


def state_text(thread, running):
    """Its state as programs see it, with the reason it waits or the CPU it runs on."""
    state = access.enumerator(thread["state_"])
    if state != "Running":
        return state.lower()
    if (cpu := running.get(int(activity(thread).address))) is not None:
        return f"running on CPU {cpu}"
    reason = access.enumerator(access.atomic(thread["blocked_reason_"]))
    if reason != "None":
        return f"blocked: {reason}"
    state = access.enumerator(access.atomic(activity(thread)["state_"]))
    return "blocked" if state == "Sleeping" else state.lower()


def registers(thread):
    """(name, value) of the general registers with which the thread goes on."""
    general = thread["context_"]["general"]
    for field in general.type.strip_typedefs().fields():
        value = general[field]
        if value.type.strip_typedefs().code == gdb.TYPE_CODE_ARRAY:
            first, last = value.type.range()
            yield from ((f"{field.name}{i}", int(value[i])) for i in range(first, last + 1))
        else:
            yield field.name, int(value)
