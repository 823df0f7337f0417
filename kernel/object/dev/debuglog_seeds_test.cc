// The log under concurrency: a reader that waits for READABLE gets every record.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "exec/activity.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"
#include "object/dev/debuglog.h"
#include "object/ipc/ipc_test_support.h"

namespace jacinth {
namespace {

constexpr int kRecords = 10;

exec::Task<void> write_records(int writer) {
  for (int i = 0; i < kRecords; ++i) {
    klog(LogSeverity::Trace, "{} {}", writer, i);
    if (i % 3 == 0) co_await exec::yield();
  }
}

exec::Task<void> read_records(DebugLog& log, std::array<int, 3>& next) {
  for (size_t left = kRecords * next.size(); left > 0;) {
    LogRecord record;
    if (!log.read(record)) {
      EXPECT_EQ(co_await wait_for(log, signals::kReadable), Status::Ok);
      continue;
    }
    const auto writer = static_cast<size_t>(record.text()[0] - '0');
    EXPECT_EQ(record.text()[2] - '0', next[writer]++);
    --left;
  }
}

TEST(DebugLogSeeds, WaitingReadersGetEveryRecordInOrder) {
  sim::for_each_seed(1000, [](uint64_t seed) {
    sim::Machine machine({.seed = seed, .cpus = 4});
    struct Reader {
      RefPtr<DebugLog> log = *make_ref<DebugLog>(DebugLog::Readable::Yes);
      std::array<int, 3> next{};
      exec::Activity activity;
    };
    std::array<Reader, 2> readers;
    std::array<exec::Activity, 3> writers;
    for (Reader& reader : readers) {
      LogRecord old;
      while (reader.log->read(old)) {
      }
      ASSERT_TRUE(reader.activity.start([&] { return read_records(*reader.log, reader.next); }));
    }
    for (int i = 0; i < 3; ++i)
      ASSERT_TRUE(writers[static_cast<size_t>(i)].start([i] { return write_records(i); }));
    ASSERT_EQ(machine.run_until_idle(), sim::Stop::Idle);
    for (const Reader& reader : readers)
      for (const int count : reader.next) EXPECT_EQ(count, kRecords);
  });
}

}  // namespace
}  // namespace jacinth
