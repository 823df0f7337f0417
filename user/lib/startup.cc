#include "lib/startup.h"

#include <zircon/syscalls.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace user {
namespace {

constinit Startup the_startup;

}  // namespace

Startup& startup() { return the_startup; }

zx_handle_t self_process() { return the_startup.handle(PA_PROC_SELF); }
zx_handle_t self_thread() { return the_startup.handle(PA_THREAD_SELF); }
zx_handle_t root_vmar() { return the_startup.handle(PA_VMAR_ROOT); }
zx_handle_t default_job() { return the_startup.handle(PA_JOB_DEFAULT); }

void Startup::read(zx_handle_t bootstrap) {
  read_first(bootstrap);
  zx_handle_close(bootstrap);
}

void Startup::read_first(zx_handle_t bootstrap) {
  uint32_t bytes = 0;
  uint32_t handles = 0;
  const zx_status_t status =
      zx_channel_read(bootstrap, 0, message_, handles_, kMaxBytes, kMaxHandles, &bytes, &handles);
  if (status != ZX_OK) return;
  handle_count_ = handles;
  if (!take_apart(bytes, handles)) {
    for (size_t i = 0; i < handles; ++i) zx_handle_close(handles_[i]);
    handle_count_ = 0;
  }
}

void Startup::adopt(std::span<const zx_handle_t> handles, std::span<const uint32_t> kinds) {
  handle_count_ = std::min({handles.size(), kinds.size(), kMaxHandles});
  std::copy_n(handles.begin(), handle_count_, handles_);
  std::copy_n(kinds.begin(), handle_count_, kinds_);
}

bool Startup::take_apart(uint32_t bytes, uint32_t handles) {
  zx_proc_args_t header;
  if (bytes < sizeof(header)) return false;
  memcpy(&header, message_, sizeof(header));
  if (header.protocol != ZX_PROCARGS_PROTOCOL || header.version != ZX_PROCARGS_VERSION)
    return false;
  const uint64_t info_end = uint64_t{header.handle_info_off} + uint64_t{handles} * sizeof(uint32_t);
  if (info_end > bytes) return false;
  memcpy(kinds_, message_ + header.handle_info_off, handles * sizeof(uint32_t));
  message_[bytes] = '\0';
  if (header.args_num > kMaxStrings || header.environ_num > kMaxStrings) return false;
  if (!split_strings(header.args_off, header.args_num, bytes, argv_) ||
      !split_strings(header.environ_off, header.environ_num, bytes, environ_))
    return false;
  argc_ = static_cast<int>(header.args_num);
  environ_count_ = static_cast<int>(header.environ_num);
  return true;
}

bool Startup::split_strings(uint32_t offset, uint32_t count, uint32_t bytes, char** out) {
  for (uint32_t i = 0; i < count; ++i) {
    if (offset >= bytes) return false;
    out[i] = message_ + offset;
    offset += static_cast<uint32_t>(strlen(out[i])) + 1;
  }
  return true;
}

zx_handle_t Startup::handle(uint32_t type, uint32_t argument) const {
  for (size_t i = 0; i < handle_count_; ++i) {
    if (kinds_[i] == PA_HND(type, argument)) return handles_[i];
  }
  return ZX_HANDLE_INVALID;
}

Handle Startup::take(uint32_t type, uint32_t argument) {
  for (size_t i = 0; i < handle_count_; ++i) {
    if (kinds_[i] == PA_HND(type, argument))
      return Handle(std::exchange(handles_[i], ZX_HANDLE_INVALID));
  }
  return {};
}

std::string_view Startup::environment(std::string_view name) const {
  for (int i = 0; i < environ_count_; ++i) {
    const std::string_view entry = environ_[i];
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  }
  return {};
}

}  // namespace user
