// IntrusiveIndex: finds nodes by their keys, where most of the time there is one, or none.
#pragma once

#include "base/intrusive.h"

namespace jacinth {

// No two nodes have equal keys. One is kept apart, where a comparison finds it, and a balanced tree
// has the others. Whether a node is in it cannot be told by its hook.
template <typename T, TreeHook T::* kHook, typename KeyOf>
class IntrusiveIndex {
 public:
  using Key = typename KeyOf::type;

  bool empty() const { return apart_ == nullptr && others_.empty(); }
  // Null when there is none.
  T* find(const Key& key) {
    if (apart_ != nullptr && KeyOf{}(*apart_) == key) return apart_;
    if (others_.empty()) return nullptr;
    const auto found = others_.find(key);
    return found == others_.end() ? nullptr : &*found;
  }
  // Any of them; null when there is none.
  T* any() {
    if (apart_ != nullptr) return apart_;
    return others_.empty() ? nullptr : &*others_.begin();
  }

  void insert(T& node) {
    if (apart_ == nullptr) {
      apart_ = &node;
    } else {
      others_.insert(node);
    }
  }
  void erase(T& node) {
    if (apart_ == &node) {
      apart_ = nullptr;
    } else {
      others_.erase(others_.iterator_to(node));
    }
  }
  // Puts `heir`, which has the same key, in the place of `node`.
  void replace(T& node, T& heir) {
    if (apart_ == &node) {
      apart_ = &heir;
    } else {
      others_.replace_node(others_.iterator_to(node), heir);
    }
  }

 private:
  T* apart_ = nullptr;
  IntrusiveTree<T, kHook, KeyOf> others_;
};

}  // namespace jacinth
