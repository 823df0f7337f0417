// A global object that is made when the personality starts, and never goes.
#pragma once

#include <cstddef>
#include <new>

namespace jacinth::linux {

// For types that cannot be initialised by the compiler. make() comes before everything else.
template <typename T>
class Late {
 public:
  void make() { new (static_cast<void*>(storage_)) T(); }
  T& operator*() { return *std::launder(reinterpret_cast<T*>(storage_)); }

 private:
  alignas(T) std::byte storage_[sizeof(T)]{};
};

}  // namespace jacinth::linux
