#include "hal/bare_common/random_pool.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace jacinth::hal {
namespace {

constexpr uint32_t kNonce[3] = {};

void quarter_round(ChaChaBlock& x, size_t a, size_t b, size_t c, size_t d) {
  x[a] += x[b];
  x[d] = std::rotl(x[d] ^ x[a], 16);
  x[c] += x[d];
  x[b] = std::rotl(x[b] ^ x[c], 12);
  x[a] += x[b];
  x[d] = std::rotl(x[d] ^ x[a], 8);
  x[c] += x[d];
  x[b] = std::rotl(x[b] ^ x[c], 7);
}

}  // namespace

ChaChaBlock chacha20_block(std::span<const uint32_t, 8> key, uint32_t counter,
                           std::span<const uint32_t, 3> nonce) {
  constexpr int kDoubleRounds = 10;
  ChaChaBlock start = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  std::ranges::copy(key, start.begin() + 4);
  start[12] = counter;
  std::ranges::copy(nonce, start.begin() + 13);
  ChaChaBlock x = start;
  for (int i = 0; i < kDoubleRounds; ++i) {
    for (size_t column = 0; column < 4; ++column)
      quarter_round(x, column, column + 4, column + 8, column + 12);
    for (size_t diagonal = 0; diagonal < 4; ++diagonal)
      quarter_round(x, diagonal, 4 + (diagonal + 1) % 4, 8 + (diagonal + 2) % 4,
                    12 + (diagonal + 3) % 4);
  }
  for (size_t i = 0; i < x.size(); ++i) x[i] += start[i];
  return x;
}

// The key becomes the second half of its own block, which take() never gives out.
void RandomPool::renew() {
  const ChaChaBlock block = chacha20_block(key_, 0, kNonce);
  std::copy(block.begin() + 8, block.end(), key_.begin());
}

void RandomPool::add(std::span<const std::byte> seed) {
  LockGuard guard(lock_);
  while (!seed.empty()) {
    uint32_t words[8] = {};
    const size_t bytes = std::min(seed.size(), sizeof words);
    memcpy(words, seed.data(), bytes);
    for (size_t i = 0; i < key_.size(); ++i) key_[i] ^= words[i];
    renew();
    seed = seed.subspan(bytes);
  }
}

void RandomPool::take(std::span<std::byte> out) {
  LockGuard guard(lock_);
  for (uint32_t counter = 1; !out.empty(); ++counter) {
    const ChaChaBlock block = chacha20_block(key_, counter, kNonce);
    const size_t bytes = std::min(out.size(), sizeof block);
    memcpy(out.data(), block.data(), bytes);
    out = out.subspan(bytes);
  }
  renew();
}

}  // namespace jacinth::hal
