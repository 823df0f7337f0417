#include "linux/sockets/control_messages.h"

#include <algorithm>
#include <cstring>

#include "abi/linux/socket_types.h"
#include "linux/files/transfer.h"
#include "linux/task/linux_process.h"
#include "net/numbers.h"

namespace jacinth::linux {
namespace {

constexpr uint64_t kHeader = sizeof(abi::cmsghdr);
constexpr uint64_t kMostControl = 131072;                        // net.core.optmem_max
constexpr uint64_t kSetGroup = 1ull << 6, kSetUser = 1ull << 7;  // CAP_SETGID, CAP_SETUID

constexpr uint64_t align(uint64_t bytes) { return (bytes + 7) & ~uint64_t{7}; }

bool is_one_of(const CredentialSet::Ids& ids, uint32_t id) {
  return id == ids.real || id == ids.effective || id == ids.saved;
}

// One may only say who one is, unless one could be anybody.
ErrnoOr<net::Sender> read_credentials(const SocketCaller& caller,
                                      std::span<const std::byte> value) {
  net::Sender said;
  if (value.size() != sizeof(said)) return fail(Errno::INVAL);
  memcpy(&said, value.data(), sizeof(said));
  const fs::Credentials& who = caller.view().from.who;
  const bool own_process = said.process == caller.view().effective.process;
  if (!own_process && !who.has(fs::capability::kSysAdmin)) return fail(Errno::PERM);
  if (!is_one_of(caller.ids().user, said.user) && !who.has(kSetUser)) return fail(Errno::PERM);
  if (!is_one_of(caller.ids().group, said.group) && !who.has(kSetGroup)) return fail(Errno::PERM);
  return said;
}

ErrnoOr<> collect_files(SyscallContext& ctx, std::span<const std::byte> value,
                        Vector<RefPtr<fs::File>>& files) {
  const size_t count = value.size() / sizeof(int32_t);
  if (files.size() + count > net::FileParcel::kMost) return fail(Errno::INVAL);
  for (size_t i = 0; i < count; ++i) {
    int32_t fd = 0;
    memcpy(&fd, value.data() + i * sizeof(fd), sizeof(fd));
    TRY(to_errno(files.push_back(TRY(ctx.self().files->get_any(fd)))));
  }
  return {};
}

}  // namespace

ErrnoOr<ControlToSend> read_control(SyscallContext& ctx, const SocketCaller& caller,
                                    net::Socket& socket, UserIn<std::byte> from, uint64_t size) {
  ControlToSend control;
  if (size == 0) return control;
  if (size > kMostControl) return fail(Errno::NOBUFS);
  auto bytes = TRY(to_errno(Vector<std::byte>::with_size(size)));
  TRY(fault_of(from.read_array(bytes)));
  Vector<RefPtr<fs::File>> files;
  const bool local = socket.socket_kind().family == net::kLocal;
  for (uint64_t at = 0; size - at >= kHeader;) {
    abi::cmsghdr header;
    memcpy(&header, bytes.data() + at, sizeof(header));
    if (header.size < kHeader || header.size > size - at) return fail(Errno::INVAL);
    const auto value =
        std::span<const std::byte>(bytes).subspan(at + kHeader, header.size - kHeader);
    if (header.level == net::level::kSocket && local) {
      if (header.type == net::kControlRights) {
        TRY(collect_files(ctx, value, files));
      } else if (header.type == net::kControlCredentials) {
        control.credentials = TRY(read_credentials(caller, value));
      } else {
        return fail(Errno::INVAL);
      }
    }
    if (align(header.size) >= size - at) break;
    at += align(header.size);
  }
  if (!files.empty()) control.files = TRY(net::FileParcel::create(files, caller.view().file_limit));
  return control;
}

// --- receiving

void ControlWriter::advance(uint64_t bytes) {
  const uint64_t step = std::min(align(bytes), left_);
  at_ = at_ + step;
  left_ -= step;
}

void ControlWriter::put(int32_t level, int32_t type, std::span<const std::byte> value) {
  if (left_ < kHeader || raw(at_) == 0) {
    cut_ = true;
    return;
  }
  const uint64_t size = std::min(kHeader + value.size(), left_);
  cut_ = cut_ || size < kHeader + value.size();
  const abi::cmsghdr header{.size = size, .level = level, .type = type};
  const UserOut<std::byte> data(at_ + kHeader);
  const bool written = UserOut<abi::cmsghdr>(at_).write(header).has_value() &&
                       data.write_array(value.first(size - kHeader)).has_value();
  faulted_ = faulted_ || !written;
  advance(kHeader + value.size());
}

void ControlWriter::put_files(SyscallContext& ctx, net::FileParcel& parcel, bool close_on_exec) {
  const auto files = parcel.files();
  const uint64_t room = left_ < kHeader || raw(at_) == 0 ? 0 : (left_ - kHeader) / sizeof(int32_t);
  const UserOut<int32_t> numbers(at_ + kHeader);
  FileTable& table = *ctx.self().files;
  size_t told = 0;
  for (; told < std::min<uint64_t>(files.size(), room); ++told) {
    const auto fd = table.add(files[told], close_on_exec, file_limit(ctx));
    if (!fd) break;
    if (numbers.write(*fd, told)) continue;
    (void)table.close(*fd);
    break;
  }
  cut_ = cut_ || told < files.size();
  if (told == 0) return;
  const uint64_t size = kHeader + told * sizeof(int32_t);
  const abi::cmsghdr header{
      .size = size, .level = net::level::kSocket, .type = net::kControlRights};
  if (!UserOut<abi::cmsghdr>(at_).write(header)) faulted_ = true;
  advance(size);
}

}  // namespace jacinth::linux
