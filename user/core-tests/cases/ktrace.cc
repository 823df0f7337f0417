// The kernel's event trace.
#include <zircon/syscalls/system.h>

#include "support.h"

namespace core {
namespace {

struct Record {
  uint32_t tag;
  uint32_t thread;
  uint64_t ticks;
  uint32_t values[4];
};

constexpr uint32_t kSyscalls = 0x100;
constexpr uint32_t kProbes = 0x040;
constexpr uint32_t kFirstProbe = 0x800;
constexpr uint32_t kSyscallEnter = 0x30;

uint32_t event_of(const Record& record) { return record.tag >> 20; }
uint32_t bytes_of(const Record& record) { return (record.tag & 0xff) * 8; }

zx_status_t control(uint32_t action, uint32_t options = 0, void* ptr = nullptr) {
  return zx_ktrace_control(root_resource(), action, options, ptr);
}

// Traces these groups for as long as it lives.
struct Tracing {
  explicit Tracing(uint32_t groups) {
    EXPECT_OK(control(ZX_KTRACE_ACTION_REWIND));
    EXPECT_OK(control(ZX_KTRACE_ACTION_START, groups));
  }
  ~Tracing() {
    EXPECT_OK(control(ZX_KTRACE_ACTION_STOP));
    EXPECT_OK(control(ZX_KTRACE_ACTION_REWIND));
  }
};

size_t trace_bytes() {
  size_t bytes = 0;
  EXPECT_OK(zx_ktrace_read(root_resource(), nullptr, 0, 0, &bytes));
  return bytes;
}

// How many records of the trace are like that.
template <typename F>
size_t count(F&& wanted) {
  EXPECT_OK(control(ZX_KTRACE_ACTION_STOP));
  size_t found = 0;
  for (size_t offset = 0;;) {
    Record record{};
    size_t actual = 0;
    EXPECT_OK(zx_ktrace_read(root_resource(), &record, static_cast<uint32_t>(offset),
                             sizeof(record), &actual));
    if (actual < sizeof(record)) return found;
    found += wanted(record) ? 1 : 0;
    offset += bytes_of(record);
  }
}

TEST(ktrace, needs_the_root_resource) {
  const Handle event = make_event();
  size_t actual = 0;
  EXPECT_STATUS(zx_ktrace_read(kBadHandle, nullptr, 0, 0, &actual), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_ktrace_read(event.get(), nullptr, 0, 0, &actual), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_ktrace_control(kBadHandle, ZX_KTRACE_ACTION_STOP, 0, nullptr),
                ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_ktrace_control(event.get(), ZX_KTRACE_ACTION_STOP, 0, nullptr),
                ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_ktrace_write(kBadHandle, 0, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_ktrace_write(event.get(), 0, 0, 0), ZX_ERR_WRONG_TYPE);
}

TEST(ktrace, unknown_actions_are_refused) {
  EXPECT_STATUS(control(0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(control(5), ZX_ERR_INVALID_ARGS);
}

TEST(ktrace, rewinding_forgets_everything) {
  {
    const Tracing tracing(kProbes);
  }
  const size_t names = trace_bytes();
  {
    const Tracing tracing(kProbes);
    EXPECT_OK(zx_ktrace_write(root_resource(), 1, 2, 3));
    EXPECT_EQ(trace_bytes(), names + sizeof(Record));
  }
  EXPECT_EQ(trace_bytes(), names);
}

TEST(ktrace, probes_are_recorded) {
  const Tracing tracing(kProbes);
  EXPECT_OK(zx_ktrace_write(root_resource(), 5, 0xabc, 0xdef));
  EXPECT_EQ(count([](const Record& record) {
              return event_of(record) == kFirstProbe + 5 && record.values[0] == 0xabc &&
                     record.values[1] == 0xdef &&
                     record.thread == static_cast<uint32_t>(koid_of(user::self_thread()));
            }),
            1u);
}

TEST(ktrace, probes_need_tracing) {
  EXPECT_STATUS(zx_ktrace_write(root_resource(), 5, 0, 0), ZX_ERR_UNAVAILABLE);
  const Tracing tracing(kSyscalls);
  EXPECT_STATUS(zx_ktrace_write(root_resource(), 5, 0, 0), ZX_ERR_UNAVAILABLE);
}

TEST(ktrace, probes_have_small_numbers) {
  const Tracing tracing(kProbes);
  EXPECT_OK(zx_ktrace_write(root_resource(), 0x7ff, 0, 0));
  EXPECT_STATUS(zx_ktrace_write(root_resource(), 0x800, 0, 0), ZX_ERR_INVALID_ARGS);
}

TEST(ktrace, probes_have_names) {
  char one[32] = "core-tests one";
  char two[32] = "core-tests two";
  const zx_status_t first = control(ZX_KTRACE_ACTION_NEW_PROBE, 0, one);
  const zx_status_t second = control(ZX_KTRACE_ACTION_NEW_PROBE, 0, two);
  EXPECT_GE(first, 0);
  EXPECT_NE(first, second);
  EXPECT_EQ(control(ZX_KTRACE_ACTION_NEW_PROBE, 0, one), first);
}

TEST(ktrace, names_of_probes_are_read) {
  EXPECT_STATUS(control(ZX_KTRACE_ACTION_NEW_PROBE, 0, bad_pointer<char>()), ZX_ERR_INVALID_ARGS);
}

TEST(ktrace, system_calls_are_recorded) {
  const auto self = static_cast<uint32_t>(koid_of(user::self_thread()));
  const Tracing tracing(kSyscalls);
  for (int i = 0; i < 10; ++i) EXPECT_OK(zx_handle_close(ZX_HANDLE_INVALID));
  constexpr uint32_t kHandleClose = 42;
  EXPECT_GE(count([self](const Record& record) {
              return event_of(record) == kSyscallEnter && record.thread == self &&
                     record.values[0] == kHandleClose;
            }),
            10u);
}

TEST(ktrace, only_the_groups_wanted_are_recorded) {
  const Tracing tracing(kProbes);
  EXPECT_OK(zx_handle_close(ZX_HANDLE_INVALID));
  EXPECT_EQ(count([](const Record& record) { return event_of(record) == kSyscallEnter; }), 0u);
}

TEST(ktrace, threads_are_recorded) {
  const Tracing tracing(0x002);
  zx_koid_t koid = 0;
  {
    Thread thread([] {});
    koid = koid_of(thread.handle());
  }
  EXPECT_EQ(count([koid](const Record& record) {
              return event_of(record) == 0x20 && record.thread == static_cast<uint32_t>(koid);
            }),
            1u);
}

TEST(ktrace, switches_are_recorded) {
  const Tracing tracing(0x004);
  Thread thread([] { EXPECT_OK(zx_nanosleep(0)); });
  thread.join();
  EXPECT_GE(count([](const Record& record) { return event_of(record) == 0x10; }), 1u);
}

TEST(ktrace, the_oldest_records_make_room) {
  const Tracing tracing(kProbes);
  constexpr uint32_t kMany = 20'000;
  for (uint32_t i = 0; i < kMany; ++i) EXPECT_OK(zx_ktrace_write(root_resource(), 1, i, 0));
  EXPECT_EQ(count([](const Record& record) {
              return event_of(record) == kFirstProbe + 1 && record.values[0] == kMany - 1;
            }),
            1u);
  // Not even when the thread has written a part on each of four CPUs is there room for all.
  EXPECT_LT(count([](const Record& record) { return event_of(record) == kFirstProbe + 1; }), kMany);
}

TEST(ktrace, reading_beyond_the_end_gives_nothing) {
  Record record;
  size_t actual = 1;
  EXPECT_OK(zx_ktrace_read(root_resource(), &record, 0xffff'fff0, sizeof(record), &actual));
  EXPECT_EQ(actual, 0u);
}

TEST(ktrace, reading_needs_somewhere_to_put_it) {
  const Tracing tracing(kProbes);
  EXPECT_OK(zx_ktrace_write(root_resource(), 1, 0, 0));
  size_t actual = 0;
  EXPECT_STATUS(zx_ktrace_read(root_resource(), bad_pointer<char>(), 0, 32, &actual),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_ktrace_read(root_resource(), nullptr, 0, 0, bad_pointer<size_t>()),
                ZX_ERR_INVALID_ARGS);
}

TEST(ktrace, machine_tracing_is_not_there) {
  EXPECT_STATUS(zx_mtrace_control(kBadHandle, 0, 0, 0, nullptr, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_mtrace_control(make_event().get(), 0, 0, 0, nullptr, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_mtrace_control(root_resource(), 0, 0, 0, nullptr, 0), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(zx_mtrace_control(root_resource(), 1, 0, 0, nullptr, 0), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(zx_mtrace_control(root_resource(), 2, 0, 0, nullptr, 0), ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace core
