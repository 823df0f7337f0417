// poll and select: waiting for many descriptors at once.
#include <algorithm>

#include "hal/clock.h"
#include "linux/files/poll_events.h"
#include "linux/signals/send.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/linux_process.h"
#include "linux/time/time_values.h"
#include "object/wait.h"

namespace jacinth::linux {
namespace {

struct Item {
  RefPtr<fs::File> file;  // none: no such descriptor, or not asked about
  uint32_t wanted = 0;    // poll's bits
  uint32_t found = 0;
};

// Fills in what is ready; how many items are.
size_t look(std::span<Item> items) {
  size_t count = 0;
  for (Item& item : items) {
    if (item.file) item.found = to_events(item.file->readiness(), item.wanted);
    if (item.found != 0) ++count;
  }
  return count;
}

// One look, with observers left behind where nothing is ready; then the wait.
exec::Task<ErrnoOr<size_t>> wait_once(std::span<Item> items, Instant deadline) {
  struct Place : HeapAllocated {
    explicit Place(exec::Waiter& waiter) : observer(waiter) {}
    WaitObserver observer;
  };
  exec::Waiter waiter;
  Vector<UniquePtr<Place>> places;
  Status status = Status::Ok;
  for (Item& item : items) {
    if (!item.file || !item.file->can_poll()) {
      if (!places.push_back(nullptr)) status = Status::NoMemory;
      continue;
    }
    auto place = make_unique<Place>(waiter);
    if (!place || !places.push_back(std::move(*place))) {
      status = Status::NoMemory;
      break;
    }
    const Signals wanted = to_signals(item.wanted) & item.file->poll_mask();
    item.file->poll_object().observe(places.back()->observer, wanted, 0);
  }
  if (status == Status::Ok) status = co_await waiter.wait(deadline);
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i]) (void)places[i]->observer.finish_with(items[i].file->poll_object());
  }
  if (status == Status::NoMemory) co_return fail(Errno::NOMEM);
  if (status == Status::InternalIntrRetry) co_return fail(Errno::INTR);
  co_return look(items);
}

exec::Task<ErrnoOr<size_t>> wait_for_items(std::span<Item> items, Instant deadline) {
  for (;;) {
    if (const size_t count = look(items); count != 0 || hal::has_passed(deadline)) co_return count;
    const size_t count = CO_TRY(co_await wait_once(items, deadline));
    if (count != 0) co_return count;
  }
}

// --- poll

ErrnoOr<Vector<Item>> poll_items(SyscallContext& ctx, UserInOut<abi::pollfd> fds, uint32_t count) {
  if (count > ctx.process().limits.lock()->of[kLimitFiles].soft) return fail(Errno::INVAL);
  auto items = TRY(to_errno(Vector<Item>::with_size(count)));
  for (uint32_t i = 0; i < count; ++i) {
    const auto wanted = TRY(get(fds, i));
    items[i].wanted = static_cast<uint16_t>(wanted.events);
    if (wanted.fd < 0) continue;
    auto file = ctx.self().files->get(wanted.fd);
    if (file) {
      items[i].file = std::move(*file);
    } else {
      items[i].found = kPollInvalid;
    }
  }
  return items;
}

SysResult tell_poll(UserInOut<abi::pollfd> fds, std::span<const Item> items) {
  uint64_t count = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    const UserOut<int16_t> result(fds.address() + i * sizeof(abi::pollfd) +
                                  offsetof(abi::pollfd, revents));
    TRY(put(result, static_cast<int16_t>(items[i].found)));
    if (items[i].found != 0) ++count;
  }
  return count;
}

// Whether a look is all there is to do, under the mask of the call. AGAIN: a wait is needed.
// RESTARTNOHAND: nothing is there, and a signal that the mask lets through is told instead.
ErrnoOr<> look_once(LinuxThread& self, std::span<Item> items, Instant deadline, bool masked) {
  if (look(items) == 0) {
    if (!hal::has_passed(deadline)) return fail(Errno::AGAIN);
    if (masked && (pending_for(self) & ~self.signals.mask) != 0) return fail(Errno::RESTARTNOHAND);
  }
  mask_done(self);
  return {};
}

