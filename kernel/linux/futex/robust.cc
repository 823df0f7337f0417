#include "linux/futex/robust.h"

#include "linux/futex/futex_table.h"
#include "linux/memory/linux_memory.h"
#include "linux/task/linux_process.h"
#include "vm/user_memory.h"

namespace jacinth::linux {
namespace {

using vm::UserIn;
using vm::UserOut;

constexpr int kMostEntries = 2048;
constexpr uint64_t kPriorityInheritance = 1;  // the low bit of an entry's address

void wake_word(LinuxThread& self, VirtAddr at) {
  const auto word = FutexWord::find(self.process().memory(), at, true);
  if (word) futexes().wake(word->key, 1);
  // A waiter that knows the word as private.
  const auto alone = FutexWord::find(self.process().memory(), at, false);
  if (alone) futexes().wake(alone->key, 1);
}

// A word whose waiters are to be given it goes to the first of them.
bool pass_on(LinuxThread& self, VirtAddr at) {
  for (const bool shared : {true, false}) {
    const auto word = FutexWord::find(self.process().memory(), at, shared);
    if (word && futexes().pass_on_dead(*word, static_cast<uint32_t>(self.id()))) return true;
  }
  return false;
}

// Who came too late to be given the word, but before it was known to be free.
void settle(LinuxThread& self, VirtAddr at) {
  for (const bool shared : {true, false}) {
    const auto word = FutexWord::find(self.process().memory(), at, shared);
    if (word) (void)futexes().settle(*word);
  }
}

void release_lock(LinuxThread& self, VirtAddr at, bool owned) {
  if (raw(at) % sizeof(uint32_t) != 0) return;
  if (owned && pass_on(self, at)) return;
  for (;;) {
    uint32_t value = 0;
    if (!vm::copy_in(&value, at, sizeof value)) return;
    if ((value & futex_op::kTidMask) != static_cast<uint32_t>(self.id())) return;
    uint32_t found = value;
    const uint32_t dead = (value & futex_op::kWaiters) | futex_op::kOwnerDied;
    if (!hal::compare_exchange_user_u32(at, &found, dead)) {
      vm::AddressSpace* const space = vm::AddressSpace::current();
      if (space == nullptr || !space->handle_fault(at, hal::Access::Write)) return;
      continue;
    }
    if (found != value) continue;
    if (owned) settle(self, at);
    if ((value & futex_op::kWaiters) != 0 && !owned) wake_word(self, at);
    return;
  }
}

void walk_robust_list(LinuxThread& self) {
  const UserIn<abi::robust_list_head> from(self.robust_list);
  const auto head = from.read();
  if (!head) return;
  const uint64_t pending = head->pending & ~kPriorityInheritance;
  const bool pending_owned = (head->pending & kPriorityInheritance) != 0;
  bool owned = (head->first & kPriorityInheritance) != 0;
  uint64_t entry = head->first & ~kPriorityInheritance;
  for (int i = 0; i < kMostEntries && entry != raw(self.robust_list); ++i) {
    const auto next = UserIn<uint64_t>(VirtAddr{entry}).read();
    if (entry != pending)
      release_lock(self, VirtAddr{entry + static_cast<uint64_t>(head->futex_offset)}, owned);
    if (!next) return;
    owned = (*next & kPriorityInheritance) != 0;
    entry = *next & ~kPriorityInheritance;
  }
  if (pending != 0)
    release_lock(self, VirtAddr{pending + static_cast<uint64_t>(head->futex_offset)},
                 pending_owned);
}

}  // namespace

void release_user_words(LinuxThread& self) {
  if (raw(self.robust_list) != 0) walk_robust_list(self);
  self.robust_list = {};
  const VirtAddr word = std::exchange(self.clear_child_tid, VirtAddr{});
  if (raw(word) == 0) return;
  // Who is alone in its memory has nobody to tell.
  if (!UserOut<int32_t>(word).write(0)) return;
  wake_word(self, word);
}

}  // namespace jacinth::linux
