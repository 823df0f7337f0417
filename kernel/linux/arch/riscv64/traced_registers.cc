// The registers of riscv64 as tracers see them: by register sets alone.
#include <algorithm>
#include <cstring>

#include "abi/linux/ptrace.h"
#include "linux/arch.h"
#include "linux/arch/riscv64/registers.h"
#include "linux/arch/signal_fpu.h"

namespace jacinth::linux {
namespace {

// f0 to f31 and fcsr.
constexpr size_t kFloatingPointBytes = 33 * sizeof(uint64_t);
constexpr size_t kCallNumber = 7;  // which of a0 to a7 has it

}  // namespace

// A call's number has a register of its own.
void hide_call_result(hal::UserContext&) {}

uint32_t audit_architecture() { return 0xc00000f3; }

bool has_register_requests() { return false; }

ErrnoOr<Vector<std::byte>> read_register_set(const TracedRegisters& traced, uint64_t note) {
  switch (note) {
    case ptrace::kNoteGeneral: {
      auto bytes = TRY(to_errno(Vector<std::byte>::with_size(sizeof(GeneralRegisters))));
      const GeneralRegisters registers = read_general(traced.context);
      memcpy(bytes.data(), &registers, sizeof registers);
      return bytes;
    }
    case ptrace::kNoteFloatingPoint: {
      const auto frame = TRY(read_signal_fpu(traced.context));
      auto bytes = TRY(to_errno(Vector<std::byte>::with_size(kFloatingPointBytes)));
      memcpy(bytes.data(), frame.data(), std::min(frame.size(), bytes.size()));
      return bytes;
    }
    default:
      return fail(Errno::INVAL);
  }
}

ErrnoOr<> write_register_set(const TracedRegisters& traced, uint64_t note,
                             std::span<const std::byte> in) {
  switch (note) {
    case ptrace::kNoteGeneral: {
      GeneralRegisters registers = read_general(traced.context);
      memcpy(&registers, in.data(), std::min(in.size(), sizeof registers));
      if (!write_general(traced.context, registers)) return fail(Errno::IO);
      if (traced.call_number >= 0)
        traced.call_number = static_cast<int32_t>(registers.a[kCallNumber]);
      return {};
    }
    case ptrace::kNoteFloatingPoint: {
      auto frame = TRY(read_signal_fpu(traced.context));
      memcpy(frame.data(), in.data(), std::min({in.size(), frame.size(), kFloatingPointBytes}));
      if (!traced.context.write_signal_fpu(frame)) return fail(Errno::IO);
      return {};
    }
    default:
      return fail(Errno::INVAL);
  }
}

ErrnoOr<uint64_t> read_user_word(const TracedRegisters&, uint64_t) { return fail(Errno::IO); }
ErrnoOr<> write_user_word(const TracedRegisters&, uint64_t, uint64_t) { return fail(Errno::IO); }

}  // namespace jacinth::linux
