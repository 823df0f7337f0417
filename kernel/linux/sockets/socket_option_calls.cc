// Options of sockets.
#include <algorithm>
#include <array>

#include "linux/sockets/socket_argument.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {

namespace {
// No option that there is takes more.
constexpr size_t kMostOption = 256;
}  // namespace

SysResult sys_setsockopt(SyscallContext& ctx, int32_t fd, int32_t level, int32_t option,
                         UserIn<std::byte> value, uint32_t size) {
  if (static_cast<int32_t>(size) < 0) return fail(Errno::INVAL);
  const auto socket = TRY(get_socket(ctx, fd));
  std::array<std::byte, kMostOption> buffer;
  const auto given = std::span(buffer).first(std::min<size_t>(size, buffer.size()));
  TRY(fault_of(value.read_array(given)));
  const SocketCaller caller(ctx);
  TRY(socket->set_option(level, option, given, caller.view()));
  return 0;
}

SysResult sys_getsockopt(SyscallContext& ctx, int32_t fd, int32_t level, int32_t option,
                         UserOut<std::byte> value, UserInOut<uint32_t> size) {
  const auto socket = TRY(get_socket(ctx, fd));
  const uint32_t room = TRY(get(size));
  if (static_cast<int32_t>(room) < 0) return fail(Errno::INVAL);
  std::array<std::byte, kMostOption> buffer{};
  const auto out = std::span(buffer).first(std::min<size_t>(room, buffer.size()));
  const size_t used = TRY(socket->get_option(level, option, out));
  TRY(fault_of(value.write_array(out.first(used))));
  TRY(put(size, static_cast<uint32_t>(used)));
  return 0;
}

}  // namespace jacinth::linux
