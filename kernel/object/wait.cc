#include "object/wait.h"

#include <array>
#include <functional>
#include <optional>

#include "base/heap.h"
#include "hal/clock.h"

namespace jacinth {
namespace {

// One item of a wait for many, while registered.
struct Part {
  std::optional<WaitObserver> observer;
  RefPtr<KernelObject> object;
};

// Room for the parts of a few items, in the waiting frame.
class FewParts {
 public:
  static constexpr size_t kMost = 4;
  Result<> make(size_t count) { return {}; }
  Part& operator[](size_t i) { return parts_[i]; }

 private:
  std::array<Part, kMost> parts_;
};

// Room for as many as there are items, in one block.
class ManyParts {
 public:
  ManyParts() = default;
  ManyParts(const ManyParts&) = delete;
  ManyParts& operator=(const ManyParts&) = delete;
  ~ManyParts() {
    std::destroy_n(parts_, count_);
    heap_free(parts_);
  }
  Result<> make(size_t count) {
    void* block = heap_allocate(count * sizeof(Part));
    if (block == nullptr) return fail(Status::NoMemory);
    parts_ = static_cast<Part*>(block);
    count_ = count;
    std::uninitialized_default_construct_n(parts_, count);
    return {};
  }
  Part& operator[](size_t i) { return parts_[i]; }

 private:
  Part* parts_ = nullptr;
  size_t count_ = 0;
};

// Registers all items, or none.
template <typename Parts>
Status observe_all(HandleTable& table, std::span<WaitItem> items, Parts& parts,
                   exec::Waiter& waiter) {
  for (size_t i = 0; i < items.size(); ++i) {
    WaitObserver& observer = parts[i].observer.emplace(waiter);
    auto object = table.observe(items[i].handle, observer, items[i].wanted);
    if (object) {
      parts[i].object = *std::move(object);
      continue;
    }
    while (i-- > 0) parts[i].object->forget(*parts[i].observer);
    return object.error();
  }
  return Status::Ok;
}

template <typename Parts>
exec::Task<Status> wait_many_slowly(HandleTable& table, std::span<WaitItem> items, Instant deadline,
                                    exec::Slack slack) {
  Parts parts;
  if (!parts.make(items.size())) co_return Status::NoMemory;
  exec::Waiter waiter;
  if (const Status status = observe_all(table, items, parts, waiter); status != Status::Ok)
    co_return status;
  Status status = co_await waiter.wait(deadline, slack);
  for (size_t i = 0; i < items.size(); ++i) {
    items[i].pending = parts[i].observer->finish_with(*parts[i].object);
    if ((items[i].pending & signals::kHandleClosed) != 0) status = Status::Canceled;
  }
  co_return status;
}

}  // namespace

std::optional<WaitResult> wait_one_now(HandleTable& table, HandleValue handle, Signals wanted,
                                       Instant deadline) {
  const Result<Signals> now = table.signals_of(handle);
  if (!now) return WaitResult(fail(now.error()));
  if ((*now & wanted) != 0) return WaitResult(Status::Ok, *now);
  if (hal::has_passed(deadline)) return WaitResult(Status::TimedOut, *now);
  return std::nullopt;
}

exec::Eventually<WaitResult> wait_one(HandleTable& table, HandleValue handle, Signals wanted,
                                      Instant deadline, exec::Slack slack) {
  return wait_one_then(table, handle, wanted, deadline, slack, std::identity());
}

exec::Eventually<Status> wait_many(HandleTable& table, std::span<WaitItem> items, Instant deadline,
                                   exec::Slack slack) {
  if (items.size() > kMaxWaitItems) return Status::OutOfRange;
  bool satisfied = false;
  for (WaitItem& item : items) {
    const Result<Signals> now = table.signals_of(item.handle);
    if (!now) return now.error();
    item.pending = *now;
    satisfied |= (*now & item.wanted) != 0;
  }
  if (satisfied) return Status::Ok;
  if (hal::has_passed(deadline)) return Status::TimedOut;
  if (items.size() <= FewParts::kMost)
    return wait_many_slowly<FewParts>(table, items, deadline, slack);
  return wait_many_slowly<ManyParts>(table, items, deadline, slack);
}

}  // namespace jacinth
