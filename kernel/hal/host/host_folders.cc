// Also the simulator's.
#include "hal/host_folders.h"

#include <array>

#include "hal/host/sys.h"
#include "text/format.h"

namespace jacinth::hal {
namespace {

using host::sys::address;
using host::sys::Call;
using host::sys::call;

enum OpenFlag : long {
  kReadOnly = 0,
  kWriteOnly = 1,
  kNonBlock = 04000,
  kNoFollow = 0400000,
  kCloseOnExec = 02000000,
  kPath = 010000000,
};
constexpr long kEmptyPath = 0x1000, kSymlinkNoFollow = 0x100, kRemoveFolder = 0x200;
constexpr long kExchange = 2;
constexpr long kSymlinkFollow = 0x400;
constexpr long kCwd = -100;

// struct stat.
struct Stat {
  uint64_t device, number, links;
  uint32_t mode, user, group, padding;
  uint64_t special, size, block_bytes, blocks;
  struct {
    int64_t seconds;
    uint64_t nanoseconds;
  } accessed, modified, changed;
  uint64_t reserved[3];
};

int64_t to_attributes(long result, const Stat& from, HostAttributes& out) {
  if (result < 0) return result;
  auto time = [](const auto& value) {
    return HostAttributes::Time{.seconds = value.seconds,
                                .nanoseconds = static_cast<uint32_t>(value.nanoseconds)};
  };
  out = {.device = from.device,
         .number = from.number,
         .size = from.size,
         .blocks = from.blocks,
         .mode = from.mode,
         .links = static_cast<uint32_t>(from.links),
         .user = from.user,
         .group = from.group,
         .special = from.special,
         .accessed = time(from.accessed),
         .modified = time(from.modified),
         .changed = time(from.changed)};
  return 0;
}

// The host's own name for an open file. It leads to the thing itself and follows nothing.
class Name {
 public:
  explicit Name(HostFile file) { *end_of(format_into(text_, "/proc/self/fd/{}", file)) = '\0'; }
  long raw() const { return address(text_.data()); }

 private:
  char* end_of(std::string_view text) { return text_.data() + text.size(); }
  std::array<char, 32> text_;
};

}  // namespace

int64_t host_find(HostFile folder, const char* name) {
  return call(Call::Openat, folder, address(name), kPath | kNoFollow | kCloseOnExec);
}

int64_t host_attributes(HostFile file, HostAttributes& out) {
  Stat stat;
  return to_attributes(call(Call::Newfstatat, file, address(""), address(&stat), kEmptyPath), stat,
                       out);
}

int64_t host_attributes_of(HostFile folder, const char* name, HostAttributes& out) {
  Stat stat;
  return to_attributes(
      call(Call::Newfstatat, folder, address(name), address(&stat), kSymlinkNoFollow), stat, out);
}

int64_t host_open(HostFile file, uint32_t access) {
  return call(Call::Openat, kCwd, Name(file).raw(),
              static_cast<long>(access) | kNonBlock | kCloseOnExec);
}

void host_close(HostFile file) { call(Call::Close, file); }

int64_t host_read(HostFile file, std::span<std::byte> to, uint64_t offset) {
  return call(Call::Pread64, file, address(to.data()), static_cast<long>(to.size()),
              static_cast<long>(offset));
}

int64_t host_write(HostFile file, std::span<const std::byte> from, uint64_t offset) {
  return call(Call::Pwrite64, file, address(from.data()), static_cast<long>(from.size()),
              static_cast<long>(offset));
}

int64_t host_list(HostFile folder, std::span<std::byte> to) {
  return call(Call::Getdents64, folder, address(to.data()), static_cast<long>(to.size()));
}

int64_t host_sync(HostFile file) { return call(Call::Fsync, file); }

int64_t host_read_link(HostFile link, std::span<char> to) {
  return call(Call::Readlinkat, link, address(""), address(to.data()),
              static_cast<long>(to.size()));
}

int64_t host_resize(HostFile file, uint64_t size) {
  const int64_t opened = host_open(file, kWriteOnly);
  if (opened < 0) return opened;
  const int64_t done = call(Call::Ftruncate, opened, static_cast<long>(size));
  host_close(static_cast<HostFile>(opened));
  return done;
}

int64_t host_set_mode(HostFile file, uint32_t mode) {
  return call(Call::Fchmodat, kCwd, Name(file).raw(), mode);
}

int64_t host_set_owner(HostFile file, uint32_t user, uint32_t group) {
  return call(Call::Fchownat, file, address(""), user, group, kEmptyPath);
}

int64_t host_set_times(HostFile file, HostAttributes::Time accessed,
                       HostAttributes::Time modified) {
  const host::sys::Timespec times[] = {{accessed.seconds, accessed.nanoseconds},
                                       {modified.seconds, modified.nanoseconds}};
  return call(Call::Utimensat, kCwd, Name(file).raw(), address(times), 0);
}

int64_t host_make_file(HostFile folder, const char* name, uint32_t mode) {
  return call(Call::Mknodat, folder, address(name), mode);
}

int64_t host_make_folder(HostFile folder, const char* name, uint32_t mode) {
  return call(Call::Mkdirat, folder, address(name), mode);
}

int64_t host_make_link(HostFile folder, const char* name, const char* target) {
  return call(Call::Symlinkat, address(target), folder, address(name));
}

int64_t host_add_name(HostFile file, HostFile folder, const char* name) {
  return call(Call::Linkat, kCwd, Name(file).raw(), folder, address(name), kSymlinkFollow);
}

int64_t host_remove(HostFile folder, const char* name, bool is_folder) {
  return call(Call::Unlinkat, folder, address(name), is_folder ? kRemoveFolder : 0);
}

int64_t host_rename(HostFile folder, const char* name, HostFile to_folder, const char* to_name,
                    bool exchange) {
  return call(Call::Renameat2, folder, address(name), to_folder, address(to_name),
              exchange ? kExchange : 0);
}

}  // namespace jacinth::hal
