// What poll, select and epoll share: their bits, and waiting with another signal mask.
#pragma once

#include <optional>

#include "abi/linux/types.h"
#include "fs/types.h"
#include "linux/signals/signal_set.h"
#include "linux/syscall_context.h"
#include "object/types.h"

namespace jacinth::linux {

// poll's, and epoll's.
enum PollBit : uint32_t {
  kPollIn = 0x1,
  kPollPriority = 0x2,
  kPollOut = 0x4,
  kPollError = 0x8,
  kPollHangUp = 0x10,
  kPollInvalid = 0x20,
  kPollReadNormal = 0x40,
  kPollReadBand = 0x80,
  kPollWriteNormal = 0x100,
  kPollWriteBand = 0x200,
  kPollReadHangUp = 0x2000,
};

// The fs::ready bits that `events` asks for, those that are told unasked among them.
Signals to_signals(uint32_t events);
// What of `wanted` is there, and errors and hang-ups always.
uint32_t to_events(Signals ready, uint32_t wanted);

// The mask of ppoll() and the like; none: the thread's stays. INVAL: `size`. FAULT.
ErrnoOr<std::optional<SignalSet>> read_mask(UserIn<uint64_t> mask, size_t size);
// Changes the current thread's mask for the time of a wait.
void use_mask(LinuxThread& self, std::optional<SignalSet> mask);
// After a wait that was not interrupted: the old mask is back at once, so that what it blocks stays
// pending. After one that was, it comes back at the border to user mode, behind the handler.
void mask_done(LinuxThread& self);

// A null timeout is none. INVAL, FAULT.
ErrnoOr<Instant> deadline_of(UserIn<abi::timespec> timeout);

}  // namespace jacinth::linux
