// Reaper: takes apart, a portion at a time, what has been destroyed but is too large to go at once.
//
// Closing one handle may end a channel with messages full of handles to further channels, a process
// with all that it has, a tree of jobs. Whatever grows so is Remains: it lines up here instead of
// being destroyed in place. So chains of any depth need no stack, and no CPU is lost to others for
// longer than a portion takes.
//
//      reap(x) ──► fresh ──── one portion, at once ────► gone
//                    │ what exceeds it        ▲
//                    ▼                        │ a portion whenever the CPU
//                 backlog ────────────────────┘ runs deferred work
//
// Each CPU has its own: the kernel is not preempted and reap() does not suspend, so none of it
// needs a lock. A CPU has one portion between two chances for others to run: an activity that
// destroys many things in a row uses it up, and the rest waits.
#pragma once

#include <cstdint>
#include <utility>

namespace jacinth::exec {

// What may be done before others get their turn; counted, not timed, so that runs can be repeated.
// A unit is some 200 ns: closing a handle, freeing a few blocks.
class Portion {
 public:
  static constexpr uint32_t kUnits = 1024;
  constexpr explicit Portion(uint32_t units = kUnits) : left_(units) {}
  // For what must be done in one go.
  static constexpr Portion unlimited() { return Portion(~uint32_t{0}); }
  bool spent() const { return left_ == 0; }
  void use(uint32_t units) { left_ = left_ > units ? left_ - units : 0; }

 private:
  uint32_t left_;
};

// Something to be taken apart. It keeps itself alive meanwhile.
class Remains {
 public:
  // Takes away what `portion` allows. True: nothing is left, and this is gone perhaps. No lock is
  // held.
  virtual bool reap(Portion& portion) = 0;

 protected:
  ~Remains() = default;

 private:
  friend class RemainsList;
  Remains* next_ = nullptr;
};

// First in, first out.
class RemainsList {
 public:
  constexpr RemainsList() = default;
  RemainsList(RemainsList&& other) noexcept { swap(other); }
  RemainsList& operator=(RemainsList&& other) noexcept {
    swap(other);
    return *this;
  }
  bool empty() const { return first_ == nullptr; }
  Remains& front() const { return *first_; }
  void push_back(Remains& added) {
    added.next_ = nullptr;
    (last_ == nullptr ? first_ : last_->next_) = &added;
    last_ = &added;
  }
  Remains& pop_front() {
    Remains& taken = *first_;
    first_ = taken.next_;
    if (first_ == nullptr) last_ = nullptr;
    return taken;
  }
  void append(RemainsList& other) {
    if (other.empty()) return;
    (last_ == nullptr ? first_ : last_->next_) = std::exchange(other.first_, nullptr);
    last_ = std::exchange(other.last_, nullptr);
  }

 private:
  void swap(RemainsList& other) {
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
  }
  Remains* first_ = nullptr;
  Remains* last_ = nullptr;
};

// Takes everything in the list apart: what the CPU's portion allows at once, the rest later. From
// inside another's reap(), all of it after that. Hold no lock.
void reap(RemainsList& list);
void reap(Remains& remains);
// All of it later. Any lock may be held.
void reap_later(Remains& remains);
// What this CPU may still do. For what destroys much by itself.
Portion& portion();
// Whether something waits to be taken apart on any CPU, so that memory may soon be free.
bool reaping();

// Forgets everything: a machine begins.
void forget_remains();

}  // namespace jacinth::exec
