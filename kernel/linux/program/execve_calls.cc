// The execve system calls.
#include <algorithm>

#include "linux/files/path_argument.h"
#include "linux/program/execution.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/process_limit.h"

namespace jacinth::linux {
namespace {

constexpr size_t kMostStringBytes = 128 * 1024;
constexpr size_t kMostBytes = 6 << 20;

// A quarter of what the stack may become, within bounds, and not more than all of it.
size_t string_room(SyscallContext& ctx) {
  const uint64_t stack = ctx.process().limits.lock()->of[kLimitStack].soft;
  const uint64_t whole = std::max(page_floor(stack), kPageSize);
  return std::min(std::clamp<uint64_t>(stack / 4, kMostStringBytes, kMostBytes), whole);
}

// `room`: what all strings, and the pointers to them, may take.
ErrnoOr<> append_string(Vector<char>& bytes, UserIn<char> from, size_t room) {
  constexpr size_t kPiece = 256;
  std::array<char, kPiece> buffer;
  for (size_t length = 0; length < kMostStringBytes;) {
    const uint64_t at = raw(from.address()) + length;
    const size_t piece = std::min(kPiece, kPageSize - at % kPageSize);
    TRY(fault_of(from.read_array(std::span(buffer).first(piece), length)));
    const auto end = std::find(buffer.begin(), buffer.begin() + piece, '\0');
    if (length + static_cast<size_t>(end - buffer.begin()) >= kMostStringBytes) break;
    for (auto c = buffer.begin(); c != end; ++c) TRY(to_errno(bytes.push_back(*c)));
    if (bytes.size() > room) return fail(Errno::TOOBIG);
    if (end != buffer.begin() + piece) return to_errno(bytes.push_back('\0'));
    length += piece;
  }
  return fail(Errno::TOOBIG);
}

ErrnoOr<size_t> append_strings(Vector<char>& bytes, UserIn<uint64_t> pointers, size_t& room) {
  if (pointers.is_null()) return size_t{0};
  for (size_t count = 0;; ++count) {
    const uint64_t pointer = TRY(get(pointers, count));
    if (pointer == 0) return count;
    if (room < sizeof(uint64_t)) return fail(Errno::TOOBIG);
    room -= sizeof(uint64_t);
    TRY(append_string(bytes, UserIn<char>(VirtAddr{pointer}), room));
  }
}

ErrnoOr<ProgramStrings> read_strings(UserIn<uint64_t> arguments, UserIn<uint64_t> environment,
                                     size_t room) {
  ProgramStrings strings;
  strings.argument_count = TRY(append_strings(strings.bytes, arguments, room));
  if (strings.argument_count == 0) {
    // Programs rely on a first argument.
    TRY(to_errno(strings.bytes.push_back('\0')));
    strings.argument_count = 1;
  }
  strings.environment_offset = strings.bytes.size();
  strings.environment_count = TRY(append_strings(strings.bytes, environment, room));
  return strings;
}

struct Request {
  fs::Path place;
  Vector<char> name;
  ProgramStrings strings;
};

ErrnoOr<Request> read_request(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                              UserIn<uint64_t> arguments, UserIn<uint64_t> environment,
                              uint32_t flags) {
  if ((flags & ~(at_flag::kEmptyPath | at_flag::kSymlinkNoFollow)) != 0) return fail(Errno::INVAL);
  TRY(check_noted_user(ctx.process()));
  PathBuffer buffer;
  const std::string_view text = TRY(read_path(path, buffer));
  WalkStart start(ctx);
  TRY(start.at(dir, text));
  uint32_t walk = 0;
  if ((flags & at_flag::kSymlinkNoFollow) == 0) walk |= fs::walk_flags::kFollow;
  if ((flags & at_flag::kEmptyPath) != 0) walk |= fs::walk_flags::kAllowEmpty;
  Request request;
  request.place = TRY(fs::walk(start.from(), text, walk));
  if (request.place.node().type() == fs::FileType::Symlink) return fail(Errno::LOOP);
  TRY(to_errno(request.name.reserve(text.size() + 1)));
  for (const char c : text) TRY(to_errno(request.name.push_back(c)));
  TRY(to_errno(request.name.push_back('\0')));
  request.strings = TRY(read_strings(arguments, environment, string_room(ctx)));
  return request;
}

exec::Task<SysResult> execute_call(LinuxThread& self, Request request) {
  const auto done = co_await execute(self, std::move(request.place), std::move(request.name),
                                     std::move(request.strings));
  if (!done) co_return fail(done.error());
  co_return uint64_t{0};
}

exec::Eventually<SysResult> execute_at(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                       UserIn<uint64_t> arguments, UserIn<uint64_t> environment,
                                       uint32_t flags) {
  auto request = read_request(ctx, dir, path, arguments, environment, flags);
  if (!request) return SysResult(fail(request.error()));
  return execute_call(ctx.self(), std::move(*request));
}

}  // namespace

exec::Eventually<SysResult> sys_execve(SyscallContext& ctx, UserIn<char> path,
                                       UserIn<uint64_t> arguments, UserIn<uint64_t> environment) {
  return execute_at(ctx, kAtCwd, path, arguments, environment, 0);
}

exec::Eventually<SysResult> sys_execveat(SyscallContext& ctx, int32_t dir, UserIn<char> path,
                                         UserIn<uint64_t> arguments, UserIn<uint64_t> environment,
                                         uint32_t flags) {
  return execute_at(ctx, dir, path, arguments, environment, flags);
}

}  // namespace jacinth::linux
