// dmesg: the kernel's log so far.
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>

#include <algorithm>

#include "lib/handle.h"
#include "lib/io.h"
#include "lib/system_handles.h"

namespace {

std::string_view severity_name(uint8_t severity) {
  switch (severity) {
    case DEBUGLOG_TRACE:
      return "trace";
    case DEBUGLOG_DEBUG:
      return "debug";
    case DEBUGLOG_WARNING:
      return "warning";
    case DEBUGLOG_ERROR:
      return "error";
    case DEBUGLOG_FATAL:
      return "fatal";
    default:
      return "info";
  }
}

void print_record(const zx_log_record_t& record) {
  std::string_view text(record.data, std::min<size_t>(record.datalen, sizeof(record.data)));
  while (text.ends_with('\n')) text.remove_suffix(1);
  const zx_time_t microseconds = record.timestamp / 1000;
  user::print("[{:5}.{:06}] {:5} {:<7} {}\n", microseconds / 1000000, microseconds % 1000000,
              record.pid, severity_name(record.severity), text);
}

}  // namespace

int main(int, char**) {
  user::Handle log;
  zx_status_t status = zx_debuglog_create(user::root_resource(), ZX_LOG_FLAG_READABLE, log.out());
  zx_log_record_t record{};
  while (status == ZX_OK) {
    // A count of bytes when there is a record.
    const zx_status_t read = zx_debuglog_read(log.get(), 0, &record, sizeof(record));
    if (read == ZX_ERR_SHOULD_WAIT) return 0;
    if (read < 0)
      status = read;
    else
      print_record(record);
  }
  user::print_error("dmesg: {}\n", zx_status_get_string(status));
  return 1;
}
