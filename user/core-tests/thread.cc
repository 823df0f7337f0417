#include "thread.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <cstdlib>

#include "arch.h"
#include "lib/startup.h"
#include "test.h"

namespace core {
namespace {

constexpr size_t kStackBytes = 64 * 1024;

}  // namespace

Thread& Thread::operator=(Thread&& other) noexcept {
  std::swap(body_, other.body_);
  std::swap(handle_, other.handle_);
  std::swap(stack_, other.stack_);
  std::swap(started_, other.started_);
  return *this;
}

void Thread::enter(BodyBase* body) {
  body->run();
  zx_thread_exit();
  __builtin_trap();
}

void Thread::create() {
  constexpr std::string_view kName = "test-thread";
  EXPECT_OK(zx_thread_create(user::self_process(), kName.data(), kName.size(), 0, handle_.out()));
  stack_ = new std::byte[kStackBytes];
}

zx_status_t Thread::start() {
  const auto top = reinterpret_cast<zx_vaddr_t>(stack_ + kStackBytes) & ~zx_vaddr_t{15};
  const zx_status_t status =
      zx_thread_start(handle_.get(), reinterpret_cast<zx_vaddr_t>(&enter),
                      initial_stack_pointer(top), reinterpret_cast<uint64_t>(body_), 0);
  started_ = EXPECT_OK(status);
  return status;
}

void Thread::join() {
  if (!handle_) return;
  if (started_) {
    await_end(handle_.get());
  } else {
    zx_task_kill(handle_.get());
  }
  handle_.reset();
  delete[] std::exchange(stack_, nullptr);
  delete std::exchange(body_, nullptr);
}

uint32_t state_of(zx_handle_t thread) {
  zx_info_thread_t info{};
  EXPECT_OK(zx_object_get_info(thread, ZX_INFO_THREAD, &info, sizeof(info), nullptr, nullptr));
  return info.state;
}

void await_state(zx_handle_t thread, uint32_t state) {
  while (state_of(thread) != state) zx_nanosleep(0);
}

void await_end(zx_handle_t task) {
  EXPECT_OK(zx_object_wait_one(task, ZX_TASK_TERMINATED, ZX_TIME_INFINITE, nullptr));
}

}  // namespace core
