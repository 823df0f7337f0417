// ptrace: a stopped thread's memory and registers.
#include "linux/tracing/ptrace_data.h"

#include <algorithm>

#include "linux/arch.h"
#include "linux/memory/other_memory.h"
#include "linux/signals/deliver.h"

namespace jacinth::linux {
namespace {

using namespace ptrace;

// --- Memory

ErrnoOr<RefPtr<LinuxMemory>> memory_of(LinuxThread& self, int32_t id) {
  auto memory =
      TRY(ask(self, id, [](Tracee& tracee) { return tracee.thread.process().shared_memory(); }));
  if (!memory) return fail(Errno::IO);
  return memory;
}

SysResult peek(LinuxThread& self, int32_t id, VirtAddr address, VirtAddr to) {
  const auto memory = TRY(memory_of(self, id));
  uint64_t word = 0;
  if (read_other(*memory, address, std::as_writable_bytes(std::span(&word, 1)),
                 OtherAccess::Forced) != sizeof word)
    return fail(Errno::IO);
  TRY(put(UserOut<uint64_t>(to), word));
  return 0;
}

SysResult poke(LinuxThread& self, int32_t id, VirtAddr address, uint64_t word) {
  const auto memory = TRY(memory_of(self, id));
  if (write_other(*memory, address, std::as_bytes(std::span(&word, 1)), OtherAccess::Forced) !=
      sizeof word)
    return fail(Errno::IO);
  return 0;
}

// --- Registers

TracedRegisters registers_of(Tracee& tracee) {
  return {tracee.thread.object().context(), tracee.call_number};
}

// Whether a call that was interrupted is made again is in the registers.
void note_new_registers(Tracee& tracee) {
  LinuxThread& thread = tracee.thread;
  const auto result = static_cast<int64_t>(syscall_result_of(thread.object().context()));
  const auto how = static_cast<Errno>(-result);
  if (tracee.call_number >= 0 && -result > 0 && is_restart(how)) {
    thread.interrupted_by = how;
    thread.call.number = static_cast<uint64_t>(tracee.call_number);
  } else {
    thread.interrupted_by.reset();
  }
}

ErrnoOr<Vector<std::byte>> read_set(LinuxThread& self, int32_t id, uint64_t note) {
  return with_stopped(
      self, id, [note](Tracee& tracee) { return read_register_set(registers_of(tracee), note); });
}

ErrnoOr<> write_set(LinuxThread& self, int32_t id, uint64_t note, std::span<const std::byte> in) {
  return with_stopped(self, id, [&](Tracee& tracee) -> ErrnoOr<> {
    TRY(write_register_set(registers_of(tracee), note, in));
    if (note == kNoteGeneral) note_new_registers(tracee);
    return {};
  });
}

// PTRACE_GETREGS and its like, for whole sets.
SysResult get_whole_set(LinuxThread& self, int32_t id, uint64_t note, VirtAddr to) {
  const auto set = TRY(read_set(self, id, note));
  TRY(fault_of(UserOut<std::byte>(to).write_array(set)));
  return 0;
}

SysResult set_whole_set(LinuxThread& self, int32_t id, uint64_t note, VirtAddr from) {
  auto set = TRY(read_set(self, id, note));
  TRY(fault_of(UserIn<std::byte>(from).read_array(std::span<std::byte>(set))));
  TRY(write_set(self, id, note, set));
  return 0;
}

// A set, or its beginning; tells how much of it there was.
SysResult transfer_set(LinuxThread& self, int32_t id, uint64_t note, VirtAddr vector, bool write) {
  auto set = TRY(read_set(self, id, note));
  const UserInOut<abi::iovec> argument(vector);
  auto place = TRY(get(argument));
  constexpr size_t kUnit = sizeof(uint64_t);
  if (place.length % kUnit != 0) return fail(Errno::INVAL);
  place.length = std::min<uint64_t>(place.length, set.size());
  const std::span<std::byte> part = std::span<std::byte>(set).first(place.length);
  const VirtAddr buffer{place.base};
  if (write) {
    TRY(fault_of(UserIn<std::byte>(buffer).read_array(part)));
    TRY(write_set(self, id, note, part));
  } else {
    TRY(fault_of(UserOut<std::byte>(buffer).write_array(part)));
  }
  TRY(put(argument, place));
  return 0;
}

SysResult peek_user(LinuxThread& self, int32_t id, uint64_t offset, VirtAddr to) {
  const uint64_t word = TRY(with_stopped(
      self, id, [offset](Tracee& tracee) { return read_user_word(registers_of(tracee), offset); }));
  TRY(put(UserOut<uint64_t>(to), word));
  return 0;
}

SysResult poke_user(LinuxThread& self, int32_t id, uint64_t offset, uint64_t word) {
  return with_stopped(self, id, [&](Tracee& tracee) -> SysResult {
    TRY(write_user_word(registers_of(tracee), offset, word));
    note_new_registers(tracee);
    return 0;
  });
}

SysResult about_registers(LinuxThread& self, uint64_t request, int32_t id, VirtAddr address,
                          uint64_t data) {
  switch (request) {
    case kPeekUser:
      return peek_user(self, id, raw(address), VirtAddr{data});
    case kPokeUser:
      return poke_user(self, id, raw(address), data);
    case kGetRegisters:
      return get_whole_set(self, id, kNoteGeneral, VirtAddr{data});
    case kSetRegisters:
      return set_whole_set(self, id, kNoteGeneral, VirtAddr{data});
    case kGetFloatingPoint:
      return get_whole_set(self, id, kNoteFloatingPoint, VirtAddr{data});
    case kSetFloatingPoint:
      return set_whole_set(self, id, kNoteFloatingPoint, VirtAddr{data});
    default:
      return fail(Errno::IO);
  }
}

}  // namespace

SysResult ptrace_data(LinuxThread& self, uint64_t request, int32_t id, VirtAddr address,
                      uint64_t data) {
  TRY(ask(self, id, [](Tracee&) { return 0; }));
  switch (request) {
    case kPeekText:
    case kPeekData:
      return peek(self, id, address, VirtAddr{data});
    case kPokeText:
    case kPokeData:
      return poke(self, id, address, data);
    case kGetRegisterSet:
    case kSetRegisterSet:
      return transfer_set(self, id, raw(address), VirtAddr{data}, request == kSetRegisterSet);
    default:
      if (!has_register_requests()) return fail(Errno::IO);
      return about_registers(self, request, id, address, data);
  }
}

}  // namespace jacinth::linux
