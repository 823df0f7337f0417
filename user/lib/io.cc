#include "lib/io.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include <algorithm>
#include <cstring>

#include "lib/startup.h"

namespace user {
namespace {

constinit Output the_output(1);
constinit Output the_errors(2);

void write_console(std::string_view text) {
  // The kernel takes at most 256 bytes at a time.
  for (; !text.empty(); text.remove_prefix(std::min<size_t>(text.size(), 256)))
    zx_debug_write(text.data(), std::min<size_t>(text.size(), 256));
}

}  // namespace

Output& out() { return the_output; }
Output& err() { return the_errors; }

void Output::write(std::string_view text) {
  bool line_ended = false;
  while (!text.empty()) {
    if (used_ == sizeof(buffer_)) flush();
    const size_t count = std::min(text.size(), sizeof(buffer_) - used_);
    memcpy(buffer_ + used_, text.data(), count);
    used_ += count;
    line_ended |= text.substr(0, count).contains('\n');
    text.remove_prefix(count);
  }
  if (line_ended) flush();
}

void Output::flush() {
  const std::string_view text(buffer_, used_);
  used_ = 0;
  if (text.empty()) return;
  const zx_handle_t stream = startup().handle(PA_FD, stream_);
  if (stream == ZX_HANDLE_INVALID) return write_console(text);
  if (!broken_ && !write_socket(stream, text)) broken_ = true;
}

size_t read_input(std::span<char> buffer) {
  const zx_handle_t stream = startup().handle(PA_FD, 0);
  if (stream != ZX_HANDLE_INVALID) return read_socket(stream, buffer);
  size_t count = 0;
  const zx_handle_t resource = startup().handle(PA_RESOURCE);
  if (zx_debug_read(resource, buffer.data(), buffer.size(), &count) != ZX_OK) return 0;
  return count;
}

bool write_socket(zx_handle_t socket, std::string_view text) {
  while (!text.empty()) {
    size_t written = 0;
    const zx_status_t status = zx_socket_write(socket, 0, text.data(), text.size(), &written);
    if (status == ZX_OK) {
      text.remove_prefix(written);
      continue;
    }
    if (status != ZX_ERR_SHOULD_WAIT) return false;
    zx_signals_t seen = 0;
    zx_object_wait_one(socket, ZX_SOCKET_WRITABLE | ZX_SOCKET_PEER_CLOSED, ZX_TIME_INFINITE, &seen);
  }
  return true;
}

size_t read_socket(zx_handle_t socket, std::span<char> buffer) {
  for (;;) {
    size_t count = 0;
    const zx_status_t status = zx_socket_read(socket, 0, buffer.data(), buffer.size(), &count);
    if (status == ZX_OK) return count;
    if (status != ZX_ERR_SHOULD_WAIT) return 0;
    zx_signals_t seen = 0;
    zx_object_wait_one(socket,
                       ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED | ZX_SOCKET_PEER_WRITE_DISABLED,
                       ZX_TIME_INFINITE, &seen);
  }
}

}  // namespace user
