// A growable array whose growth can fail.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <utility>

#include "base/heap.h"

namespace jacinth {

template <typename T>
class Vector {
 public:
  Vector() = default;
  Vector(Vector&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Vector& operator=(Vector&& other) noexcept {
    Vector moved(std::move(other));
    std::swap(data_, moved.data_);
    std::swap(size_, moved.size_);
    std::swap(capacity_, moved.capacity_);
    return *this;
  }
  Vector(const Vector&) = delete;
  Vector& operator=(const Vector&) = delete;
  ~Vector() {
    clear();
    heap_free(data_);
  }

  // `size` value-initialised elements, or NO_MEMORY.
  static Result<Vector> with_size(size_t size) {
    Vector made;
    TRY(made.reserve(size));
    std::uninitialized_value_construct_n(made.data_, size);
    made.size_ = size;
    return made;
  }

  // NO_MEMORY leaves the vector as it was.
  Result<> reserve(size_t capacity) {
    if (capacity <= capacity_) return {};
    if (capacity > std::numeric_limits<size_t>::max() / sizeof(T)) return fail(Status::NoMemory);
    void* block = heap_allocate(capacity * sizeof(T), std::max(alignof(T), size_t{16}));
    if (block == nullptr) return fail(Status::NoMemory);
    T* fresh = static_cast<T*>(block);
    std::uninitialized_move_n(data_, size_, fresh);
    std::destroy_n(data_, size_);
    heap_free(data_);
    data_ = fresh;
    capacity_ = capacity;
    return {};
  }
  Result<> push_back(T value) {
    if (size_ == capacity_) TRY(reserve(capacity_ == 0 ? 4 : capacity_ * 2));
    std::construct_at(data_ + size_, std::move(value));
    ++size_;
    return {};
  }
  void pop_back() { std::destroy_at(data_ + --size_); }
  void clear() {
    std::destroy_n(data_, size_);
    size_ = 0;
  }
  void truncate(size_t size) {
    while (size_ > size) pop_back();
  }
  void erase(size_t index) {
    std::move(data_ + index + 1, data_ + size_, data_ + index);
    pop_back();
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t index) { return data_[index]; }
  const T& operator[](size_t index) const { return data_[index]; }
  T& back() { return data_[size_ - 1]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  operator std::span<T>() { return {data_, size_}; }
  operator std::span<const T>() const { return {data_, size_}; }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace jacinth
