// The registers of x86-64 as tracers see them.
#include <algorithm>
#include <cstring>

#include "abi/linux/ptrace.h"
#include "linux/arch.h"
#include "linux/arch/signal_fpu.h"
#include "linux/arch/x86_64/registers.h"

namespace jacinth::linux {
namespace {

using hal::RegisterSet;
using hal::x86::GeneralRegisters;

// struct user_regs_struct.
struct UserRegisters {
  uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax, rip,
      cs, eflags, rsp, ss, fs_base, gs_base, ds, es, fs, gs;
};
static_assert(sizeof(UserRegisters) == 216);

// Places in struct user.
constexpr uint64_t kDebugRegisters = 848, kUserBytes = 928;
constexpr size_t kDebugStatus = 6, kDebugControl = 7;
constexpr uint64_t kDebugEnable = 0xff;  // two bits for each of four

constexpr size_t kFxsaveBytes = 512;
// Of the XSAVE image: bytes for software, which tell debuggers what there is; and of the image that
// signal frames have, the same at another place.
constexpr size_t kSoftwareBytes = 464, kFrameComponents = 472, kComponentsPresent = 512;
constexpr size_t kFrameEndBytes = 4;

UserRegisters shown(const TracedRegisters& traced) {
  const GeneralRegisters r = read_general(traced.context);
  return {.r15 = r.r15,
          .r14 = r.r14,
          .r13 = r.r13,
          .r12 = r.r12,
          .rbp = r.rbp,
          .rbx = r.rbx,
          .r11 = r.r11,
          .r10 = r.r10,
          .r9 = r.r9,
          .r8 = r.r8,
          .rax = r.rax,
          .rcx = r.rcx,
          .rdx = r.rdx,
          .rsi = r.rsi,
          .rdi = r.rdi,
          .orig_rax = static_cast<uint64_t>(traced.call_number),
          .rip = r.rip,
          .cs = kUserCode,
          .eflags = r.rflags,
          .rsp = r.rsp,
          .ss = kUserStack,
          .fs_base = r.fs_base,
          .gs_base = r.gs_base,
          .ds = 0,
          .es = 0,
          .fs = 0,
          .gs = 0};
}

// Segment selectors are there for programs of old; all that can be checked is that they are users'.
bool valid_selectors(const UserRegisters& u) {
  auto users = [](uint64_t selector) { return selector <= 0xffff && (selector & 3) == 3; };
  auto users_or_none = [&](uint64_t selector) { return selector == 0 || users(selector); };
  return users(u.cs) && users(u.ss) && users_or_none(u.ds) && users_or_none(u.es) &&
         users_or_none(u.fs) && users_or_none(u.gs);
}

ErrnoOr<> take(const TracedRegisters& traced, const UserRegisters& u) {
  if (!valid_selectors(u) || !hal::x86::is_user_half(u.fs_base) ||
      !hal::x86::is_user_half(u.gs_base))
    return fail(Errno::IO);
  const GeneralRegisters registers{.rax = u.rax,
                                   .rbx = u.rbx,
                                   .rcx = u.rcx,
                                   .rdx = u.rdx,
                                   .rsi = u.rsi,
                                   .rdi = u.rdi,
                                   .rbp = u.rbp,
                                   .rsp = u.rsp,
                                   .r8 = u.r8,
                                   .r9 = u.r9,
                                   .r10 = u.r10,
                                   .r11 = u.r11,
                                   .r12 = u.r12,
                                   .r13 = u.r13,
                                   .r14 = u.r14,
                                   .r15 = u.r15,
                                   .rip = u.rip,
                                   .rflags = u.eflags,
                                   .fs_base = u.fs_base,
                                   .gs_base = u.gs_base};
  if (!write_general(traced.context, registers)) return fail(Errno::IO);
  traced.call_number = static_cast<int32_t>(u.orig_rax);
  return {};
}

// --- Floating-point registers. The machine gives them as a signal frame has them.

size_t image_bytes() { return hal::UserContext::signal_fpu_bytes() - kFrameEndBytes; }

// The image of XSAVE, or its legacy part alone.
ErrnoOr<Vector<std::byte>> read_image(const hal::UserContext& context, bool legacy) {
  const auto frame = TRY(read_signal_fpu(context));
  const size_t size = legacy ? kFxsaveBytes : image_bytes();
  auto image = TRY(to_errno(Vector<std::byte>::with_size(size)));
  memcpy(image.data(), frame.data(), size);
  memset(image.data() + kSoftwareBytes, 0, kFxsaveBytes - kSoftwareBytes);
  if (!legacy)
    memcpy(image.data() + kSoftwareBytes, frame.data() + kFrameComponents, sizeof(uint64_t));
  return image;
}

ErrnoOr<> write_image(hal::UserContext& context, std::span<const std::byte> in, bool legacy) {
  if (in.size() != (legacy ? kFxsaveBytes : image_bytes())) return fail(Errno::FAULT);
  auto frame = TRY(read_signal_fpu(context));
  memcpy(frame.data(), in.data(), kSoftwareBytes);
  if (legacy) {
    constexpr uint64_t kLegacyComponents = 3;
    uint64_t present;
    memcpy(&present, frame.data() + kComponentsPresent, sizeof present);
    present |= kLegacyComponents;
    memcpy(frame.data() + kComponentsPresent, &present, sizeof present);
  } else {
    memcpy(frame.data() + kFxsaveBytes, in.data() + kFxsaveBytes, in.size() - kFxsaveBytes);
  }
  const auto done = context.write_signal_fpu(frame);
  if (!done) return fail(done.error() == Status::NoMemory ? Errno::NOMEM : Errno::INVAL);
  return {};
}

// --- Debug registers: 0 to 3, 6 and 7 of eight words.

uint64_t* debug_word(hal::x86::DebugRegisters& debug, size_t index) {
  if (index < std::size(debug.dr)) return &debug.dr[index];
  if (index == kDebugStatus) return &debug.dr6;
  return index == kDebugControl ? &debug.dr7 : nullptr;
}

ErrnoOr<hal::x86::DebugRegisters> read_debug(const hal::UserContext& context) {
  hal::x86::DebugRegisters debug{};
  if (!context.read_regs(RegisterSet::Debug, std::as_writable_bytes(std::span(&debug, 1))))
    return fail(Errno::IO);
  // As Linux shows them, without the bits that are always set.
  debug.dr6 &= ~hal::x86::kInitialDr6;
  debug.dr7 &= ~hal::x86::kInitialDr7;
  return debug;
}

ErrnoOr<> write_debug_word(hal::UserContext& context, size_t index, uint64_t value) {
  // As where others have taken all: not every machine has them, and debuggers can do without.
  if (index == kDebugControl && (value & kDebugEnable) != 0) return fail(Errno::NOSPC);
  auto debug = TRY(read_debug(context));
  uint64_t* const word = debug_word(debug, index);
  if (word == nullptr) return fail(Errno::IO);
  *word = value;
  debug.dr6 |= hal::x86::kInitialDr6;
  debug.dr7 |= hal::x86::kInitialDr7;
  if (!context.write_regs(RegisterSet::Debug, std::as_bytes(std::span(&debug, 1))))
    return fail(Errno::INVAL);
  return {};
}

}  // namespace

void hide_call_result(hal::UserContext& context) {
  context.set_syscall_result(static_cast<uint64_t>(-static_cast<int64_t>(Errno::NOSYS)));
}

uint32_t audit_architecture() { return 0xc000003e; }

bool has_register_requests() { return true; }

ErrnoOr<Vector<std::byte>> read_register_set(const TracedRegisters& traced, uint64_t note) {
  switch (note) {
    case ptrace::kNoteGeneral: {
      auto bytes = TRY(to_errno(Vector<std::byte>::with_size(sizeof(UserRegisters))));
      const UserRegisters registers = shown(traced);
      memcpy(bytes.data(), &registers, sizeof registers);
      return bytes;
    }
    case ptrace::kNoteFloatingPoint:
      return read_image(traced.context, true);
    case ptrace::kNoteX86State:
      return read_image(traced.context, false);
    default:
      return fail(Errno::INVAL);
  }
}

ErrnoOr<> write_register_set(const TracedRegisters& traced, uint64_t note,
                             std::span<const std::byte> in) {
  switch (note) {
    case ptrace::kNoteGeneral: {
      UserRegisters registers = shown(traced);
      memcpy(&registers, in.data(), std::min(in.size(), sizeof registers));
      return take(traced, registers);
    }
    case ptrace::kNoteFloatingPoint:
      return write_image(traced.context, in, true);
    case ptrace::kNoteX86State:
      return write_image(traced.context, in, false);
    default:
      return fail(Errno::INVAL);
  }
}

ErrnoOr<uint64_t> read_user_word(const TracedRegisters& traced, uint64_t offset) {
  if (offset % sizeof(uint64_t) != 0 || offset >= kUserBytes) return fail(Errno::IO);
  if (offset < sizeof(UserRegisters)) {
    const UserRegisters registers = shown(traced);
    uint64_t word;
    memcpy(&word, reinterpret_cast<const std::byte*>(&registers) + offset, sizeof word);
    return word;
  }
  if (offset < kDebugRegisters) return 0;
  auto debug = TRY(read_debug(traced.context));
  const uint64_t* const word = debug_word(debug, (offset - kDebugRegisters) / sizeof(uint64_t));
  return word == nullptr ? 0 : *word;
}

ErrnoOr<> write_user_word(const TracedRegisters& traced, uint64_t offset, uint64_t value) {
  if (offset % sizeof(uint64_t) != 0 || offset >= kUserBytes) return fail(Errno::IO);
  if (offset < sizeof(UserRegisters)) {
    UserRegisters registers = shown(traced);
    memcpy(reinterpret_cast<std::byte*>(&registers) + offset, &value, sizeof value);
    return take(traced, registers);
  }
  if (offset < kDebugRegisters) return fail(Errno::IO);
  return write_debug_word(traced.context, (offset - kDebugRegisters) / sizeof(uint64_t), value);
}

}  // namespace jacinth::linux
