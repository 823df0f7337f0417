#include "linux/task/rseq.h"

#include "hal/cpu.h"
#include "linux/arch.h"
#include "linux/memory/linux_memory.h"
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"

namespace jacinth::linux {
namespace {

using vm::UserIn;
using vm::UserOut;

// struct rseq. Newer kernels know longer ones.
constexpr uint32_t kLeastBytes = 32;
constexpr uint64_t kAlignment = 32;
constexpr uint64_t kCpuField = 0;  // cpu_id_start and cpu_id
constexpr uint64_t kSequenceField = 8;
constexpr uint64_t kNodeField = 20;
constexpr uint32_t kUnregister = 1;

// struct rseq_cs
struct Sequence {
  uint32_t version, flags;
  uint64_t start, size, abort;
};

bool write_cpu(VirtAddr area, uint32_t start, uint32_t cpu) {
  const uint64_t both = uint64_t{cpu} << 32 | start;
  return UserOut<uint64_t>(area + kCpuField).write(both).has_value();
}

uint64_t user_end() { return raw(hal::user_range().base) + hal::user_range().size; }

// False: the program is in the wrong.
bool leave_sequence(LinuxThread& self) {
  const VirtAddr field = self.rseq.area + kSequenceField;
  const auto address = UserIn<uint64_t>(field).read();
  if (!address) return false;
  if (*address == 0) return true;
  const auto sequence = UserIn<Sequence>(VirtAddr{*address}).read();
  if (!sequence || sequence->version != 0 || sequence->abort >= user_end()) return false;
  uint64_t end = 0;
  if (__builtin_add_overflow(sequence->start, sequence->size, &end) || end > user_end())
    return false;
  // The handler must not be a part of it, and shows by its signature that it is one.
  if (sequence->abort - sequence->start < sequence->size) return false;
  const VirtAddr signature{sequence->abort - sizeof(uint32_t)};
  const auto signed_with = UserIn<uint32_t>(signature).read();
  if (!signed_with || *signed_with != self.rseq.signature) return false;
  // One that it has left already is forgotten too.
  if (!UserOut<uint64_t>(field).write(0)) return false;
  hal::UserContext& context = self.object().context();
  if (raw(context.pc()) - sequence->start < sequence->size)
    set_program_counter(context, VirtAddr{sequence->abort});
  return true;
}

void give_up(LinuxThread& self) {
  self.rseq = {};
  abi::siginfo info{};
  info.signal = kSigSegv;
  info.code = signal_code::kKernel;
  force_signal(self, info);
}

ErrnoOr<> unregister(LinuxThread& self, VirtAddr area, uint32_t size, uint32_t signature) {
  if (raw(self.rseq.area) == 0 || area != self.rseq.area || size != self.rseq.size)
    return fail(Errno::INVAL);
  if (signature != self.rseq.signature) return fail(Errno::PERM);
  constexpr uint32_t kNotRegistered = ~uint32_t{0};
  if (!write_cpu(area, 0, kNotRegistered)) return fail(Errno::FAULT);
  self.rseq = {};
  return {};
}

}  // namespace

void abort_rseq(LinuxThread& self) {
  if (!leave_sequence(self)) give_up(self);
}

void renew_rseq(LinuxThread& self, bool interrupted) {
  if (self.object().killed()) return;
  if (interrupted && !leave_sequence(self)) return give_up(self);
  const uint32_t cpu = hal::current_cpu();
  if (cpu == self.rseq.cpu) return;
  if (!write_cpu(self.rseq.area, cpu, cpu)) return give_up(self);
  self.rseq.cpu = cpu;
}

SysResult sys_rseq(SyscallContext& ctx, VirtAddr area, uint32_t size, uint32_t flags,
                   uint32_t signature) {
  LinuxThread& self = ctx.self();
  if ((flags & kUnregister) != 0) {
    if (flags != kUnregister) return fail(Errno::INVAL);
    TRY(unregister(self, area, size, signature));
    return 0;
  }
  if (flags != 0) return fail(Errno::INVAL);
  if (raw(self.rseq.area) != 0) {
    if (area != self.rseq.area || size != self.rseq.size) return fail(Errno::INVAL);
    return fail(signature != self.rseq.signature ? Errno::PERM : Errno::BUSY);
  }
  if (size < kLeastBytes || raw(area) % kAlignment != 0) return fail(Errno::INVAL);
  if (raw(area) >= user_end() || size > user_end() - raw(area)) return fail(Errno::FAULT);
  const uint32_t cpu = hal::current_cpu();
  // What is left of an earlier one would lead astray.
  if (!UserOut<uint64_t>(area + kSequenceField).write(0) ||
      !UserOut<uint32_t>(area + kNodeField).write(0) || !write_cpu(area, cpu, cpu))
    return fail(Errno::FAULT);
  self.rseq = {.area = area, .size = size, .signature = signature, .cpu = cpu};
  return 0;
}

}  // namespace jacinth::linux
