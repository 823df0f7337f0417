#include "linux/program/vdso.h"

#include <cstring>

#include "hal/clock.h"
#include "hal/cpu.h"
#include "hal/user_ticks.h"
#include "linux/time/time_values.h"
#include "user/linux_vdso/constants.h"
#include "vm/embedded_file.h"

extern "C" const std::byte linux_vdso_start[], linux_vdso_end[];

namespace jacinth::linux {
namespace {

using linux_vdso::Constants;

// Every program maps the same pages, until it writes there. Never freed; the kernel runs no
// destructors.
constinit vm::Vmo* image = nullptr;

// floor(part * 2^64 / whole), for a part that is less.
uint64_t fraction_of(uint64_t part, uint64_t whole) {
  uint64_t fraction = 0;
  for (int bit = 0; bit < 64; ++bit) {
    part <<= 1;
    fraction <<= 1;
    if (part < whole) continue;
    part -= whole;
    fraction |= 1;
  }
  return fraction;
}

Constants constants_now() {
  constexpr uint64_t kSecond = 1'000'000'000;
  const uint64_t rate = hal::ticks_per_second();
  return {.whole = kSecond / rate,
          .fraction = fraction_of(kSecond % rate, rate),
          .wall_offset_ns = wall_offset().ns,
          .cpus = hal::cpu_count(),
          .reserved = 0};
}

}  // namespace

Result<> make_vdso() {
  if (!hal::programs_can_read_ticks()) return {};
  const vm::EmbeddedFile file = TRY(vm::EmbeddedFile::open({linux_vdso_start, linux_vdso_end}));
  auto vmo = TRY(vm::Vmo::create(page_ceil(file.bytes().size())));
  TRY(vmo->write(0, file.bytes()));
  const Constants constants = constants_now();
  TRY(vmo->write(linux_vdso::kConstantsOffset, std::as_bytes(std::span(&constants, 1))));
  image = vmo.leak();
  return {};
}

ErrnoOr<uint64_t> map_vdso(LinuxMemory& memory) {
  if (image == nullptr) return 0;
  // A program may change its own.
  auto own = TRY(
      to_errno(image->create_child(vm::ChildKind::Snapshot, 0, image->size(), vm::Resizable::Yes)));
  const VirtAddr at =
      TRY(memory.map_object(0, image->size(), protection::kRead | protection::kExec, std::move(own),
                            0, {.tag = mapping_tag::kVdso, .source = nullptr}));
  return raw(at);
}

}  // namespace jacinth::linux
