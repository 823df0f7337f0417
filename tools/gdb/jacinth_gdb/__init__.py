"""What gdb shows of a Jacinth kernel. The modules, each building on those before it:

    access      values of the kernel's basic types, read with care
    intrusive   the lists and trees that objects are linked in
    objects     kernel objects: their types, koids, names; handles
    tasks       jobs, processes and threads; the CPUs
    coroutines  the await chain of a suspended activity
    waits       what a blocked thread waits for
    memory      address spaces, mappings, memory objects
    log         the kernel's log
    printers    how `print` shows single values
    commands    the commands, `help jacinth`
"""
