// The directories /proc/PID and /proc/PID/task/TID, and the links in them.
#pragma once

#include "linux/proc/subject.h"
#include "linux/proc/text_node.h"

namespace jacinth::linux {

// A process's directory, or a thread's.
ErrnoOr<RefPtr<fs::Node>> make_task_directory(fs::FileSystem& system, const Subject& subject);

// Whether a node that make_task_directory() made still stands for somebody.
bool is_valid_task_directory(const fs::Node& node);

// The process whose directory in some /proc a node is; null: it is something else.
LinuxProcess* process_of_directory(const fs::Node& node);

// The process with that number, or the one that a thread with that number belongs to. NOENT.
ErrnoOr<Subject> find_subject(int32_t id);

// fd/ and fdinfo/.
ErrnoOr<RefPtr<fs::Node>> make_descriptor_links(fs::FileSystem& system, const Subject& subject);
ErrnoOr<RefPtr<fs::Node>> make_descriptor_infos(fs::FileSystem& system, const Subject& subject);
// mem: the process's memory as a file.
ErrnoOr<RefPtr<fs::Node>> make_memory_node(fs::FileSystem& system, const Subject& subject);

// A link's way to an open file: to its place; one without a name gets a place of its own.
ErrnoOr<fs::LinkTarget> link_to_file(fs::File& file);
ErrnoOr<fs::LinkTarget> link_to_place(fs::Path path);
// Before the first such link; again does nothing. NOMEM.
ErrnoOr<> start_file_links();

}  // namespace jacinth::linux
