// Intrusive reference counting.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "base/check.h"
#include "base/heap.h"

namespace jacinth {

// Base of counted types. Starts with one reference, which make_ref() hands out.
//
// Strong references keep the object alive; weak ones keep only its memory, so a weak pointer can
// ask at any time whether the object still lives.
//
//     strong > 0              alive
//     strong = 0, weak > 0    destroyed, memory kept for WeakPtr
//     weak = 0                freed        (all strong references together hold one weak one)
class RefCounted : public HeapAllocated {
 public:
  RefCounted() = default;
  RefCounted(const RefCounted&) = delete;
  RefCounted& operator=(const RefCounted&) = delete;

  void add_ref() const {
    [[maybe_unused]] const uint32_t before = strong_.fetch_add(1, std::memory_order_relaxed);
    DEBUG_ASSERT(before != 0);
  }
  void release() const {
    if (strong_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    auto* self = const_cast<RefCounted*>(this);
    self->~RefCounted();
    self->release_weak();
  }
  // Takes a reference unless the object is already being destroyed. For raw pointers in a list
  // whose lock the destructor also takes.
  [[nodiscard]] bool try_add_ref() const {
    uint32_t count = strong_.load(std::memory_order_relaxed);
    while (count != 0) {
      if (strong_.compare_exchange_weak(count, count + 1, std::memory_order_acquire)) return true;
    }
    return false;
  }
  uint32_t ref_count() const { return strong_.load(std::memory_order_relaxed); }

  void add_weak() const { weak_.fetch_add(1, std::memory_order_relaxed); }
  void release_weak() const {
    if (weak_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      heap_free(const_cast<RefCounted*>(this));
  }

 protected:
  virtual ~RefCounted() = default;

 private:
  // Outlive the destructor: release_weak() runs on the dead object's memory.
  mutable std::atomic<uint32_t> strong_{1};
  mutable std::atomic<uint32_t> weak_{1};
};

template <typename T>
class RefPtr {
 public:
  constexpr RefPtr() = default;
  constexpr RefPtr(std::nullptr_t) {}
  // Shares: takes a further reference.
  explicit RefPtr(T* object) : object_(object) {
    if (object_ != nullptr) object_->add_ref();
  }
  RefPtr(const RefPtr& other) : RefPtr(other.object_) {}
  RefPtr(RefPtr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <typename U>
    requires std::convertible_to<U*, T*>
  RefPtr(const RefPtr<U>& other) : RefPtr(static_cast<T*>(other.get())) {}
  template <typename U>
    requires std::convertible_to<U*, T*>
  RefPtr(RefPtr<U>&& other) : object_(other.leak()) {}
  ~RefPtr() { reset(); }

  RefPtr& operator=(RefPtr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }

  // Takes over a reference that the caller already owns.
  static RefPtr adopt(T* object) {
    RefPtr result;
    result.object_ = object;
    return result;
  }
  // Gives the reference to the caller.
  [[nodiscard]] T* leak() { return std::exchange(object_, nullptr); }

  void reset() {
    if (T* old = std::exchange(object_, nullptr); old != nullptr) old->release();
  }
  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  friend bool operator==(const RefPtr& left, const RefPtr& right) {
    return left.object_ == right.object_;
  }
  friend bool operator==(const RefPtr& left, const T* right) { return left.object_ == right; }

 private:
  T* object_ = nullptr;
};

template <typename T, typename... Args>
Result<RefPtr<T>> make_ref(Args&&... args) {
  T* made = new (std::nothrow) T(std::forward<Args>(args)...);
  if (made == nullptr) return fail(Status::NoMemory);
  // The last release() frees by the RefCounted part's address: it must be the first base.
  ASSERT(static_cast<void*>(static_cast<RefCounted*>(made)) == static_cast<void*>(made));
  return RefPtr<T>::adopt(made);
}

template <typename T, typename U>
RefPtr<T> static_ref_cast(RefPtr<U> from) {
  return RefPtr<T>::adopt(static_cast<T*>(from.leak()));
}

// A pointer that does not keep its object alive.
template <typename T>
class WeakPtr {
 public:
  constexpr WeakPtr() = default;
  explicit WeakPtr(T* object) : object_(object) {
    if (object_ != nullptr) object_->add_weak();
  }
  explicit WeakPtr(const RefPtr<T>& object) : WeakPtr(object.get()) {}
  WeakPtr(const WeakPtr& other) : WeakPtr(other.object_) {}
  WeakPtr(WeakPtr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  ~WeakPtr() {
    if (object_ != nullptr) object_->release_weak();
  }
  WeakPtr& operator=(WeakPtr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  // The object, or null when it has gone.
  RefPtr<T> lock() const {
    if (object_ != nullptr && object_->try_add_ref()) return RefPtr<T>::adopt(object_);
    return nullptr;
  }

 private:
  T* object_ = nullptr;
};

}  // namespace jacinth
