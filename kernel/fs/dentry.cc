#include "fs/dentry.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "hal/machine.h"

namespace jacinth::fs {
namespace {

// A few for each file of a usual root file system.
constexpr size_t kBuckets = size_t{1} << 14;
constexpr size_t kStripes = 64;

struct Stripe {
  SpinLock lock{LockRank::FsNames};
};

constinit std::array<std::atomic<Dentry*>, kBuckets> buckets{};
constinit std::array<Stripe, kStripes> stripes{};
// A rename is under way while the two differ.
constinit std::atomic<uint64_t> moves_begun{0};
constinit std::atomic<uint64_t> moves_ended{0};

std::atomic<Dentry*>& bucket_of(uint32_t hash) { return buckets[hash % kBuckets]; }
SpinLock& stripe_of(uint32_t hash) { return stripes[hash % kStripes].lock; }

// Unknown to programs, so that they cannot choose names that all fall into one chain. 0: not yet
// drawn.
constinit std::atomic<uint64_t> secret{0};

uint64_t draw_secret() {
  uint64_t fresh = 0;
  hal::entropy(std::as_writable_bytes(std::span(&fresh, 1)));
  fresh |= 1;
  uint64_t expected = 0;
  return secret.compare_exchange_strong(expected, fresh, std::memory_order_relaxed) ? fresh
                                                                                    : expected;
}

template <typename T>
uint64_t load(const char* from) {
  T value;
  memcpy(&value, from, sizeof(T));
  return value;
}

uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e37'79b9'7f4a'7c15;
  return hash ^ std::rotr(hash, 29);
}

}  // namespace

DentryPlace* DentryPlace::create(Dentry* directory, std::string_view name) {
  void* block = heap_allocate(sizeof(DentryPlace) + name.size());
  if (block == nullptr) return nullptr;
  auto* place = new (block)
      DentryPlace(directory, NameTable::hash(directory, name), static_cast<uint16_t>(name.size()));
  std::ranges::copy(name, reinterpret_cast<char*>(place + 1));
  if (directory != nullptr) directory->add_ref();
  return place;
}

DentryPlace::~DentryPlace() {
  if (directory_ != nullptr) directory_->release();
}

ErrnoOr<RefPtr<Dentry>> Dentry::create(Dentry* directory, std::string_view name,
                                       RefPtr<Node> node) {
  DentryPlace* place = DentryPlace::create(directory, name);
  if (place == nullptr) return fail(Errno::NOMEM);
  auto* dentry = new (std::nothrow) Dentry(place, std::move(node));
  if (dentry != nullptr) return RefPtr<Dentry>::adopt(dentry);
  delete place;
  return fail(Errno::NOMEM);
}

Dentry::Dentry(DentryPlace* place, RefPtr<Node> node) : node_(std::move(node)), place_(place) {}

Dentry::~Dentry() {
  ASSERT(children_.empty() && !named());
  if (node_->links() == 0) node_->notify(event::kDeleteSelf);
  delete place_.load(std::memory_order_relaxed);
}

void Dentry::on_last_release() {
  if (named()) NameTable::remove(*this);
}

uint32_t NameTable::hash(const Dentry* directory, std::string_view name) {
  uint64_t key = secret.load(std::memory_order_relaxed);
  if (key == 0) [[unlikely]]
    key = draw_secret();
  uint64_t hash = mix(key, reinterpret_cast<uintptr_t>(directory) + name.size());
  const char* at = name.data();
  size_t left = name.size();
  for (; left > 8; at += 8, left -= 8) hash = mix(hash, load<uint64_t>(at));
  // What is left, overlapping what has been taken where that saves steps.
  if (left == 8 || name.size() > 8) {
    hash = mix(hash, load<uint64_t>(at + left - 8));
  } else if (left >= 4) {
    hash = mix(hash, load<uint32_t>(at) << 32 | load<uint32_t>(at + left - 4));
  } else {
    for (; left != 0; ++at, --left) hash = mix(hash, static_cast<uint8_t>(*at));
  }
  return static_cast<uint32_t>(hash >> 32);
}

NameTable::Found NameTable::find(const Dentry& directory, std::string_view name) {
  const uint64_t ended = moves_ended.load(std::memory_order_acquire);
  interleave_point();
  if (Dentry* found = find_locked(directory, name); found != nullptr) return {.dentry = found};
  std::atomic_thread_fence(std::memory_order_acquire);
  return {.certain = moves_begun.load(std::memory_order_relaxed) == ended};
}

Dentry* NameTable::find_locked(const Dentry& directory, std::string_view name) {
  const uint32_t wanted = hash(&directory, name);
  Dentry* dentry = bucket_of(wanted).load(std::memory_order_acquire);
  for (; dentry != nullptr; dentry = dentry->next_.load(std::memory_order_acquire)) {
    const DentryPlace& place = dentry->place();
    if (place.hash() == wanted && place.directory() == &directory && place.name() == name)
      return dentry;
  }
  return nullptr;
}

uint64_t NameTable::moves() { return moves_begun.load(std::memory_order_acquire); }

void NameTable::insert(Dentry& dentry) {
  const uint32_t hash = dentry.place().hash();
  LockGuard guard(stripe_of(hash));
  std::atomic<Dentry*>& bucket = bucket_of(hash);
  dentry.next_.store(bucket.load(std::memory_order_relaxed), std::memory_order_relaxed);
  dentry.named_.store(true, std::memory_order_relaxed);
  bucket.store(&dentry, std::memory_order_release);
}

// The dentry keeps its link to the rest of the chain, for readers that stand on it.
void NameTable::remove(Dentry& dentry) {
  const uint32_t hash = dentry.place().hash();
  LockGuard guard(stripe_of(hash));
  std::atomic<Dentry*>* link = &bucket_of(hash);
  for (Dentry* at; (at = link->load(std::memory_order_relaxed)) != &dentry; link = &at->next_)
    ASSERT(at != nullptr);
  link->store(dentry.next_.load(std::memory_order_relaxed), std::memory_order_release);
  dentry.named_.store(false, std::memory_order_release);
}

NameTable::Moving::Moving() { moves_begun.fetch_add(1, std::memory_order_seq_cst); }
NameTable::Moving::~Moving() { moves_ended.fetch_add(1, std::memory_order_release); }

DentryPlace* NameTable::move(Dentry& dentry, DentryPlace* to) {
  remove(dentry);
  DentryPlace* const from = dentry.place_.exchange(to, std::memory_order_acq_rel);
  insert(dentry);
  return from;
}

}  // namespace jacinth::fs
