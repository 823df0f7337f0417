#include "lib/processargs.h"

#include <zircon/syscalls.h>

#include <cstring>

namespace user {

void MessageBuilder::add_handle(uint32_t info, Handle handle) {
  if (!handle) return;
  if (count_ == kMaxHandles) {
    overflow_ = true;
    return;
  }
  infos_[count_] = info;
  handles_[count_++] = static_cast<Handle&&>(handle);
}

bool MessageBuilder::append(std::span<const std::string_view> strings) {
  for (std::string_view text : strings) {
    if (text.size() + 1 > kMaxBytes - used_) return false;
    memcpy(bytes_ + used_, text.data(), text.size());
    used_ += text.size();
    bytes_[used_++] = '\0';
  }
  return true;
}

zx_status_t MessageBuilder::write(zx_handle_t channel, std::span<const std::string_view> arguments,
                                  std::span<const std::string_view> environment) {
  zx_proc_args_t header{};
  header.protocol = ZX_PROCARGS_PROTOCOL;
  header.version = ZX_PROCARGS_VERSION;
  header.handle_info_off = sizeof(header);
  used_ = sizeof(header) + count_ * sizeof(uint32_t);
  memcpy(bytes_ + sizeof(header), infos_, count_ * sizeof(uint32_t));
  header.args_off = static_cast<uint32_t>(used_);
  header.args_num = static_cast<uint32_t>(arguments.size());
  if (!append(arguments)) overflow_ = true;
  header.environ_off = static_cast<uint32_t>(used_);
  header.environ_num = static_cast<uint32_t>(environment.size());
  if (!append(environment)) overflow_ = true;
  if (overflow_) return ZX_ERR_OUT_OF_RANGE;
  memcpy(bytes_, &header, sizeof(header));

  zx_handle_t sent[kMaxHandles];
  for (size_t i = 0; i < count_; ++i) sent[i] = handles_[i].release();
  const auto count = static_cast<uint32_t>(count_);
  count_ = 0;
  return zx_channel_write(channel, 0, bytes_, static_cast<uint32_t>(used_), sent, count);
}

}  // namespace user
