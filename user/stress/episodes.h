// Episodes: what a worker's thread does in one go. Each makes what it needs, checks what it gets
// back (check.h) and leaves nothing behind; any may be going on in many threads, and be cut short
// by the end of its process.
#pragma once

#include <span>
#include <string_view>

#include "random.h"
#include "worker.h"

namespace stress {

struct Episode {
  std::string_view name;
  void (*run)(Worker& worker, Random& random);
};

// All kinds; at most Statistics::kKinds.
std::span<const Episode> episodes();

void stream_channel(Worker&, Random&);     // messages of all sizes with handles, in order
void call_channel(Worker&, Random&);       // calls, some with short deadlines, and their answers
void collect_packets(Worker&, Random&);    // a port, signals from another thread
void wait_for_many(Worker&, Random&);      // one of several events comes up
void wait_for_timer(Worker&, Random&);     // not before its time; cancelled, never
void stream_socket(Worker&, Random&);      // bytes through a socket's small buffer
void stream_fifo(Worker&, Random&);        // numbered elements
void change_memory(Worker&, Random&);      // a VMO against a simple model of it
void snapshot_memory(Worker&, Random&);    // children that must not see each other's writes
void map_regions(Worker&, Random&);        // mappings over mappings against a model
void count_under_mutex(Worker&, Random&);  // futexes
void kill_threads(Worker&, Random&);       // in the middle of whatever they do
void kill_processes(Worker&, Random&);     // likewise, some suspended
void break_processes(Worker&, Random&);    // into exceptions, some of which are resolved
void shuffle_handles(Worker&, Random&);    // duplicated, replaced, closed
void meet_partner(Worker&, Random&);       // memory sent to and received from another process

}  // namespace stress
