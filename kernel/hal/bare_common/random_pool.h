// Unpredictable bytes out of a little true randomness: ChaCha20 (RFC 8439) as a generator that
// erases its key with each use, so that what it gave cannot be found out from what it is later.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/spinlock.h"

namespace jacinth::hal {

// 64 bytes of key stream.
using ChaChaBlock = std::array<uint32_t, 16>;
ChaChaBlock chacha20_block(std::span<const uint32_t, 8> key, uint32_t counter,
                           std::span<const uint32_t, 3> nonce);

// Any context; LockRank::Machine.
class RandomPool {
 public:
  // Mixes in what a device or a boot loader gave; more never makes it worse.
  void add(std::span<const std::byte> seed);
  void take(std::span<std::byte> out);

 private:
  void renew() REQUIRES(lock_);

  SpinLock lock_{LockRank::Machine};
  std::array<uint32_t, 8> key_ GUARDED_BY(lock_){};
};

}  // namespace jacinth::hal