exec::Task<SysResult> poll_slowly(LinuxThread& self, UserInOut<abi::pollfd> fds, Vector<Item> items,
                                  Instant deadline) {
  const auto done = co_await wait_for_items(items, deadline);
  if (!done && done.error() == Errno::INTR) co_return fail(Errno::RESTARTNOHAND);
  mask_done(self);
  if (!done) co_return fail(done.error());
  co_return tell_poll(fds, items);
}

exec::Eventually<SysResult> poll(SyscallContext& ctx, UserInOut<abi::pollfd> fds, uint32_t count,
                                 Instant deadline, std::optional<SignalSet> mask) {
  auto items = poll_items(ctx, fds, count);
  if (!items) return SysResult(fail(items.error()));
  use_mask(ctx.self(), mask);
  const auto looked = look_once(ctx.self(), *items, deadline, mask.has_value());
  if (looked) return tell_poll(fds, *items);
  if (looked.error() != Errno::AGAIN) return SysResult(fail(looked.error()));
  return poll_slowly(ctx.self(), fds, std::move(*items), deadline);
}

// --- select

// Three sets of bits; a null one is empty and is not told.
struct SelectSets {
  std::array<UserInOut<uint64_t>, 3> where;
  int32_t count = 0;
};
constexpr std::array<uint32_t, 3> kAsked{kPollIn, kPollOut, kPollPriority};
constexpr std::array<uint32_t, 3> kCounts{kPollIn | kPollHangUp | kPollError, kPollOut | kPollError,
                                          kPollPriority};

ErrnoOr<Vector<Item>> select_items(SyscallContext& ctx, const SelectSets& sets) {
  if (sets.count < 0) return fail(Errno::INVAL);
  const uint64_t limit = ctx.process().limits.lock()->of[kLimitFiles].soft;
  const size_t count = std::min<uint64_t>(static_cast<uint64_t>(sets.count), limit);
  auto items = TRY(to_errno(Vector<Item>::with_size(count)));
  for (size_t kind = 0; kind < 3; ++kind) {
    if (sets.where[kind].is_null()) continue;
    for (size_t word = 0; word * 64 < count; ++word) {
      const uint64_t bits = TRY(get(sets.where[kind], word));
      for (size_t fd = word * 64; fd < std::min(count, word * 64 + 64); ++fd) {
        if ((bits >> fd % 64 & 1) != 0) items[fd].wanted |= kAsked[kind];
      }
    }
  }
  for (size_t fd = 0; fd < count; ++fd) {
    if (items[fd].wanted != 0)
      items[fd].file = TRY(ctx.self().files->get(static_cast<int32_t>(fd)));
  }
  return items;
}

SysResult tell_select(const SelectSets& sets, std::span<const Item> items) {
  uint64_t total = 0;
  for (size_t kind = 0; kind < 3; ++kind) {
    if (sets.where[kind].is_null()) continue;
    for (size_t word = 0; word * 64 < items.size(); ++word) {
      uint64_t bits = 0;
      for (size_t fd = word * 64; fd < std::min(items.size(), word * 64 + 64); ++fd) {
        const bool asked = (items[fd].wanted & kAsked[kind]) != 0;
        if (asked && (items[fd].found & kCounts[kind]) != 0) {
          bits |= uint64_t{1} << fd % 64;
          ++total;
        }
      }
      TRY(put(sets.where[kind], bits, word));
    }
  }
  return total;
}

exec::Task<SysResult> select_slowly(LinuxThread& self, SelectSets sets, Vector<Item> items,
                                    Instant deadline) {
  const auto done = co_await wait_for_items(items, deadline);
  if (!done && done.error() == Errno::INTR) co_return fail(Errno::RESTARTNOHAND);
  mask_done(self);
  if (!done) co_return fail(done.error());
  co_return tell_select(sets, items);
}

exec::Eventually<SysResult> select(SyscallContext& ctx, const SelectSets& sets, Instant deadline,
                                   std::optional<SignalSet> mask) {
  auto items = select_items(ctx, sets);
  if (!items) return SysResult(fail(items.error()));
  use_mask(ctx.self(), mask);
  const auto looked = look_once(ctx.self(), *items, deadline, mask.has_value());
  if (looked) return tell_select(sets, *items);
  if (looked.error() != Errno::AGAIN) return SysResult(fail(looked.error()));
  return select_slowly(ctx.self(), sets, std::move(*items), deadline);
}

