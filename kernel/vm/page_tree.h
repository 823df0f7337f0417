// PageTree: which frame holds which page of a VMO. Sparse, and cheap to take snapshots of.
//
// A radix tree of 64-way nodes whose structure is shared between snapshots:
//
//      tree A ──► node ──► node ──► frame       a node's refs: trees and nodes that point to it
//      tree B ──┘     └──► node ──► frame       a frame's refs: leaf slots that point to it
//
// A node reached by a path of nodes with one reference each belongs to one tree alone and may be
// changed in place. Anything else is shared and never changes: who wants to change it copies the
// path down to it first. So taking a snapshot is one reference more on the root, and nobody ever
// needs to know who else shares a page: when the last tree that has it lets go, the frame is freed.
//
// Not locked. Trees that share structure are changed under one lock (VmoFamily's).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/heap.h"
#include "base/result.h"
#include "exec/reaper.h"
#include "vm/frames.h"

namespace jacinth::vm {

class PageTree {
 public:
  // Pages have numbers below this.
  static constexpr uint64_t kMaxPages = uint64_t{1} << 52;

  struct Page {
    Frame* frame = nullptr;
    bool exclusive = false;  // no other tree has it, and nobody holds it: it may be written
    explicit operator bool() const { return frame != nullptr; }
  };

  PageTree() = default;
  PageTree(PageTree&& other) noexcept { swap(other); }
  PageTree& operator=(PageTree&& other) noexcept {
    PageTree(std::move(other)).swap(*this);
    return *this;
  }
  ~PageTree() { clear(); }

  // No page at all. (Nodes without pages may be left after a put() that failed.)
  bool empty() const {
    return for_each(0, kPositions - 1, [](uint64_t, Page) { return false; });
  }
  Page find(uint64_t index) const;

  // A tree that has the pages [first, first + count) of this one as its pages 0, 1, …. Takes no
  // time when that is everything there is, else copies two paths. NO_MEMORY: no tree is made.
  Result<PageTree> snapshot(uint64_t first, uint64_t count) const;

  // Makes `frame` page `index`, taking over one reference. Returns the frame that was there before,
  // with its reference, or null. NO_MEMORY: nothing changed, and the caller keeps its reference.
  Result<Frame*> put(uint64_t index, Frame* frame);

  // Removes the pages [first, first + count): calls dropped(Frame&, bool last) for each, `last`
  // when no other tree has it, before its reference is released. NO_MEMORY: nothing changed.
  template <typename F>
  Result<> remove(uint64_t first, uint64_t count, F&& dropped);
  // The same as far as the portion goes: false when some are left. Once it has succeeded, NO_MEMORY
  // comes only after a further snapshot.
  template <typename F>
  Result<bool> remove_some(uint64_t first, uint64_t count, exec::Portion& portion, F&& dropped);

  // Calls visit(index, Page) for the pages in [first, first + count), in order, and skips the
  // holes. Stops early when visit returns false.
  template <typename F>
  bool for_each(uint64_t first, uint64_t count, F&& visit) const;

  // Drops all pages. Frees memory only.
  void clear();
  // The same, for a tree that may be huge: a portion at once, the rest is left to the reaper.
  void clear_in_portions();
  void swap(PageTree& other) noexcept {
    std::swap(root_, other.root_);
    std::swap(height_, other.height_);
    std::swap(bias_, other.bias_);
  }

 private:
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kFanout = 1u << kBits;
  static constexpr unsigned kMaxHeight = 9;
  // Positions count modulo this. A view into a view into … adds up its offsets; being smaller than
  // half of this, no view can wrap round into itself.
  static constexpr uint64_t kPositions = uint64_t{1} << (kBits * kMaxHeight);

  struct Node;
  class Rest;
  union Slot {
    Node* node;
    Frame* frame;
    void* raw;
  };
  struct Node : HeapAllocated {
    std::atomic<uint32_t> refs{1};
    uint32_t used = 0;  // slots that are not null
    Slot slots[kFanout] = {};
  };

  static bool shared(const Node& node) { return node.refs.load(std::memory_order_acquire) != 1; }
  static uint64_t span_of(unsigned level) { return uint64_t{1} << (kBits * (level + 1)); }
  uint64_t position(uint64_t index) const { return (index + bias_) & (kPositions - 1); }

  static bool shared(const Frame& frame) {
    return frame.refs_.load(std::memory_order_acquire) != 1;
  }

  static Node* copy_of(const Node& node, unsigned level);
  static void release(Node* node, unsigned level);
  static bool release_shared(Node& node);
  static constexpr uint32_t kPagesPerUnit = 4;  // of a Portion
  static bool release_some(Slot& slot, unsigned level, exec::Portion& portion, Node*& spare);
  bool clear_some(exec::Portion& portion, Node*& spare);
  static Result<> make_exclusive(Node*& node, unsigned level);
  Result<> grow_to(uint64_t position);
  Result<> isolate(uint64_t position);
  void reset();

  // Calls body(from, to) for the one or two stretches of positions that hold the pages.
  template <typename F>
  bool for_each_stretch(uint64_t first, uint64_t count, F&& body) const;
  template <typename F>
  static bool walk(Node* node, unsigned level, uint64_t base, uint64_t first, uint64_t last,
                   bool exclusive, F& visit);
  template <typename F>
  static void cut(Slot& slot, unsigned level, uint64_t base, uint64_t first, uint64_t last,
                  exec::Portion& portion, F& dropped);

  Node* root_ = nullptr;
  unsigned height_ = 0;  // levels of nodes; the root covers positions below 64^height
  uint64_t bias_ = 0;    // page 0 is at this position
};

}  // namespace jacinth::vm

#include "vm/page_tree_walk.h"  // IWYU pragma: export
