// Address spaces: apart from each other, switched between, changed under running programs.
#include "base/vector.h"
#include "exec/executor.h"
#include "hal/host/processes.h"
#include "hal/host/selftest/selftest.h"
#include "hal/memory.h"

namespace jacinth::selftest {

using exec::Task;
using hal::Access;
using hal::CachePolicy;

namespace {

constexpr Access kReadWrite = Access::Read | Access::Write;

Task<Status> same_address_holds_different_content() {
  constexpr size_t kCount = 6;
  Guest* guests[kCount];
  for (size_t i = 0; i < kCount; ++i) {
    guests[i] = Guest::create(GUEST_PROGRAM(read));
    if (guests[i] == nullptr) co_return Status::NoMemory;
    guests[i]->word(0) = 100 + i;
  }
  for (Guest* guest : guests) CHECK(guest->begin() == Status::Ok);
  for (size_t i = 0; i < kCount; ++i) {
    CHECK(co_await guests[i]->done.wait() == Status::Ok);
    CHECK(guests[i]->exit_value == 100 + i);
    guests[i]->drop_space();
  }
  co_return Status::Ok;
}

Task<Status> programs_in_two_spaces_take_turns() {
  Guest* left = Guest::create(GUEST_PROGRAM(passes));
  Guest* right = Guest::create(GUEST_PROGRAM(passes));
  if (left == nullptr || right == nullptr) co_return Status::NoMemory;
  left->peer = right;
  right->peer = left;
  left->word(0) = right->word(0) = 2000;
  CHECK(left->begin() == Status::Ok);
  CHECK(right->begin() == Status::Ok);
  CHECK(co_await left->done.wait() == Status::Ok);
  CHECK(co_await right->done.wait() == Status::Ok);
  CHECK(left->exit_value == 0 && right->exit_value == 0);
  co_return Status::Ok;
}

Task<Status> threads_share_their_space() {
  Guest* first = Guest::create(GUEST_PROGRAM(calls));
  Guest* second = first == nullptr ? nullptr : Guest::create_beside(*first, 1);
  if (second == nullptr) co_return Status::NoMemory;
  first->word(0) = 5000;
  second->word(0) = 7000;
  CHECK(first->begin() == Status::Ok);
  CHECK(second->begin() == Status::Ok);
  CHECK(co_await first->done.wait() == Status::Ok);
  CHECK(co_await second->done.wait() == Status::Ok);
  CHECK(first->exit_value == 5000 && second->exit_value == 7000);
  co_return Status::Ok;
}

// Waits until a program that counts in its first word has got on.
Task<Status> until_it_runs(Guest& guest) {
  const uint64_t seen = guest.word(0).load();
  while (guest.word(0).load() == seen) co_await exec::yield();
  co_return Status::Ok;
}

Task<Status> unmap_reaches_a_running_program() {
  for (int round = 0; round < 20; ++round) {
    Guest* guest = Guest::create(GUEST_PROGRAM(reread));
    if (guest == nullptr) co_return Status::NoMemory;
    const VirtAddr target = kData + kPageSize;
    CHECK(guest->space().map(target, take_pages(1), 1, kReadWrite, CachePolicy::Cached));
    CHECK(guest->begin() == Status::Ok);
    CHECK(co_await until_it_runs(*guest) == Status::Ok);
    guest->space().unmap(target, 1);
    CHECK(!guest->space().query(target).has_value());
    CHECK(co_await guest->done.wait() == Status::Ok);
    CHECK(guest->last.reason == hal::UserExit::Reason::PageFault);
    CHECK(guest->last.address == target && guest->last.access == Access::Read);
    guest->drop_space();
  }
  co_return Status::Ok;
}

Task<Status> protect_reaches_a_running_program() {
  Guest* guest = Guest::create(GUEST_PROGRAM(spin));
  if (guest == nullptr) co_return Status::NoMemory;
  CHECK(guest->begin() == Status::Ok);
  CHECK(co_await until_it_runs(*guest) == Status::Ok);
  guest->space().protect(kData, 1, Access::Read);
  const uint64_t stopped_at = guest->word(0).load();
  CHECK(co_await guest->done.wait() == Status::Ok);
  CHECK(guest->last.reason == hal::UserExit::Reason::PageFault);
  CHECK(guest->last.address == kData && guest->last.access == Access::Write);
  CHECK(guest->word(0).load() == stopped_at);
  co_return Status::Ok;
}

Task<Status> queries_follow_changes() {
  auto space = hal::AddressSpace::create();
  if (!space) co_return space.error();
  hal::AddressSpace& it = **space;
  const PhysAddr memory = take_pages(8);
  CHECK(it.map(kData, memory, 8, kReadWrite, CachePolicy::Cached));
  CHECK(it.query(kData + 5 * kPageSize)->address == memory + 5 * kPageSize);
  it.unmap(kData + 2 * kPageSize, 2);
  CHECK(it.query(kData + kPageSize)->address == memory + kPageSize);
  CHECK(!it.query(kData + 2 * kPageSize) && !it.query(kData + 3 * kPageSize));
  CHECK(it.query(kData + 4 * kPageSize)->address == memory + 4 * kPageSize);
  it.protect(kData, 8, Access::Read);
  CHECK(it.query(kData + 7 * kPageSize)->access == Access::Read);
  CHECK(!it.query(kData + 3 * kPageSize));
  // One page in the middle replaced.
  CHECK(it.map(kData + 6 * kPageSize, memory, 1, kReadWrite, CachePolicy::Cached));
  CHECK(it.query(kData + 6 * kPageSize)->address == memory);
  CHECK(it.query(kData + 7 * kPageSize)->address == memory + 7 * kPageSize);
  it.unmap(kData, 8);
  CHECK(!it.query(kData) && !it.query(kData + 7 * kPageSize));
  co_return Status::Ok;
}

// More scattered changes than are noted one by one, to a space that is active nowhere.
Task<Status> queued_changes_are_complete() {
  Guest* guest = Guest::create(GUEST_PROGRAM(kernel_part));
  if (guest == nullptr) co_return Status::NoMemory;
  constexpr size_t kPages = 64;
  static constinit PhysAddr memory{};
  memory = take_pages(kPages);
  hal::AddressSpace& space = guest->space();
  constexpr VirtAddr kPlace{0x4000'0000};
  guest->kernel_part = [](Guest&) -> uint64_t {
    for (size_t i = 0; i < kPages; ++i) {
      uint32_t word = 0;
      const bool there = hal::load_user_u32(kPlace + i * 0x10'0000, &word);
      CHECK(there == (i % 3 != 0));
      if (there) CHECK(word == i);
    }
    return 0;
  };
  for (size_t i = 0; i < kPages; ++i) {
    *reinterpret_cast<uint32_t*>(hal::phys_to_virt(memory + i * kPageSize)) =
        static_cast<uint32_t>(i);
    CHECK(space.map(kPlace + i * 0x10'0000, memory + i * kPageSize, 1, Access::Read,
                    CachePolicy::Cached));
  }
  for (size_t i = 0; i < kPages; i += 3) space.unmap(kPlace + i * 0x10'0000, 1);
  CHECK(guest->begin() == Status::Ok);
  CHECK(co_await guest->done.wait() == Status::Ok);
  CHECK(guest->exit_value == 0);
  co_return Status::Ok;
}

// Host mappings are limited: what does not fit is forgotten, not lost.
Task<Status> more_mappings_than_the_host_allows() {
  Guest* guest = Guest::create(GUEST_PROGRAM(kernel_part));
  if (guest == nullptr) co_return Status::NoMemory;
  guest->kernel_part = [](Guest& self) -> uint64_t {
    constexpr size_t kMappings = 70'000;  // vm.max_map_count is 65,530 by default
    constexpr VirtAddr kPlace{0x1'0000'0000};
    for (size_t i = 0; i < kMappings; ++i) {
      CHECK(self.space().map(kPlace + i * 2 * kPageSize, self.data_page, 1, Access::Read,
                             CachePolicy::Cached));
    }
    uint32_t word = 0;
    CHECK(hal::load_user_u32(kPlace + (kMappings - 1) * 2 * kPageSize, &word));
    return 0;
  };
  guest->on_exit = [](Guest& self) {
    // Its code may be among what was forgotten.
    return self.space().map(kCode, self.code_page, 1, Access::Read | Access::Execute,
                            CachePolicy::Cached) &&
           self.space().map(kStack, self.stack_page, 1, kReadWrite, CachePolicy::Cached);
  };
  CHECK(guest->begin() == Status::Ok);
  CHECK(co_await guest->done.wait() == Status::Ok);
  CHECK(guest->exit_value == 0);
  guest->drop_space();
  co_return Status::Ok;
}

Task<Status> spaces_are_used_again() {
  const uint32_t before = host::pool_counts().made;
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) {
    Guest* guest = Guest::create(GUEST_PROGRAM(read));
    if (guest == nullptr) co_return Status::NoMemory;
    // Nothing of the last one is left.
    guest->word(0) = static_cast<uint64_t>(i);
    CHECK(guest->begin() == Status::Ok);
    CHECK(co_await guest->done.wait() == Status::Ok);
    CHECK(guest->exit_value == static_cast<uint64_t>(i));
    guest->drop_space();
  }
  CHECK(host::pool_counts().made - before < kRounds / 2);
  co_return Status::Ok;
}

// More than the pool keeps; what is too much of it ends when they are given back.
Task<Status> many_spaces_at_once() {
  constexpr size_t kSpaces = 200;
  {
    Vector<RefPtr<hal::AddressSpace>> spaces;
    for (size_t i = 0; i < kSpaces; ++i) {
      auto space = hal::AddressSpace::create();
      if (!space) co_return space.error();
      CHECK(spaces.push_back(std::move(*space)));
    }
    CHECK(host::pool_counts().live >= kSpaces);
  }
  while (host::pool_counts().live >= kSpaces / 2) co_await exec::yield();
  co_return Status::Ok;
}

constexpr Case kCases[] = {
    {"many spaces at once", many_spaces_at_once},
    {"the same address holds different content", same_address_holds_different_content},
    {"programs in two spaces take turns", programs_in_two_spaces_take_turns},
    {"threads share their space", threads_share_their_space},
    {"unmap reaches a running program", unmap_reaches_a_running_program},
    {"protect reaches a running program", protect_reaches_a_running_program},
    {"queries follow changes", queries_follow_changes},
    {"queued changes are complete", queued_changes_are_complete},
    {"more mappings than the host allows", more_mappings_than_the_host_allows},
    {"spaces are used again", spaces_are_used_again},
};

}  // namespace

std::span<const Case> space_cases() { return kCases; }

}  // namespace jacinth::selftest
