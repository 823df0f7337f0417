#include "vm/page_tree.h"

#include <memory>
#include <new>
#include <utility>

#include "base/check.h"

namespace jacinth::vm {

PageTree::Page PageTree::find(uint64_t index) const {
  const uint64_t at = position(index);
  if (root_ == nullptr || (at >> (kBits * height_)) != 0) return {};
  const Node* node = root_;
  bool exclusive = true;
  for (unsigned level = height_ - 1;; --level) {
    exclusive = exclusive && !shared(*node);
    const Slot slot = node->slots[(at >> (kBits * level)) % kFanout];
    if (slot.raw == nullptr) return {};
    if (level == 0) return {slot.frame, exclusive && !shared(*slot.frame)};
    node = slot.node;
  }
}

// A copy that refers to all that `node` refers to; null when out of memory.
PageTree::Node* PageTree::copy_of(const Node& node, unsigned level) {
  Node* copy = new (std::nothrow) Node;
  if (copy == nullptr) return nullptr;
  copy->used = node.used;
  for (unsigned i = 0; i < kFanout; ++i) {
    const Slot slot = node.slots[i];
    copy->slots[i] = slot;
    if (slot.raw == nullptr) continue;
    if (level == 0) {
      FrameAllocator::add_ref(*slot.frame);
    } else {
      slot.node->refs.fetch_add(1, std::memory_order_relaxed);
    }
  }
  return copy;
}

void PageTree::release(Node* node, unsigned level) {
  if (node->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  for (const Slot slot : node->slots) {
    if (slot.raw == nullptr) continue;
    if (level == 0) {
      frames().release(*slot.frame);
    } else {
      release(slot.node, level - 1);
    }
  }
  delete node;
}

Result<> PageTree::make_exclusive(Node*& node, unsigned level) {
  if (!shared(*node)) return {};
  Node* copy = copy_of(*node, level);
  if (copy == nullptr) return fail(Status::NoMemory);
  release(node, level);
  node = copy;
  return {};
}

// Adds levels on top until the root covers `position`.
Result<> PageTree::grow_to(uint64_t position) {
  while (height_ == 0 || (position >> (kBits * height_)) != 0) {
    Node* top = new (std::nothrow) Node;
    if (top == nullptr) return fail(Status::NoMemory);
    if (root_ != nullptr) {
      top->slots[0].node = root_;
      top->used = 1;
    }
    root_ = top;
    ++height_;
  }
  return {};
}

Result<Frame*> PageTree::put(uint64_t index, Frame* frame) {
  const uint64_t at = position(index);
  if (root_ == nullptr) {
    // One node of the right height, with nothing below but the path to come.
    height_ = 0;
    while ((at >> (kBits * (height_ + 1))) != 0) ++height_;
  }
  TRY(grow_to(at));
  Slot* slot = nullptr;
  Node* node = nullptr;
  Node** link = &root_;
  for (unsigned level = height_ - 1;; --level) {
    TRY(make_exclusive(*link, level));
    node = *link;
    slot = &node->slots[(at >> (kBits * level)) % kFanout];
    if (level == 0) break;
    if (slot->raw == nullptr) {
      Node* below = new (std::nothrow) Node;
      if (below == nullptr) return fail(Status::NoMemory);
      slot->node = below;
      ++node->used;
    }
    link = &slot->node;
  }
  Frame* before = slot->frame;
  if (before == nullptr) ++node->used;
  slot->frame = frame;
  return before;
}

// Makes every node that has positions both below and from `position` on exclusive.
Result<> PageTree::isolate(uint64_t position) {
  if (root_ == nullptr || (position >> (kBits * height_)) != 0) return {};
  Node** link = &root_;
  for (unsigned level = height_ - 1;; --level) {
    const bool inside = position % span_of(level) != 0;
    if (!inside || *link == nullptr) return {};
    TRY(make_exclusive(*link, level));
    if (level == 0) return {};
    link = &(*link)->slots[(position >> (kBits * level)) % kFanout].node;
  }
}

Result<PageTree> PageTree::snapshot(uint64_t first, uint64_t count) const {
  PageTree view;
  if (root_ == nullptr || count == 0) return view;
  root_->refs.fetch_add(1, std::memory_order_relaxed);
  view.root_ = root_;
  view.height_ = height_;
  view.bias_ = position(first);
  TRY(view.remove(count, kPositions - count, [](Frame&, bool) {}));
  return view;
}

void PageTree::clear() {
  if (root_ != nullptr) release(root_, height_ - 1);
  reset();
}

// --- In portions

// A huge tree that nobody needs any more. It lives in the memory of one of its nodes, which has
// gone already: taking a tree apart cannot fail for lack of memory.
class PageTree::Rest final : public exec::Remains {
 public:
  static void leave(PageTree& tree, Node* place) {
    static_assert(sizeof(Rest) <= sizeof(Node) && alignof(Rest) <= alignof(Node));
    std::destroy_at(place);
    auto* rest = new (static_cast<void*>(place)) Rest;
    rest->tree_.swap(tree);
    exec::reap_later(*rest);
  }

 private:
  bool reap(exec::Portion& portion) override {
    Node* spare = nullptr;
    const bool done = tree_.clear_some(portion, spare);
    delete spare;
    if (!done) return false;
    std::destroy_at(this);
    heap_free(this);
    return true;
  }
  PageTree tree_;
};

// Gives up a reference that is not the last; false when it is.
bool PageTree::release_shared(Node& node) {
  uint32_t refs = node.refs.load(std::memory_order_acquire);
  while (refs != 1) {
    if (node.refs.compare_exchange_weak(refs, refs - 1, std::memory_order_acq_rel)) return true;
  }
  return false;
}

// Releases what hangs on the slot as far as the portion goes, but one node at least; true when that
// was all. A node that has gone is left in `spare` instead of the one there before.
bool PageTree::release_some(Slot& slot, unsigned level, exec::Portion& portion, Node*& spare) {
  Node* const node = slot.node;
  if (!release_shared(*node)) {
    for (Slot& child : node->slots) {
      if (child.raw == nullptr) continue;
      if (level == 0) {
        frames().release(*child.frame);
      } else if ((portion.spent() && spare != nullptr) ||
                 !release_some(child, level - 1, portion, spare)) {
        return false;
      }
      child.raw = nullptr;
    }
    delete std::exchange(spare, node);
    portion.use(level == 0 ? kFanout / kPagesPerUnit : 1);
  }
  slot.raw = nullptr;
  return true;
}

bool PageTree::clear_some(exec::Portion& portion, Node*& spare) {
  Slot root{.node = root_};
  if (root_ == nullptr || release_some(root, height_ - 1, portion, spare)) reset();
  return root_ == nullptr;
}

void PageTree::clear_in_portions() {
  Node* spare = nullptr;
  if (clear_some(exec::portion(), spare)) return delete spare;
  Rest::leave(*this, spare);
}

void PageTree::reset() {
  root_ = nullptr;
  height_ = 0;
  bias_ = 0;
}

}  // namespace jacinth::vm
