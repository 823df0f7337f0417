#include "fs/io_buffer.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "fs/types.h"
#include "hal/user.h"
#include "vm/address_space.h"

namespace jacinth::fs {
namespace {

// The machine may forget a translation again before the copy comes to it. Who loses so often in a
// row is being played with.
constexpr uint32_t kMostFruitless = 1000;

std::byte* kernel_memory(const IoVector& piece) { return reinterpret_cast<std::byte*>(piece.base); }

}  // namespace

IoBuffer::IoBuffer(std::span<const IoVector> vectors) : remaining_(0), kernel_(false) {
  for (const IoVector& vector : vectors) {
    if (remaining_ == 0) {
      piece_ = vector;
      next_ = &vector + 1;
    }
    remaining_ += static_cast<size_t>(std::min<uint64_t>(vector.bytes, kMaxTransfer - remaining_));
  }
}

IoVector IoBuffer::front() const { return {piece_.base, std::min(piece_.bytes, remaining_)}; }

void IoBuffer::skip(size_t bytes) {
  DEBUG_ASSERT(bytes <= remaining_);
  remaining_ -= bytes;
  while (bytes > piece_.bytes) {
    bytes -= static_cast<size_t>(piece_.bytes);
    piece_ = *next_++;
  }
  piece_.base += bytes;
  piece_.bytes -= bytes;
  while (piece_.bytes == 0 && remaining_ != 0) piece_ = *next_++;
  fruitless_ = 0;
}

ErrnoOr<> IoBuffer::make_ready(bool for_writing) {
  vm::AddressSpace* const space = vm::AddressSpace::current();
  if (kernel_ || space == nullptr || ++fruitless_ > kMostFruitless) return fail(Errno::FAULT);
  const auto access = for_writing ? hal::Access::Write : hal::Access::Read;
  const Result<> resolved = space->handle_fault(VirtAddr{piece_.base}, access);
  if (resolved) return {};
  return fail(resolved.error() == Status::NoMemory ? Errno::NOMEM : Errno::FAULT);
}

size_t IoTarget::put_now(std::span<const std::byte> from) {
  if (is_plain(from.size())) [[likely]]
    return pass(hal::copy_to_user(VirtAddr{front().base}, from.data(), from.size()));
  size_t done = 0;
  while (done < from.size() && !empty()) {
    const IoVector piece = front();
    const size_t bytes = static_cast<size_t>(std::min<uint64_t>(piece.bytes, from.size() - done));
    size_t copied = bytes;
    if (in_kernel()) {
      memcpy(kernel_memory(piece), from.data() + done, bytes);
    } else {
      copied = hal::copy_to_user(VirtAddr{piece.base}, from.data() + done, bytes);
    }
    if (copied != 0) skip(copied);
    done += copied;
    if (copied != bytes) break;
  }
  return done;
}

size_t IoTarget::zero_now(size_t bytes) {
  static constexpr std::byte kZeros[512] = {};
  if (bytes <= sizeof kZeros) return put_now({kZeros, bytes});
  size_t done = 0;
  while (done < bytes) {
    const size_t part = std::min(bytes - done, sizeof(kZeros));
    const size_t put = put_now({kZeros, part});
    done += put;
    if (put != part) break;
  }
  return done;
}

ErrnoOr<size_t> IoTarget::put(std::span<const std::byte> from) {
  size_t done = 0;
  const size_t wanted = std::min(from.size(), remaining());
  for (;;) {
    done += put_now(from.subspan(done, wanted - done));
    if (done == wanted) return done;
    const ErrnoOr<> ready = make_ready();
    if (!ready && done == 0) return fail(ready.error());
    if (!ready) return done;
  }
}

size_t IoSource::take_now(std::span<std::byte> to) {
  if (is_plain(to.size())) [[likely]]
    return pass(hal::copy_from_user(to.data(), VirtAddr{front().base}, to.size()));
  size_t done = 0;
  while (done < to.size() && !empty()) {
    const IoVector piece = front();
    const size_t bytes = static_cast<size_t>(std::min<uint64_t>(piece.bytes, to.size() - done));
    size_t copied = bytes;
    if (in_kernel()) {
      memcpy(to.data() + done, kernel_memory(piece), bytes);
    } else {
      copied = hal::copy_from_user(to.data() + done, VirtAddr{piece.base}, bytes);
    }
    if (copied != 0) skip(copied);
    done += copied;
    if (copied != bytes) break;
  }
  return done;
}

ErrnoOr<size_t> IoSource::take(std::span<std::byte> to) {
  size_t done = 0;
  const size_t wanted = std::min(to.size(), remaining());
  for (;;) {
    done += take_now(to.subspan(done, wanted - done));
    if (done == wanted) return done;
    const ErrnoOr<> ready = make_ready();
    if (!ready && done == 0) return fail(ready.error());
    if (!ready) return done;
  }
}

}  // namespace jacinth::fs
