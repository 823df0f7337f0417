// A global object without a destructor: the kernel never exits, and nothing may be registered to
// run when it does.
#pragma once

namespace jacinth {

// constinit NeverDestroyed<T> thing;      thing->… or *thing
template <typename T>
union NeverDestroyed {
  constexpr NeverDestroyed() : value_() {}
  constexpr ~NeverDestroyed() {}
  T& operator*() { return value_; }
  T* operator->() { return &value_; }

 private:
  T value_;
};

}  // namespace jacinth
