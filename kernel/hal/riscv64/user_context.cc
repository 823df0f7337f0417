#include <cstring>

#include "base/heap.h"
#include "hal/riscv64/fpu.h"
#include "hal/riscv64/paging.h"
#include "hal/user.h"

namespace jacinth::hal {
namespace {

// zx_riscv64_thread_state_fp_regs_t.
struct FloatingPointRegisters {
  struct {
    uint64_t low, high;
  } q[32];
  uint32_t fcsr;
  uint8_t padding[12];
};
static_assert(sizeof(FloatingPointRegisters) == 528);
// Of Linux's signal frames, for harts with double precision.
struct SignalFpu {
  uint64_t f[32];
  uint32_t fcsr;
  uint32_t reserved[67];
};
static_assert(sizeof(SignalFpu) == 528);
constexpr uint32_t kFcsrBits = 0xff;

template <typename T>
Result<> copy_out(const T& from, std::span<std::byte> out) {
  if (out.size() < sizeof from) return fail(Status::BufferTooSmall);
  memcpy(out.data(), &from, sizeof from);
  return {};
}

template <typename T>
Result<> copy_in(std::span<const std::byte> in, T* to) {
  if (in.size() < sizeof *to) return fail(Status::BufferTooSmall);
  if (in.size() > sizeof *to) return fail(Status::InvalidArgs);
  memcpy(to, in.data(), sizeof *to);
  return {};
}

}  // namespace

size_t register_set_bytes(RegisterSet set) {
  switch (set) {
    case RegisterSet::General:
      return sizeof(riscv64::GeneralRegisters);
    case RegisterSet::FloatingPoint:
      return sizeof(FloatingPointRegisters);
    default:
      return 0;
  }
}

UserContext::UserContext() = default;
UserContext::~UserContext() { heap_free(vectors); }

void UserContext::start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1) {
  general = {};
  general.pc = raw(pc);
  general.sp = raw(sp);
  general.a[0] = arg0;
  general.a[1] = arg1;
  memset(f, 0, sizeof f);
  fcsr = 0;
  fp_hart = nullptr;
  heap_free(vectors);
  vectors = nullptr;
  vector_hart = nullptr;
}

Result<> UserContext::read_regs(RegisterSet set, std::span<std::byte> out) const {
  switch (set) {
    case RegisterSet::General:
      return copy_out(general, out);
    case RegisterSet::FloatingPoint: {
      FloatingPointRegisters registers{};
      for (size_t i = 0; i < 32; ++i) registers.q[i].low = f[i];
      registers.fcsr = fcsr;
      return copy_out(registers, out);
    }
    default:
      return fail(Status::NotSupported);
  }
}

Result<> UserContext::write_regs(RegisterSet set, std::span<const std::byte> in) {
  switch (set) {
    case RegisterSet::General: {
      riscv64::GeneralRegisters wanted;
      TRY(copy_in(in, &wanted));
      if (!riscv64::is_canonical(wanted.pc)) return fail(Status::InvalidArgs);
      general = wanted;
      return {};
    }
    case RegisterSet::FloatingPoint: {
      FloatingPointRegisters wanted;
      TRY(copy_in(in, &wanted));
      if ((wanted.fcsr & ~kFcsrBits) != 0) return fail(Status::InvalidArgs);
      for (size_t i = 0; i < 32; ++i) f[i] = wanted.q[i].low;
      fcsr = wanted.fcsr;
      fp_hart = nullptr;  // what a hart holds is no longer it
      return {};
    }
    default:
      return fail(Status::NotSupported);
  }
}

Result<> UserContext::copy_from(const UserContext& other) {
  void* copy = nullptr;
  if (other.vectors != nullptr) {
    copy = heap_allocate(riscv64::vector_state_bytes());
    if (copy == nullptr) return fail(Status::NoMemory);
    memcpy(copy, other.vectors, riscv64::vector_state_bytes());
  }
  heap_free(vectors);
  vectors = static_cast<std::byte*>(copy);
  general = other.general;
  memcpy(f, other.f, sizeof f);
  fcsr = other.fcsr;
  fp_hart = nullptr;
  vector_hart = nullptr;
  return {};
}

LinuxCall UserContext::linux_call() const {
  const uint64_t* a = general.a;
  return {.number = a[7], .args = {a[0], a[1], a[2], a[3], a[4], a[5]}};
}

// Only a0 has changed since.
void UserContext::undo_linux_call(const LinuxCall& call) {
  constexpr uint64_t kCallInstructionBytes = 4;
  general.a[0] = call.args[0];
  general.pc -= kCallInstructionBytes;
}

// Linux's union __riscv_fp_state, whose last two words say that no more follows.
size_t UserContext::signal_fpu_bytes() { return sizeof(SignalFpu); }

Result<> UserContext::read_signal_fpu(std::span<std::byte> out) const {
  SignalFpu state{};
  memcpy(state.f, f, sizeof f);
  state.fcsr = fcsr;
  return copy_out(state, out);
}

Result<> UserContext::write_signal_fpu(std::span<const std::byte> in) {
  SignalFpu state;
  TRY(copy_in(in, &state));
  if ((state.fcsr & ~kFcsrBits) != 0) return fail(Status::InvalidArgs);
  memcpy(f, state.f, sizeof f);
  fcsr = state.fcsr;
  fp_hart = nullptr;
  return {};
}

}  // namespace jacinth::hal
