// Exception: what a handler gets to see and to answer: one exception of one thread, asked of one
// handler.
#pragma once

#include <cstdint>

#include "base/spinlock.h"
#include "exec/waiter.h"
#include "object/handle.h"
#include "object/task/exception.h"
#include "object/task/exception_channel.h"
#include "object/task/thread.h"

namespace jacinth {

// The thread waits until the last handle to this goes, or it is killed. What the handler has set by
// then is its answer. Handles to an exception that is over stay good, and mean nothing.
class Exception final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Exception;

  enum class Answer : uint32_t { TryNext = 0, Handled = 1 };
  // Whether a debugger that leaves the exception to others wants to see it again if they do so too.
  enum class Strategy : uint32_t { FirstChance = 0, SecondChance = 1 };

  ObjectType type() const override { return kType; }
  Rights default_rights() const override {
    return rights::kTransfer | rights::kProperty | rights::kInspect;
  }

  ExceptionType exception_type() const { return type_; }
  // Handles with the rights that the handler's channel was made with. ACCESS_DENIED: none.
  Result<Handle> thread_handle() const;
  Result<Handle> process_handle() const;

  Answer answer() const;
  void set_answer(Answer answer);
  // BAD_STATE: not asked of the process's debugger.
  Result<Strategy> strategy() const;
  Result<> set_strategy(Strategy strategy);

 private:
  friend class ExceptionDelivery;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  Exception(RefPtr<Thread> thread, ExceptionType type, ExceptionHandler handler,
            const ExceptionChannel::Connection& connection);

  void on_zero_handles() override;
  // Between these, the last handle's going ends `waiter`.
  void begin(exec::Waiter& waiter);
  void end();

  const RefPtr<Thread> thread_;
  const ExceptionType type_;
  const ExceptionHandler handler_;
  const Rights thread_rights_;
  const Rights process_rights_;

  mutable SpinLock lock_{LockRank::Object};
  Answer answer_ GUARDED_BY(lock_) = Answer::TryNext;
  Strategy strategy_ GUARDED_BY(lock_) = Strategy::FirstChance;
  exec::Waiter* waiter_ GUARDED_BY(lock_) = nullptr;
};

}  // namespace jacinth
