// Calls on one object from several threads at once: whatever the order, each call gives one of its
// results, and nothing is lost.
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/port.h>

#include <atomic>

#include "support.h"

namespace core {
namespace {

constexpr int kRounds = 500;
constexpr uint64_t kPage = 4096;

TEST(races, a_handle_is_closed_once) {
  std::atomic<int> closed{0};
  for (int round = 0; round < kRounds / 10; ++round) {
    const zx_handle_t value = make_event().release();
    const auto close = [&] {
      const zx_status_t status = zx_handle_close(value);
      if (status == ZX_OK) {
        closed.fetch_add(1);
      } else {
        EXPECT_STATUS(status, ZX_ERR_BAD_HANDLE);
      }
    };
    Thread other(close);
    close();
  }
  EXPECT_EQ(closed.load(), kRounds / 10);
}

TEST(races, closing_under_a_wait) {
  for (int round = 0; round < kRounds / 10; ++round) {
    Handle event = make_event();
    Thread waiter([value = event.get()] {
      const zx_status_t status =
          zx_object_wait_one(value, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
      EXPECT_TRUE(status == ZX_ERR_CANCELED || status == ZX_ERR_BAD_HANDLE);
    });
    event.reset();
  }
}

TEST(races, each_packet_is_taken_once) {
  const Handle port = make_port();
  std::atomic<uint64_t> sum{0};
  const auto take = [&] {
    for (;;) {
      zx_port_packet_t packet{};
      EXPECT_OK(zx_port_wait(port.get(), ZX_TIME_INFINITE, &packet));
      if (packet.key == 0) return;
      sum.fetch_add(packet.key);
    }
  };
  Thread first(take);
  Thread second(take);
  const auto queue = [&](uint64_t key) {
    zx_port_packet_t packet{};
    packet.key = key;
    zx_status_t status = ZX_ERR_SHOULD_WAIT;
    while (status == ZX_ERR_SHOULD_WAIT) status = zx_port_queue(port.get(), &packet);
    EXPECT_OK(status);
  };
  for (uint64_t key = 1; key <= kRounds; ++key) queue(key);
  queue(0);
  queue(0);
  first.join();
  second.join();
  EXPECT_EQ(sum.load(), uint64_t{kRounds} * (kRounds + 1) / 2);
}

TEST(races, cancelling_against_signalling) {
  const Handle port = make_port();
  for (int round = 0; round < kRounds / 10; ++round) {
    const Handle event = make_event();
    EXPECT_OK(zx_object_wait_async(event.get(), port.get(), 1, ZX_EVENT_SIGNALED, 0));
    Thread signaller([&] { EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED)); });
    EXPECT_OK(zx_port_cancel(port.get(), event.get(), 1));
    signaller.join();
    EXPECT_STATUS(zx_port_wait(port.get(), 0, nullptr), ZX_ERR_TIMED_OUT);
  }
}

TEST(races, messages_of_several_writers_all_arrive) {
  constexpr int kWriters = 4;
  const Pair channel = make_channel();
  Thread writers[kWriters];
  for (Thread& writer : writers) {
    writer = Thread([&] {
      for (uint32_t i = 0; i < kRounds; ++i)
        EXPECT_OK(zx_channel_write(channel.a.get(), 0, &i, sizeof(i), nullptr, 0));
    });
  }
  uint64_t sum = 0;
  for (int i = 0; i < kWriters * kRounds; ++i) {
    EXPECT_OK(zx_object_wait_one(channel.b.get(), ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr));
    uint32_t value = 0;
    EXPECT_OK(
        zx_channel_read(channel.b.get(), 0, &value, nullptr, sizeof(value), 0, nullptr, nullptr));
    sum += value;
  }
  EXPECT_EQ(sum, uint64_t{kWriters} * kRounds * (kRounds - 1) / 2);
}

TEST(races, a_mutex_of_futexes_excludes) {
  static zx_futex_t word;
  word = 0;
  static uint64_t counter;
  counter = 0;
  const auto work = [] {
    for (int i = 0; i < kRounds; ++i) {
      zx_futex_t expected = 0;
      if (!__atomic_compare_exchange_n(&word, &expected, 1, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED)) {
        while (__atomic_exchange_n(&word, 2, __ATOMIC_ACQUIRE) != 0)
          zx_futex_wait(&word, 2, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
      }
      counter = counter + 1;
      if (__atomic_exchange_n(&word, 0, __ATOMIC_RELEASE) == 2) zx_futex_wake(&word, 1);
    }
  };
  {
    Thread first(work);
    Thread second(work);
    Thread third(work);
  }
  EXPECT_EQ(counter, 3 * kRounds);
}

TEST(races, faults_on_one_page_agree) {
  const Handle vmo = make_vmo(64 * kPage);
  zx_vaddr_t base = 0;
  EXPECT_OK(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo.get(), 0,
                        64 * kPage, &base));
  const auto add = [base] {
    for (uint64_t page = 0; page < 64; ++page)
      __atomic_fetch_add(reinterpret_cast<uint64_t*>(base + page * kPage), 1, __ATOMIC_RELAXED);
  };
  {
    Thread first(add);
    Thread second(add);
    Thread third(add);
  }
  for (uint64_t page = 0; page < 64; ++page) {
    uint64_t value = 0;
    EXPECT_OK(zx_vmo_read(vmo.get(), &value, page * kPage, sizeof(value)));
    EXPECT_EQ(value, 3);
  }
  EXPECT_OK(zx_vmar_unmap(user::root_vmar(), base, 64 * kPage));
}

TEST(races, suspending_again_and_again_stops_nothing_for_good) {
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> count{0};
  Thread worker([&] {
    while (!stop.load()) {
      count.fetch_add(1);
      zx_nanosleep(0);
    }
  });
  for (int round = 0; round < kRounds / 10; ++round) {
    Handle token;
    EXPECT_OK(zx_task_suspend_token(worker.handle(), token.out()));
    if (round % 2 == 0)
      EXPECT_OK(
          zx_object_wait_one(worker.handle(), ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
  }
  const uint64_t seen = count.load();
  while (count.load() == seen) zx_nanosleep(0);
  stop.store(true);
}

}  // namespace
}  // namespace core
