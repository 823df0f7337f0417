// PageTree's loops over pages, templates on what to do with each.
#pragma once

#include <algorithm>

#include "vm/page_tree.h"

namespace jacinth::vm {

template <typename F>
bool PageTree::for_each_stretch(uint64_t first, uint64_t count, F&& body) const {
  if (count == 0) return true;
  const uint64_t from = position(first);
  const uint64_t to = position(first + count);
  if (from < to) return body(from, to);
  return body(from, kPositions) && (to == 0 || body(uint64_t{0}, to));
}

// Positions [first, last) below `node`, which covers positions from `base` on.
template <typename F>
bool PageTree::walk(Node* node, unsigned level, uint64_t base, uint64_t first, uint64_t last,
                    bool exclusive, F& visit) {
  exclusive = exclusive && !shared(*node);
  const uint64_t step = uint64_t{1} << (kBits * level);
  const uint64_t from = first > base ? (first - base) / step : 0;
  for (uint64_t i = from; i < kFanout && base + i * step < last; ++i) {
    const Slot slot = node->slots[i];
    if (slot.raw == nullptr) continue;
    const uint64_t at = base + i * step;
    if (level != 0) {
      if (!walk(slot.node, level - 1, at, first, last, exclusive, visit)) return false;
    } else if (!visit(at, Page{slot.frame, exclusive && !shared(*slot.frame)})) {
      return false;
    }
  }
  return true;
}

template <typename F>
bool PageTree::for_each(uint64_t first, uint64_t count, F&& visit) const {
  if (root_ == nullptr) return true;
  auto by_index = [&](uint64_t at, Page page) {
    return visit((at - bias_) & (kPositions - 1), page);
  };
  return for_each_stretch(first, count, [&](uint64_t from, uint64_t to) {
    return walk(root_, height_ - 1, 0, from, to, true, by_index);
  });
}

// Drops positions [first, last) below `slot`. Nodes that lie partly outside are exclusive already.
template <typename F>
void PageTree::cut(Slot& slot, unsigned level, uint64_t base, uint64_t first, uint64_t last,
                   exec::Portion& portion, F& dropped) {
  Node* const node = slot.node;
  const uint64_t step = uint64_t{1} << (kBits * level);
  const uint64_t from = first > base ? (first - base) / step : 0;
  for (uint64_t i = from; i < kFanout && base + i * step < last; ++i) {
    if (level != 0 && portion.spent()) break;
    Slot& child = node->slots[i];
    if (child.raw == nullptr) continue;
    const uint64_t at = base + i * step;
    if (level == 0) {
      dropped(*child.frame, !shared(*child.frame));
      frames().release(*child.frame);
      child.raw = nullptr;
    } else if (at >= first && at + step <= last && shared(*child.node)) {
      auto lost = [&](uint64_t, Page page) {
        dropped(*page.frame, false);
        return true;
      };
      walk(child.node, level - 1, at, first, last, false, lost);
      release(child.node, level - 1);
      child.raw = nullptr;
    } else {
      cut(child, level - 1, at, first, last, portion, dropped);
    }
    if (child.raw == nullptr) --node->used;
  }
  if (level == 0) portion.use(kFanout / kPagesPerUnit);
  if (node->used == 0) {
    release(node, level);
    slot.raw = nullptr;
  }
}

template <typename F>
Result<> PageTree::remove(uint64_t first, uint64_t count, F&& dropped) {
  exec::Portion portion = exec::Portion::unlimited();
  TRY(remove_some(first, count, portion, dropped));
  return {};
}

template <typename F>
Result<bool> PageTree::remove_some(uint64_t first, uint64_t count, exec::Portion& portion,
                                   F&& dropped) {
  const auto none = [&] { return for_each(first, count, [](uint64_t, Page) { return false; }); };
  if (none()) return true;
  TRY(isolate(position(first)));
  TRY(isolate(position(first + count)));
  for_each_stretch(first, count, [&](uint64_t from, uint64_t to) {
    if (root_ == nullptr || from >= span_of(height_ - 1)) return true;
    Slot root{.node = root_};
    if (shared(*root_)) {
      // Isolating would have copied it, had it anything outside the stretch.
      auto lost = [&](uint64_t, Page page) {
        dropped(*page.frame, false);
        return true;
      };
      walk(root_, height_ - 1, 0, from, to, false, lost);
      release(root_, height_ - 1);
      root.raw = nullptr;
    } else {
      cut(root, height_ - 1, 0, from, to, portion, dropped);
    }
    root_ = root.node;
    return true;
  });
  if (root_ == nullptr) reset();
  return !portion.spent() || none();
}

}  // namespace jacinth::vm
