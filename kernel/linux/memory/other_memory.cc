#include "linux/memory/other_memory.h"

namespace jacinth::linux {
namespace {

bool may_reach(LinuxMemory& memory, VirtAddr at, hal::Access access, OtherAccess how) {
  const auto mapping = memory.space()->mapping_of(at);
  if (!mapping) return false;
  if (hal::includes(mapping->access, access)) return true;
  const bool shared = (mapping->note.tag & mapping_tag::kShared) != 0;
  return how == OtherAccess::Forced && (access == hal::Access::Read || !shared);
}

// Mapping by mapping.
template <typename Bytes, typename Copy>
size_t transfer(LinuxMemory& memory, VirtAddr at, Bytes bytes, hal::Access access, OtherAccess how,
                Copy&& copy) {
  size_t done = 0;
  while (done < bytes.size()) {
    const VirtAddr here{raw(at) + done};
    if (!may_reach(memory, here, access, how)) break;
    const Result<size_t> got = copy(here, bytes.subspan(done));
    if (!got || *got == 0) break;
    done += *got;
  }
  return done;
}

}  // namespace

size_t read_other(LinuxMemory& memory, VirtAddr from, std::span<std::byte> to, OtherAccess how) {
  return transfer(memory, from, to, hal::Access::Read, how,
                  [&](VirtAddr at, std::span<std::byte> part) {
                    return memory.space()->read_memory(at, part);
                  });
}

size_t write_other(LinuxMemory& memory, VirtAddr to, std::span<const std::byte> from,
                   OtherAccess how) {
  return transfer(memory, to, from, hal::Access::Write, how,
                  [&](VirtAddr at, std::span<const std::byte> part) {
                    return memory.space()->write_memory(at, part);
                  });
}

}  // namespace jacinth::linux