// --- What is left of the time goes back to the program, however the call ends.

void make(abi::timeval& time, Duration left) { time = to_timeval(left); }
void make(abi::timespec& time, Duration left) { time = to_timespec(left); }

template <typename Time>
SysResult tell_left(const SysResult& result, UserOut<Time> out, Instant deadline) {
  const Instant now = hal::now();
  Time left;
  make(left, deadline < now ? Duration{} : deadline - now);
  const bool told = static_cast<bool>(put(out, left));
  // Begun again it would wait for the whole time.
  if (!told && !result && result.error() == Errno::RESTARTNOHAND) return fail(Errno::INTR);
  return result;
}

template <typename Time>
exec::Task<SysResult> wait_and_tell_left(exec::Eventually<SysResult> waiting, UserOut<Time> out,
                                         Instant deadline) {
  co_return tell_left(co_await std::move(waiting), out, deadline);
}

// Null: there is no limit, so nothing to tell.
template <typename Time>
exec::Eventually<SysResult> telling_left(exec::Eventually<SysResult> waiting, UserOut<Time> out,
                                         Instant deadline) {
  if (out.is_null() || deadline == kNoWait) return waiting;
  if (!waiting.ready()) return wait_and_tell_left(std::move(waiting), out, deadline);
  return tell_left(waiting.value(), out, deadline);
}

}  // namespace

exec::Eventually<SysResult> sys_poll(SyscallContext& ctx, UserInOut<abi::pollfd> fds,
                                     uint32_t count, int32_t timeout) {
  const Instant deadline = timeout < 0 ? kForever : hal::now() + milliseconds(timeout);
  return poll(ctx, fds, count, timeout == 0 ? kNoWait : deadline, std::nullopt);
}

exec::Eventually<SysResult> sys_ppoll(SyscallContext& ctx, UserInOut<abi::pollfd> fds,
                                      uint32_t count, UserIn<abi::timespec> timeout,
                                      UserIn<uint64_t> mask, size_t size) {
  const auto deadline = deadline_of(timeout);
  if (!deadline) return SysResult(fail(deadline.error()));
  const auto set = read_mask(mask, size);
  if (!set) return SysResult(fail(set.error()));
  return telling_left(poll(ctx, fds, count, *deadline, *set),
                      UserOut<abi::timespec>(timeout.address()), *deadline);
}

exec::Eventually<SysResult> sys_select(SyscallContext& ctx, int32_t count,
                                       UserInOut<uint64_t> readable, UserInOut<uint64_t> writable,
                                       UserInOut<uint64_t> exceptional,
                                       UserInOut<abi::timeval> timeout) {
  Instant deadline = kForever;
  if (!timeout.is_null()) {
    const auto value = get(timeout);
    if (!value) return SysResult(fail(value.error()));
    const auto span = to_duration(*value);
    if (!span) return SysResult(fail(span.error()));
    deadline = hal::now() + *span;
  }
  return telling_left(select(ctx, {.where = {readable, writable, exceptional}, .count = count},
                             deadline, std::nullopt),
                      timeout.out(), deadline);
}

exec::Eventually<SysResult> sys_pselect6(SyscallContext& ctx, int32_t count,
                                         UserInOut<uint64_t> readable, UserInOut<uint64_t> writable,
                                         UserInOut<uint64_t> exceptional,
                                         UserIn<abi::timespec> timeout, UserIn<std::byte> mask) {
  struct MaskArgument {
    uint64_t address;
    uint64_t size;
  };
  const auto deadline = deadline_of(timeout);
  if (!deadline) return SysResult(fail(deadline.error()));
  MaskArgument argument{};
  if (!mask.is_null()) {
    const auto given = get(UserIn<MaskArgument>(mask.address()));
    if (!given) return SysResult(fail(given.error()));
    argument = *given;
  }
  const auto set = read_mask(UserIn<uint64_t>(VirtAddr{argument.address}), argument.size);
  if (!set) return SysResult(fail(set.error()));
  return telling_left(
      select(ctx, {.where = {readable, writable, exceptional}, .count = count}, *deadline, *set),
      UserOut<abi::timespec>(timeout.address()), *deadline);
}

}  // namespace jacinth::linux
