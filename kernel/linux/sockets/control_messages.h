// What goes with a message beside its bytes: open files, credentials (struct cmsghdr).
#pragma once

#include <optional>
#include <span>

#include "linux/sockets/socket_argument.h"

namespace jacinth::linux {

// What a program sends along. RIGHTS and CREDENTIALS are AF_UNIX's; others are passed over. EINVAL,
// EFAULT, ENOBUFS (too much); EBADF; EPERM: credentials that are not the sender's; TOOMANYREFS.
struct ControlToSend {
  net::FilesPtr files;
  std::optional<net::Sender> credentials;
};
ErrnoOr<ControlToSend> read_control(SyscallContext& ctx, const SocketCaller& caller,
                                    net::Socket& socket, UserIn<std::byte> from, uint64_t size);

// Writes what came along with a message. What does not fit is cut or left out, which `cut()` tells.
class ControlWriter {
 public:
  ControlWriter(VirtAddr to, uint64_t room) : at_(to), left_(room) {}

  void put(int32_t level, int32_t type, std::span<const std::byte> value);
  // Makes descriptors of the files; none are left over that the program does not learn of.
  void put_files(SyscallContext& ctx, net::FileParcel& parcel, bool close_on_exec);

  bool cut() const { return cut_; }
  bool faulted() const { return faulted_; }
  uint64_t left() const { return left_; }

 private:
  void advance(uint64_t bytes);

  VirtAddr at_;
  uint64_t left_;
  bool cut_ = false;
  bool faulted_ = false;
};

}  // namespace jacinth::linux
