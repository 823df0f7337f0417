// SuspendToken: keeps a thread or a process suspended for as long as there is a handle to it.
#pragma once

#include <atomic>

#include "object/kernel_object.h"

namespace jacinth {

class Process;
class Thread;

class SuspendToken final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::SuspendToken;

  // Suspends `task`. NOT_SUPPORTED: it is the current thread or its process. BAD_STATE: it is dying
  // or dead. WRONG_TYPE: neither thread nor process. NO_MEMORY.
  static Result<RefPtr<SuspendToken>> create(RefPtr<KernelObject> task);

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return rights::kTransfer | rights::kInspect; }

 protected:
  void on_zero_handles() override { resume(); }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  explicit SuspendToken(RefPtr<KernelObject> task) : task_(std::move(task)) {}
  ~SuspendToken() override { resume(); }

  void resume();

  const RefPtr<KernelObject> task_;
  std::atomic<bool> suspending_{false};
};

}  // namespace jacinth
