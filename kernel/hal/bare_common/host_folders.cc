// A bare machine has no host.
#include "hal/host_folders.h"

namespace jacinth::hal {
namespace {

constexpr int64_t kNoSuchCall = -38;

}  // namespace

std::span<const HostFolder> host_folders() { return {}; }

int64_t host_find(HostFile, const char*) { return kNoSuchCall; }
int64_t host_attributes(HostFile, HostAttributes&) { return kNoSuchCall; }
int64_t host_attributes_of(HostFile, const char*, HostAttributes&) { return kNoSuchCall; }
int64_t host_open(HostFile, uint32_t) { return kNoSuchCall; }
void host_close(HostFile) {}
int64_t host_read(HostFile, std::span<std::byte>, uint64_t) { return kNoSuchCall; }
int64_t host_write(HostFile, std::span<const std::byte>, uint64_t) { return kNoSuchCall; }
int64_t host_list(HostFile, std::span<std::byte>) { return kNoSuchCall; }
int64_t host_sync(HostFile) { return kNoSuchCall; }
int64_t host_read_link(HostFile, std::span<char>) { return kNoSuchCall; }
int64_t host_resize(HostFile, uint64_t) { return kNoSuchCall; }
int64_t host_set_mode(HostFile, uint32_t) { return kNoSuchCall; }
int64_t host_set_owner(HostFile, uint32_t, uint32_t) { return kNoSuchCall; }
int64_t host_set_times(HostFile, HostAttributes::Time, HostAttributes::Time) { return kNoSuchCall; }
int64_t host_make_file(HostFile, const char*, uint32_t) { return kNoSuchCall; }
int64_t host_make_folder(HostFile, const char*, uint32_t) { return kNoSuchCall; }
int64_t host_make_link(HostFile, const char*, const char*) { return kNoSuchCall; }
int64_t host_add_name(HostFile, HostFile, const char*) { return kNoSuchCall; }
int64_t host_remove(HostFile, const char*, bool) { return kNoSuchCall; }
int64_t host_rename(HostFile, const char*, HostFile, const char*, bool) { return kNoSuchCall; }

}  // namespace jacinth::hal
