#include "hal/x86_64/io_ports.h"

#include <cstring>

#include "base/spinlock.h"
#include "hal/io_ports.h"
#include "hal/table_pages.h"
#include "hal/x86_64/address_space.h"
#include "hal/x86_64/layout.h"
#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {
namespace {

// The processor may read one byte more than the bits have.
constexpr size_t kMapPages = (kPortMapBytes + 1 + kPageSize - 1) / kPageSize;
constexpr size_t kTaskPages = 2;  // the task state may lie across a page's end

constinit SpinLock lock{LockRank::AddressSpace};
// Counts changes of any space's ports.
constinit std::atomic<uint64_t> version{0};

uint64_t place_in_page(const Cpu& cpu) {
  return reinterpret_cast<uintptr_t>(&cpu.task) & (kPageSize - 1);
}

// The image's memory is where it is linked to be, less its base.
PhysAddr task_page(const Cpu& cpu) {
  return PhysAddr{page_floor(reinterpret_cast<uintptr_t>(&cpu.task)) - kImageBase};
}

// NO_MEMORY: what has been mapped stays, unused; the window is large.
Result<> make_room(Cpu& cpu) {
  constexpr uint64_t kFlags = kPagePresent | kPageWritable | kPageGlobal | kPageNoExecute;
  const uintptr_t at = take_window((kTaskPages + kMapPages) * kPageSize);
  TRY(map_kernel(at, task_page(cpu), kTaskPages * kPageSize, kFlags));
  for (size_t i = 0; i < kMapPages; ++i) {
    std::byte* const page = take_table_page();
    if (page == nullptr) return fail(Status::NoMemory);
    memset(page, 0xff, kPageSize);
    TRY(map_kernel(at + (kTaskPages + i) * kPageSize, hal::virt_to_phys(page), kPageSize, kFlags));
  }
  cpu.port_bits.store(reinterpret_cast<uint8_t*>(at + kTaskPages * kPageSize),
                      std::memory_order_release);
  return {};
}

Result<> make_room_everywhere() {
  for (hal::CpuId id = 0; id < hal::cpu_count(); ++id) {
    if (cpus[id].port_bits.load(std::memory_order_relaxed) == nullptr) TRY(make_room(cpus[id]));
  }
  return {};
}

uint16_t bits_offset(const Cpu& cpu) {
  return static_cast<uint16_t>(kTaskPages * kPageSize - place_in_page(cpu));
}

// Has the processor use the second mapping of its task state, which the bits are behind.
void use_second_task_state(Cpu& cpu, const uint8_t* bits) {
  constexpr uint64_t kAvailable = uint64_t{0x89} << 40;
  constexpr size_t kEntry = X86_64_TASK_STATE / 8;
  const uint64_t at = reinterpret_cast<uintptr_t>(bits) - bits_offset(cpu);
  const uint64_t limit = bits_offset(cpu) + kPortMapBytes;
  cpu.gdt[kEntry] = kAvailable | limit | (at & 0xff'ffff) << 16 | (at >> 24 & 0xff) << 56;
  cpu.gdt[kEntry + 1] = at >> 32;
  asm volatile("ltr %w0" ::"r"(X86_64_TASK_STATE) : "memory");
  cpu.has_port_bits = true;
}

void copy_bits(Cpu& cpu, const PortMap& ports) {
  uint8_t* const bits = cpu.port_bits.load(std::memory_order_acquire);
  if (!cpu.has_port_bits) use_second_task_state(cpu, bits);
  // Read first: what changes while we copy changes it again.
  cpu.ports_version = version.load(std::memory_order_acquire);
  memcpy(bits, ports.denied.data(), kPortMapBytes);
  cpu.task.io_map = bits_offset(cpu);
}

}  // namespace

void load_ports(Cpu& cpu, const std::atomic<PortMap*>* space) {
  cpu.ports_of_space = space;
  const PortMap* const ports = space != nullptr ? space->load(std::memory_order_acquire) : nullptr;
  if (cpu.ports == ports) return;
  cpu.ports = ports;
  if (ports != nullptr) return copy_bits(cpu, *ports);
  constexpr uint16_t kBeyondTheEnd = 0xffff;
  cpu.task.io_map = kBeyondTheEnd;
}

bool refresh_ports(Cpu& cpu) {
  const uint64_t now = version.load(std::memory_order_acquire);
  if (cpu.ports_version == now) return false;
  cpu.ports_version = now;
  if (cpu.ports_of_space == nullptr) return false;
  cpu.ports = cpu.ports_of_space->load(std::memory_order_acquire);
  if (cpu.ports == nullptr) return false;
  copy_bits(cpu, *cpu.ports);
  return true;
}

PortMap* PageTables::find_or_make_ports() {
  if (PortMap* const known = ports_.load(std::memory_order_relaxed)) return known;
  auto made = make_unique<PortMap>();
  if (!made) return nullptr;
  (*made)->denied.fill(0xff);
  ports_.store(made->get(), std::memory_order_release);
  return made->release();
}

Result<> PageTables::set_ports(uint32_t first, uint32_t count, bool allowed) {
  {
    LockGuard guard(lock);
    if (!allowed && ports_.load(std::memory_order_relaxed) == nullptr) return {};
    TRY(make_room_everywhere());
    PortMap* const ports = find_or_make_ports();
    if (ports == nullptr) return fail(Status::NoMemory);
    for (uint32_t port = first; port < first + count; ++port) {
      const auto bit = static_cast<uint8_t>(1 << port % 8);
      uint8_t& bits = ports->denied[port / 8];
      bits = static_cast<uint8_t>(allowed ? bits & ~bit : bits | bit);
    }
    version.fetch_add(1, std::memory_order_release);
  }
  Cpu& here = this_cpu();
  refresh_ports(here);
  for (hal::CpuId id = 0; id < hal::cpu_count(); ++id) {
    if (id != here.id) hal::send_ipi(id);
  }
  return {};
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

Result<> set_io_ports(AddressSpace& space, uint32_t first, uint32_t count, bool allowed) {
  return static_cast<x86_64::PageTables&>(space).set_ports(first, count, allowed);
}

}  // namespace jacinth::hal
