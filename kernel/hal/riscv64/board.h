// What the device tree says of the board: plain facts, kept after the tree's memory has gone.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/units.h"
#include "hal/bare_common/boot_options.h"
#include "hal/bare_common/memory_map.h"
#include "hal/boot.h"
#include "hal/cpu.h"

namespace jacinth::riscv64 {

// A device's registers and its interrupt's number at the PLIC; bytes is 0 when there is none.
struct DeviceRegion {
  PhysAddr base{};
  uint64_t bytes = 0;
  uint32_t interrupt = 0;
  bool exists() const { return bytes != 0; }
};

enum class UartKind : uint8_t { None, Ns16550, Sifive };

struct Uart {
  UartKind kind = UartKind::None;
  DeviceRegion region;
  uint32_t register_shift = 0;  // Ns16550: register n is at n << shift
};

struct HartFacts {
  uint64_t id = 0;
  uint32_t interrupt_controller = 0;  // phandle
  uint32_t plic_context = 0;          // of its supervisor mode
};

struct Board {
  static constexpr size_t kMostVirtio = 16;
  static constexpr size_t kSeedBytes = 64;

  std::array<HartFacts, hal::kMaxCpus> harts;  // those with supervisor mode; the boot hart first
  uint32_t hart_count = 0;
  bool has_vectors = false;  // all of them
  bool has_timer = false;    // Sstc, all of them
  uint64_t timebase = 0;     // ticks of the time register a second

  hal::MemoryMap ram;                         // all there is
  hal::MemoryMap free;                        // less what firmware keeps and the initial RAM disk
  uint64_t initrd_start = 0, initrd_end = 0;  // physical
  Uart uart;
  DeviceRegion plic;
  uint32_t plic_sources = 0;
  DeviceRegion test_device;  // power-off with a status
  DeviceRegion clock;        // real-time clock (goldfish)
  // Machine mode's interrupt and timer compare registers, and the timer.
  uint64_t software_interrupts = 0, timer_compares = 0, timer_value = 0;
  std::array<DeviceRegion, kMostVirtio> virtio;
  uint32_t virtio_count = 0;
  std::span<const std::byte> device_tree;  // stays for a next kernel
  bool is_own_firmware = false;            // machine_mode.cc
  hal::BootText text;                      // of the command line
  std::array<std::byte, kSeedBytes> seed;  // random bytes of the boot loader's
  uint32_t seed_bytes = 0;
};

extern constinit Board board;

// Fills `board` and, from the command line, `info`; null, or what is wrong. `boot_hart` is the hart
// that runs this. The tree's text is needed no more afterwards.
const char* read_board(std::span<const std::byte> device_tree, uint64_t boot_hart,
                       hal::BootInfo& info);

}  // namespace jacinth::riscv64
