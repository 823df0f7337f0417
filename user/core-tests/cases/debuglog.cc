// The debug log.
#include <zircon/syscalls/log.h>

#include "support.h"

namespace core {
namespace {

Handle make_log(uint32_t options = 0) {
  Handle log;
  EXPECT_OK(zx_debuglog_create(root_resource(), options, log.out()));
  return log;
}

zx_status_t write(const Handle& log, std::string_view text, uint32_t options = 0) {
  return zx_debuglog_write(log.get(), options, text.data(), text.size());
}

// Reads records until one with this text turns up; others may be written meanwhile.
bool finds(const Handle& log, std::string_view text, zx_log_record_t* record) {
  for (;;) {
    const zx_status_t count = zx_debuglog_read(log.get(), 0, record, sizeof(*record));
    if (count < 0) return false;
    EXPECT_EQ(count, 32 + record->datalen);
    if (std::string_view(record->data, record->datalen) == text) return true;
  }
}

TEST(debuglog, create_checks_its_arguments) {
  Handle log;
  EXPECT_STATUS(zx_debuglog_create(kBadHandle, 0, log.out()), ZX_ERR_BAD_HANDLE);
  const Handle event = make_event();
  EXPECT_STATUS(zx_debuglog_create(event.get(), 0, log.out()), ZX_ERR_WRONG_TYPE);
  EXPECT_OK(zx_debuglog_create(ZX_HANDLE_INVALID, 0, log.out()));
}

TEST(debuglog, reading_is_a_right) {
  constexpr zx_rights_t kBase = ZX_RIGHTS_BASIC | ZX_RIGHT_WRITE | ZX_RIGHT_SIGNAL;
  EXPECT_EQ(rights_of(make_log()), kBase);
  EXPECT_EQ(rights_of(make_log(ZX_LOG_FLAG_READABLE)), kBase | ZX_RIGHT_READ);
  zx_log_record_t record;
  EXPECT_STATUS(zx_debuglog_read(make_log().get(), 0, &record, sizeof(record)),
                ZX_ERR_ACCESS_DENIED);
}

TEST(debuglog, keeps_what_is_written) {
  const Handle log = make_log(ZX_LOG_FLAG_READABLE);
  const zx_time_t before = zx_clock_get_monotonic();
  EXPECT_OK(write(log, "a line of the core tests"));
  zx_log_record_t record{};
  EXPECT_TRUE(finds(log, "a line of the core tests", &record));
  EXPECT_EQ(record.severity, DEBUGLOG_INFO);
  EXPECT_EQ(record.pid, koid_of(user::self_process()));
  EXPECT_EQ(record.tid, koid_of(user::self_thread()));
  EXPECT_GE(record.timestamp, before);
}

TEST(debuglog, has_nothing_more_to_read) {
  const Handle log = make_log(ZX_LOG_FLAG_READABLE);
  zx_log_record_t record;
  EXPECT_OK(write(log, "the last line"));
  EXPECT_EQ(signals_of(log) & ZX_LOG_READABLE, ZX_LOG_READABLE);
  EXPECT_TRUE(finds(log, "the last line", &record));
  EXPECT_STATUS(zx_debuglog_read(log.get(), 0, &record, sizeof(record)), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(signals_of(log) & ZX_LOG_READABLE, 0);
}

TEST(debuglog, long_lines_are_cut) {
  const Handle log = make_log(ZX_LOG_FLAG_READABLE);
  char text[300];
  for (char& c : text) c = 'l';
  EXPECT_OK(write(log, std::string_view(text, sizeof(text))));
  zx_log_record_t record{};
  EXPECT_TRUE(finds(log, std::string_view(text, ZX_LOG_RECORD_DATA_MAX), &record));
}

TEST(debuglog, refuses_bad_arguments) {
  const Handle log = make_log(ZX_LOG_FLAG_READABLE);
  zx_log_record_t record;
  EXPECT_STATUS(write(log, "x", 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_debuglog_read(log.get(), 1, &record, sizeof(record)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_debuglog_write(log.get(), 0, bad_pointer<char>(), 8), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(write(without(log, ZX_RIGHT_WRITE), "x"), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(write(make_event(), "x"), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_debuglog_write(kBadHandle, 0, "x", 1), ZX_ERR_BAD_HANDLE);
}

TEST(debug_write, checks_its_buffer) {
  EXPECT_STATUS(zx_debug_write(bad_pointer<char>(), 8), ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace core
