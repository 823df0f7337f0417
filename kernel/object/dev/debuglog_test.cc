#include "object/dev/debuglog.h"

#include <gtest/gtest.h>

#include <string>

#include "exec/activity.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/wait.h"

namespace jacinth {
namespace {

class DebugLogTest : public testing::Test {
 protected:
  DebugLogTest() {
    LogRecord record;
    while (log_read(cursor_, record)) {
    }
  }
  RefPtr<DebugLog> drained_reader() {
    auto log = *make_ref<DebugLog>(DebugLog::Readable::Yes);
    LogRecord record;
    while (log->read(record)) {
    }
    return log;
  }
  void run() { ASSERT_EQ(machine_.run_until_idle(), sim::Stop::Idle); }

  sim::Machine machine_;
  LogCursor cursor_;  // behind all records of earlier tests
};

TEST_F(DebugLogTest, RecordsHaveTextSeverityTimeAndAuthor) {
  machine_.advance(seconds(2));
  DebugLog::write("from a program", {1025, 1043});
  LogRecord record;
  ASSERT_TRUE(log_read(cursor_, record));
  EXPECT_EQ(record.text(), "from a program");
  EXPECT_EQ(record.severity, LogSeverity::Info);
  EXPECT_EQ(record.author.process, 1025u);
  EXPECT_EQ(record.author.thread, 1043u);
  EXPECT_EQ(record.size(), 32u + 14u);
  EXPECT_EQ(record.rollout, 46u << 12 | 48u);
  EXPECT_GE(record.timestamp_ns, seconds(2).ns);
  EXPECT_FALSE(log_read(cursor_, record));
}

TEST_F(DebugLogTest, KernelFormatsItsRecords) {
  klog(LogSeverity::Warning, "{} of {} frames free", 3, 4096);
  LogRecord record;
  ASSERT_TRUE(log_read(cursor_, record));
  EXPECT_EQ(record.text(), "3 of 4096 frames free");
  EXPECT_EQ(record.severity, LogSeverity::Warning);
  EXPECT_EQ(record.author.process, 0u);
}

TEST_F(DebugLogTest, LongTextIsCut) {
  DebugLog::write(std::string(1000, 'x'), {});
  LogRecord record;
  ASSERT_TRUE(log_read(cursor_, record));
  EXPECT_EQ(record.text(), std::string(224, 'x'));
  EXPECT_EQ(record.size(), 256u);
}

TEST_F(DebugLogTest, ConsoleShowsRecordsFromItsLevelUp) {
  klog(LogSeverity::Debug, "hidden");
  klog(LogSeverity::Error, "shown\n");
  DebugLog::write("program", {1025, 1043});
  const std::string output = machine_.take_console_output();
  EXPECT_EQ(output.find("hidden"), std::string::npos);
  EXPECT_NE(output.find("] 00000:00000> shown\n["), std::string::npos);
  EXPECT_NE(output.find("] 01025:01043> program\n"), std::string::npos);
  log_set_console_level(LogSeverity::Debug);
  klog(LogSeverity::Debug, "no longer hidden");
  EXPECT_NE(machine_.take_console_output().find("no longer hidden"), std::string::npos);
  log_set_console_level(LogSeverity::Info);
}

TEST_F(DebugLogTest, OldestRecordsMakeRoom) {
  constexpr int kRecords = 2000;
  for (int i = 0; i < kRecords; ++i) klog(LogSeverity::Trace, "{:0200}", i);
  LogRecord record;
  int first = -1;
  int last = -1;
  for (int seen = 0; log_read(cursor_, record); ++seen) {
    last = atoi(record.text().data() + 190);
    if (first < 0) first = last;
    EXPECT_EQ(last, first + seen);
  }
  EXPECT_EQ(last, kRecords - 1);
  EXPECT_NEAR(last - first, 128 * 1024 / 232, 2);
}

TEST_F(DebugLogTest, WriterCannotRead) {
  const auto log = *make_ref<DebugLog>(DebugLog::Readable::No);
  EXPECT_EQ(log->signals(), signals::kWritable);
  LogRecord record;
  EXPECT_EQ(to_status(log->read(record)), Status::BadState);
  EXPECT_FALSE(Handle(log).has(rights::kRead));
  EXPECT_TRUE(Handle(make_ref<DebugLog>(DebugLog::Readable::Yes).value()).has(rights::kRead));
}

TEST_F(DebugLogTest, EachReaderHasItsOwnPlaceAndSignal) {
  const auto one = drained_reader();
  const auto two = drained_reader();
  EXPECT_EQ(one->signals(), signals::kWritable);
  klog(LogSeverity::Trace, "news");
  run();
  EXPECT_EQ(one->signals(), signals::kWritable | signals::kReadable);
  EXPECT_EQ(two->signals(), signals::kWritable | signals::kReadable);
  LogRecord record;
  ASSERT_TRUE(one->read(record));
  EXPECT_EQ(record.text(), "news");
  EXPECT_EQ(to_status(one->read(record)), Status::ShouldWait);
  EXPECT_EQ(one->signals(), signals::kWritable);
  EXPECT_EQ(two->signals(), signals::kWritable | signals::kReadable);
  EXPECT_TRUE(two->read(record));
}

TEST_F(DebugLogTest, NewReaderSeesTheLogFromItsBeginning) {
  klog(LogSeverity::Trace, "before");
  const auto reader = *make_ref<DebugLog>(DebugLog::Readable::Yes);
  EXPECT_EQ(reader->signals(), signals::kWritable | signals::kReadable);
}

exec::Task<void> wait_for_record(DebugLog& log, std::string& text) {
  exec::Waiter waiter;
  WaitObserver observer(waiter);
  log.observe(observer, signals::kReadable, 0);
  EXPECT_EQ(co_await waiter.wait(kForever), Status::Ok);
  observer.finish_with(log);
  LogRecord record;
  EXPECT_TRUE(log.read(record));
  text = record.text();
}

exec::Task<void> log_under_locks(std::string_view text) {
  SpinLock vmo(LockRank::Vmo);
  SpinLock queue(LockRank::RunQueue);
  LockGuard outer(vmo);
  LockGuard inner(queue);
  klog(LogSeverity::Trace, "{}", text);
  co_return;
}

TEST_F(DebugLogTest, RecordWrittenUnderLocksWakesTheReader) {
  const auto log = drained_reader();
  std::string text;
  exec::Activity reader;
  exec::Activity writer;
  ASSERT_TRUE(reader.start([&] { return wait_for_record(*log, text); }));
  run();
  ASSERT_TRUE(writer.start([&] { return log_under_locks("wake up"); }));
  run();
  EXPECT_EQ(text, "wake up");
}

TEST_F(DebugLogTest, ShortOfMemory) {
  EXPECT_EQ(sim::for_each_allocation_failure([] {
              const auto made = DebugLog::create(DebugLog::Readable::Yes);
              EXPECT_EQ(to_status(made),
                        sim::allocation_has_failed() ? Status::NoMemory : Status::Ok);
            }),
            1u);
}

}  // namespace
}  // namespace jacinth
