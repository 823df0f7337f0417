// Folders of the host that programs may use, where the machine is a process of a host.
//
// What is in them is named by a HostFile, which holds the thing itself, whatever becomes of its
// name. Names are single components, never ".", ".." or with a slash in them, and symbolic links
// are never followed here: so nothing reaches out of a folder, whatever happens on the host
// meanwhile. Calls block this CPU while the host works. Results below 0 are Linux's error numbers,
// negated. Any CPU; a spin lock may be held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace jacinth::hal {

using HostFile = int32_t;

struct HostFolder {
  std::string_view place;  // where programs see it; "/": it is their root
  HostFile file = -1;
};
// Those that the user has named; none where there is no host.
std::span<const HostFolder> host_folders();

struct HostAttributes {
  uint64_t device, number, size, blocks;
  uint32_t mode;  // with the type, as in st_mode
  uint32_t links, user, group;
  uint64_t special;  // what device it is, as in st_rdev
  struct Time {
    int64_t seconds;
    uint32_t nanoseconds;
  } accessed, modified, changed;
};

int64_t host_find(HostFile folder, const char* name);
int64_t host_attributes(HostFile file, HostAttributes& out);
// What the name stands for now.
int64_t host_attributes_of(HostFile folder, const char* name, HostAttributes& out);
// A regular file or folder, opened for transfers: O_RDONLY, O_WRONLY or O_RDWR; never creates.
int64_t host_open(HostFile file, uint32_t access);
void host_close(HostFile file);

// Of opened ones:
int64_t host_read(HostFile file, std::span<std::byte> to, uint64_t offset);
int64_t host_write(HostFile file, std::span<const std::byte> from, uint64_t offset);
// linux_dirent64 records, from where the last call ended; 0: no more.
int64_t host_list(HostFile folder, std::span<std::byte> to);
int64_t host_sync(HostFile file);

int64_t host_read_link(HostFile link, std::span<char> to);
int64_t host_resize(HostFile file, uint64_t size);
int64_t host_set_mode(HostFile file, uint32_t mode);
int64_t host_set_owner(HostFile file, uint32_t user, uint32_t group);
// Nanoseconds may be UTIME_OMIT.
int64_t host_set_times(HostFile file, HostAttributes::Time accessed, HostAttributes::Time modified);

// Changes of names: 0, or an error.
// `mode` says the type as well: a regular file, FIFO or socket.
int64_t host_make_file(HostFile folder, const char* name, uint32_t mode);
int64_t host_make_folder(HostFile folder, const char* name, uint32_t mode);
int64_t host_make_link(HostFile folder, const char* name, const char* target);
int64_t host_add_name(HostFile file, HostFile folder, const char* name);
int64_t host_remove(HostFile folder, const char* name, bool is_folder);
int64_t host_rename(HostFile folder, const char* name, HostFile to_folder, const char* to_name,
                    bool exchange);

}  // namespace jacinth::hal
