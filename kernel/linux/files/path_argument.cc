#include "linux/files/path_argument.h"

#include <algorithm>
#include <cstring>

#include "linux/task/linux_process.h"

namespace jacinth::linux {

// Piece by piece, none of which crosses into a page that the text may not reach.
ErrnoOr<std::string_view> read_string(UserIn<char> from, std::span<char> buffer, Errno too_long) {
  constexpr size_t kPiece = 64;
  for (size_t length = 0; length < buffer.size();) {
    const uint64_t at = raw(from.address()) + length;
    const size_t piece = std::min({kPiece, kPageSize - at % kPageSize, buffer.size() - length});
    TRY(fault_of(from.read_array(buffer.subspan(length, piece), length)));
    const void* const nul = memchr(buffer.data() + length, '\0', piece);
    if (nul != nullptr) return std::string_view(buffer.data(), static_cast<const char*>(nul));
    length += piece;
  }
  return fail(too_long);
}

ErrnoOr<std::string_view> read_path(UserIn<char> from, PathBuffer& buffer) {
  const auto text = TRY(read_string(from, buffer.text, Errno::NAMETOOLONG));
  buffer.length = text.size();
  return text;
}

WalkStart::WalkStart(SyscallContext& ctx) : ctx_(ctx), who_(*ctx.process().credentials.lock()) {
  ctx.self().fs->borrow(reading_, root_, base_);
}

ErrnoOr<> WalkStart::at(int32_t dir, std::string_view path, uint32_t walk_flags) {
  const bool rooted = (walk_flags & fs::walk_flags::kInRoot) != 0;
  if (dir == kAtCwd || (path.starts_with('/') && !rooted)) return {};
  file_ = TRY(ctx_.self().files->get_any(dir));
  if (!file_->path()) return fail(Errno::NOTDIR);
  if (!path.empty() && !file_->node().is_directory()) return fail(Errno::NOTDIR);
  return {};
}

void WalkStart::use_real_ids() {
  who_.user.file_system = who_.user.real;
  who_.group.file_system = who_.group.real;
  who_.capabilities.effective = who_.user.real == 0 ? who_.capabilities.permitted : 0;
}

Who::Who(SyscallContext& ctx) { set = *ctx.process().credentials.lock(); }

}  // namespace jacinth::linux
