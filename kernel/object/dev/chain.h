// Chain: a short list that links its members, with a constant initial value, as a global needs:
// Boost's lists are made by a constructor that must run.
#pragma once

namespace jacinth {

// `kNext` is the member that says who comes next. The caller has the lock.
template <typename T, T* T::* kNext>
struct Chain {
  T* first = nullptr;

  void push(T& member) {
    member.*kNext = first;
    first = &member;
  }
  // False: it is not here.
  bool remove(const T& member) {
    for (T** link = &first; *link != nullptr; link = &((*link)->*kNext)) {
      if (*link != &member) continue;
      *link = member.*kNext;
      return true;
    }
    return false;
  }
  // The first for which matches(member); null: none.
  template <typename F>
  T* find(F matches) const {
    for (T* member = first; member != nullptr; member = member->*kNext) {
      if (matches(*member)) return member;
    }
    return nullptr;
  }
};

}  // namespace jacinth
