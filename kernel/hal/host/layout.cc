#include "hal/host/layout.h"

#include "hal/host/sys.h"

extern "C" const char __executable_start[];
extern "C" const char etext[];

namespace jacinth::host {

constinit Layout layout;

namespace {

constexpr uint32_t kHelperSlots = 8;
constexpr size_t kDataBytes = 64 << 20;  // more than .data and .bss ever need

constexpr size_t stack_stride() { return kKernelStackBytes + kPageSize; }
size_t stacks_offset() { return kDataBytes; }
size_t helpers_offset() { return stacks_offset() + layout.cpus * stack_stride(); }
size_t processes_offset() { return helpers_offset() + kHelperSlots * kSlotBytes; }
size_t area_bytes() {
  return processes_offset() + size_t{kMostProcesses} * (1 + layout.cpus) * kSlotBytes;
}

// Replaces the segment's pages by shared ones of the same content.
bool share(const Segment& segment, size_t offset_in_area) {
  const uint64_t offset = layout.ram_bytes + offset_in_area;
  const auto bytes = static_cast<long>(segment.bytes);
  if (sys::call(sys::Call::Pwrite64, layout.memory_fd, static_cast<long>(segment.start), bytes,
                static_cast<long>(offset)) != bytes)
    return false;
  const long at = sys::map(segment.start, segment.bytes, sys::kProtRead | sys::kProtWrite,
                           sys::kMapShared | sys::kMapFixed, layout.memory_fd, offset);
  return !sys::is_error(at);
}

}  // namespace

std::byte* Layout::kernel_stack(uint32_t cpu) const {
  return area + stacks_offset() + cpu * stack_stride() + kPageSize;
}
std::byte* Layout::helper_slot(uint32_t index) const {
  return area + helpers_offset() + index * kSlotBytes;
}
std::byte* Layout::process_slot(uint32_t process, uint32_t slot) const {
  return area + processes_offset() + (size_t{process} * (1 + cpus) + slot) * kSlotBytes;
}

const char* set_up_layout(const Segment* segments, size_t count) {
  const size_t bytes = area_bytes();
  const long area =
      sys::map(0, bytes, sys::kProtRead | sys::kProtWrite, sys::kMapShared | sys::kMapNoReserve,
               layout.memory_fd, layout.ram_bytes);
  if (sys::is_error(area)) return "cannot map the kernel's memory";
  layout.area = reinterpret_cast<std::byte*>(area);
  for (uint32_t cpu = 0; cpu < layout.cpus; ++cpu) {
    const auto guard = reinterpret_cast<uintptr_t>(layout.kernel_stack(cpu)) - kPageSize;
    if (sys::protect(guard, kPageSize, 0) != 0) return "cannot protect the kernel's stacks";
  }
  size_t used = 0;
  for (size_t i = 0; i < count; ++i) {
    if (segments[i].start < kHighCallWindow + kCallWindowBytes)
      return "the program lies where guests' addresses are";
    if (used + segments[i].bytes > kDataBytes) return "the kernel's data is too large";
    if (!share(segments[i], used)) return "cannot share the kernel's data";
    used += segments[i].bytes;
  }
  constexpr uintptr_t kEnd = kHighCallWindow + kCallWindowBytes;
  if (layout.area < reinterpret_cast<std::byte*>(kEnd) ||
      layout.direct_map < reinterpret_cast<std::byte*>(kEnd))
    return "the host leaves no room above the guests' addresses";
  // The C library's heap, of no more use.
  sys::unmap(kLowCallWindow, kHighCallWindow + kCallWindowBytes - kLowCallWindow);
  return nullptr;
}

bool is_stack_guard(uintptr_t address) {
  const uintptr_t offset = address - reinterpret_cast<uintptr_t>(layout.area) - stacks_offset();
  return offset < layout.cpus * stack_stride() && offset % stack_stride() < kPageSize;
}

bool is_kernel_text(uintptr_t address) {
  return address >= reinterpret_cast<uintptr_t>(__executable_start) &&
         address < reinterpret_cast<uintptr_t>(etext);
}

}  // namespace jacinth::host
