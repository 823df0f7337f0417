#include "episodes.h"

namespace stress {
namespace {

constexpr Episode kEpisodes[] = {
    {"channels", stream_channel},  {"calls", call_channel},         {"ports", collect_packets},
    {"waits", wait_for_many},      {"timers", wait_for_timer},      {"sockets", stream_socket},
    {"fifos", stream_fifo},        {"memory", change_memory},       {"snapshots", snapshot_memory},
    {"mappings", map_regions},     {"mutexes", count_under_mutex},  {"threads", kill_threads},
    {"processes", kill_processes}, {"exceptions", break_processes}, {"handles", shuffle_handles},
    {"partners", meet_partner},
};
static_assert(std::size(kEpisodes) <= Statistics::kKinds);

}  // namespace

std::span<const Episode> episodes() { return kEpisodes; }

}  // namespace stress
