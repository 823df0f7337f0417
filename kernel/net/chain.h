// Chain: a list whose head is a plain pointer, so that tables of them need no start-up.
#pragma once

#include "base/check.h"

namespace jacinth::net {

template <typename T>
struct ChainHook {
  T* next = nullptr;
  T** at = nullptr;  // the pointer that leads here; null: in no chain
  bool is_linked() const { return at != nullptr; }
};

// Last in, first out. Nodes must have been taken out before they die.
template <typename T, ChainHook<T> T::* kHook>
class Chain {
 public:
  constexpr Chain() = default;
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  T* first() const { return first_; }
  static T* next(const T& node) { return (node.*kHook).next; }
  bool empty() const { return first_ == nullptr; }

  void push(T& node) {
    ChainHook<T>& hook = node.*kHook;
    DEBUG_ASSERT(!hook.is_linked());
    hook = {.next = first_, .at = &first_};
    if (first_ != nullptr) (first_->*kHook).at = &hook.next;
    first_ = &node;
  }
  // Null: it is empty.
  T* pop() {
    T* const taken = first_;
    if (taken != nullptr) remove(*taken);
    return taken;
  }
  // Out of whatever chain it is in.
  static void remove(T& node) {
    ChainHook<T>& hook = node.*kHook;
    *hook.at = hook.next;
    if (hook.next != nullptr) (hook.next->*kHook).at = hook.at;
    hook = {};
  }

 private:
  T* first_ = nullptr;
};

}  // namespace jacinth::net
