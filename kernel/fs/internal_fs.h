// File systems that are mounted nowhere: where pipes, memfds and the like have their nodes.
#pragma once

#include <atomic>
#include <new>
#include <string_view>

#include "base/lock_rank.h"
#include "fs/file_system.h"

namespace jacinth::fs {

class InternalFs final : public FileSystem {
 public:
  explicit InternalFs(std::string_view type, uint32_t magic)
      : FileSystem(type, Names::All), magic_(magic) {}
  FileSystemInfo info() override { return {.magic = magic_}; }

 private:
  const uint32_t magic_;
};

// One of them, made when first used and there for ever: constinit LazyFs pipes{"pipefs", …};
class LazyFs {
 public:
  constexpr LazyFs(std::string_view type, uint32_t magic) : type_(type), magic_(magic) {}
  InternalFs& get() {
    if (state_.load(std::memory_order_acquire) != kReady) [[unlikely]]
      make();
    return *std::launder(reinterpret_cast<InternalFs*>(storage_));
  }

 private:
  enum : uint32_t { kNone, kMaking, kReady };
  void make() {
    uint32_t expected = kNone;
    if (state_.compare_exchange_strong(expected, kMaking, std::memory_order_acquire)) {
      new (static_cast<void*>(storage_)) InternalFs(type_, magic_);
      state_.store(kReady, std::memory_order_release);
    }
    for (unsigned rounds = 0; state_.load(std::memory_order_acquire) != kReady; ++rounds)
      spin_relax(rounds);
  }

  const std::string_view type_;
  const uint32_t magic_;
  std::atomic<uint32_t> state_{kNone};
  alignas(InternalFs) std::byte storage_[sizeof(InternalFs)]{};
};

}  // namespace jacinth::fs
