// What the files of /proc/PID say.
#pragma once

#include "linux/proc/subject.h"
#include "text/format.h"

namespace jacinth::linux::task_text {

using Write = ErrnoOr<> (*)(const Subject& subject, TextSink& out);

ErrnoOr<> stat(const Subject& subject, TextSink& out);
ErrnoOr<> status(const Subject& subject, TextSink& out);
ErrnoOr<> limits(const Subject& subject, TextSink& out);
ErrnoOr<> io(const Subject& subject, TextSink& out);

// --- Memory (task_memory.cc).
ErrnoOr<> statm(const Subject& subject, TextSink& out);
ErrnoOr<> command_line(const Subject& subject, TextSink& out);
ErrnoOr<> environment(const Subject& subject, TextSink& out);
ErrnoOr<> auxiliary_vector(const Subject& subject, TextSink& out);
ErrnoOr<> maps(const Subject& subject, TextSink& out);
ErrnoOr<> smaps(const Subject& subject, TextSink& out);
ErrnoOr<> smaps_rollup(const Subject& subject, TextSink& out);

// --- Mounts (task_mounts.cc).
ErrnoOr<> mounts(const Subject& subject, TextSink& out);
ErrnoOr<> mount_info(const Subject& subject, TextSink& out);

}  // namespace jacinth::linux::task_text
