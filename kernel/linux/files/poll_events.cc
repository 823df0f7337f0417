#include "linux/files/poll_events.h"

#include <utility>

#include "hal/clock.h"
#include "linux/signals/send.h"
#include "linux/task/linux_process.h"
#include "linux/time/time_values.h"

namespace jacinth::linux {

Signals to_signals(uint32_t events) {
  Signals wanted = fs::ready::kAlways;
  if ((events & (kPollIn | kPollReadNormal)) != 0) wanted |= fs::ready::kIn;
  if ((events & (kPollOut | kPollWriteNormal)) != 0) wanted |= fs::ready::kOut;
  if ((events & kPollPriority) != 0) wanted |= fs::ready::kPriority;
  if ((events & kPollReadHangUp) != 0) wanted |= fs::ready::kReadHangUp;
  return wanted;
}

uint32_t to_events(Signals ready, uint32_t wanted) {
  uint32_t events = 0;
  if ((ready & fs::ready::kIn) != 0) events |= kPollIn | kPollReadNormal;
  if ((ready & fs::ready::kOut) != 0) events |= kPollOut | kPollWriteNormal;
  if ((ready & fs::ready::kPriority) != 0) events |= kPollPriority;
  if ((ready & fs::ready::kReadHangUp) != 0) events |= kPollReadHangUp;
  events &= wanted;
  if ((ready & fs::ready::kError) != 0) events |= kPollError;
  if ((ready & fs::ready::kHangUp) != 0) events |= kPollHangUp;
  return events;
}

ErrnoOr<std::optional<SignalSet>> read_mask(UserIn<uint64_t> mask, size_t size) {
  if (mask.is_null()) return std::optional<SignalSet>();
  if (size != kSignalSetBytes) return fail(Errno::INVAL);
  return std::optional<SignalSet>(TRY(get(mask)));
}

void use_mask(LinuxThread& self, std::optional<SignalSet> mask) {
  if (!mask) return;
  self.mask_to_restore = self.signals.mask;
  set_signal_mask(self, *mask);
}

void mask_done(LinuxThread& self) {
  if (const auto mask = std::exchange(self.mask_to_restore, std::nullopt))
    set_signal_mask(self, *mask);
}

ErrnoOr<Instant> deadline_of(UserIn<abi::timespec> timeout) {
  if (timeout.is_null()) return kForever;
  return hal::now() + TRY(read_duration(timeout));
}

}  // namespace jacinth::linux
