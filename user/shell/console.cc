#include "shell/console.h"

#include <zircon/syscalls.h>

#include <algorithm>

#include "lib/io.h"
#include "lib/startup.h"

namespace shell {

zx_status_t Console::start(EventLoop& loop, zx_handle_t root_resource) {
  loop_ = &loop;
  root_resource_ = root_resource;
  is_terminal_ = user::startup().environment("TERM") != "dumb";
  zx_status_t status = zx_socket_create(ZX_SOCKET_STREAM, typed_writer_.out(), typed_.out());
  if (status != ZX_OK) return status;
  if (is_terminal_) {
    status = zx_socket_create(ZX_SOCKET_STREAM, sink_.out(), keys_.out());
    if (status != ZX_OK) return status;
  } else {
    sink_ = static_cast<user::Handle&&>(typed_writer_);
  }
  return user::Thread::start("console-input", &read_input, this, &thread_);
}

void Console::read_input(void* console) {
  auto& self = *static_cast<Console*>(console);
  char buffer[256];
  size_t count = 0;
  while (zx_debug_read(self.root_resource_, buffer, sizeof(buffer), &count) == ZX_OK &&
         count != 0) {
    if (!user::write_socket(self.sink_.get(), {buffer, count})) break;
  }
  self.sink_.reset();
}

bool Console::take_typed(char* byte) {
  size_t count = 0;
  const zx_status_t status = zx_socket_read(typed_.get(), 0, byte, 1, &count);
  if (status == ZX_ERR_PEER_CLOSED && !is_terminal_) ended_ = true;
  return status == ZX_OK && count == 1;
}

bool Console::next(char* byte) { return take_typed(byte) || (is_terminal_ && next_key(byte)); }

bool Console::next_key(char* byte) {
  if (pending_next_ == pending_count_) {
    pending_next_ = pending_count_ = 0;
    const zx_status_t status =
        zx_socket_read(keys_.get(), 0, pending_, sizeof(pending_), &pending_count_);
    if (status == ZX_ERR_PEER_CLOSED) ended_ = true;
    if (status != ZX_OK) return false;
  }
  *byte = pending_[pending_next_++];
  return true;
}

void Console::wait_for_input() {
  if (waiting_ || ended_) return;
  waiting_ = true;
  loop_->watch(is_terminal_ ? keys_.get() : typed_.get(),
               ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED, input_watcher_);
}

bool Console::feed_program(std::string_view line) {
  size_t written = 0;
  return zx_socket_write(typed_writer_.get(), 0, line.data(), line.size(), &written) == ZX_OK &&
         written == line.size();
}

void Console::end_program_input() {
  if (!is_terminal_) return;
  input_ended_for_program_ = true;
  typed_writer_.reset();
}

void Console::renew_program_input() {
  if (!input_ended_for_program_) return;
  input_ended_for_program_ = false;
  // Lines that the program left unread are lost with the socket, as after a hang-up.
  zx_socket_create(ZX_SOCKET_STREAM, typed_writer_.out(), typed_.out());
}

void Console::write(std::string_view text) {
  if (text.empty()) return;
  at_line_start_ = text.back() == '\n';
  constexpr size_t kMostAtOnce = 256;  // the kernel takes no more
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kMostAtOnce)))
    zx_debug_write(text.data(), std::min(text.size(), kMostAtOnce));
}

void Console::print(std::string_view text) {
  if (edited_ == nullptr) return write(text);
  edited_->hide();
  write(text);
  if (!at_line_start_) write("\n");
  edited_->show();
}

}  // namespace shell
