// A second thread for one episode.
#pragma once

#include "check.h"
#include "lib/thread.h"

namespace stress {

// Runs `body` at once; the destructor waits for its end. What body refers to must outlive this.
template <typename Body>
class Helper {
 public:
  explicit Helper(Body body) : body_(body) {
    const auto run = [](void* self) { static_cast<Helper*>(self)->body_(); };
    expect_ok(user::Thread::start("helper", run, this, &thread_, kStack), "helper thread");
  }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
  ~Helper() { expect_ok(thread_.join(), "helper's end"); }

 private:
  static constexpr size_t kStack = 16 * 1024;
  Body body_;
  user::Thread thread_;
};

}  // namespace stress
