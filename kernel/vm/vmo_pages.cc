// Giving pages frames, and taking them away: commitment, copy on write, page faults.
#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "vm/vmo.h"
#include "vm/vmo_window_walk.h"

namespace jacinth::vm {
namespace {

// The largest run of fresh frames that one fault commits.
constexpr uint64_t kMostAtOnce = 16;

// 2^order frames if they can be had in a row, else fewer; order says how many. Null: not even one.
Frame* allocate_up_to(unsigned& order) {
  for (;; --order) {
    Frame* first = frames().allocate(order, FrameUse::Vmo);
    if (first != nullptr || order == 0) return first;
  }
}

}  // namespace

// Pinned frames stay where they are, and nobody has been given a snapshot of them.
bool Vmo::may_write(const PageTree::Page& found) {
  return found.exclusive || kind_ == Kind::Contiguous || found.frame->pins_ != 0;
}

Result<Frame*> Vmo::page_for_writing(uint64_t page, uint64_t wanted) {
  const PageTree::Page found = tree_.find(page);
  if (found && may_write(found)) return found.frame;
  if (found) return fork_page(page, *found.frame, nullptr);
  if (sourced(page)) return copy_from_backing(page);
  const uint64_t most = std::min(wanted, kMostAtOnce);
  uint64_t count = 1;
  while (count < most && !sourced(page + count) && !tree_.find(page + count)) ++count;
  const Result<> committed = commit_run(page, count);
  Frame* const frame = tree_.find(page).frame;
  // Short of memory: the one page is all that is needed.
  if (frame == nullptr) return fail(committed.error());
  return frame;
}

// Replaces a frame that others have too by a copy.
Result<Frame*> Vmo::fork_page(uint64_t page, Frame& shared, const VmoWindow* but) {
  Frame* copy = frames().allocate(0, FrameUse::Vmo);
  if (copy == nullptr) return fail(Status::NoMemory);
  memcpy(frames().bytes_of(*copy), frames().bytes_of(shared), kPageSize);
  if (!tree_.put(page, copy)) {
    frames().release(*copy);
    return fail(Status::NoMemory);
  }
  unmap_everywhere(page, 1, but);
  discharge(shared, false);
  charge(*copy);
  frames().release(shared);
  return copy;
}

// Gives `count` absent pages zeroed frames, in a row as far as they come so.
Result<> Vmo::commit_run(uint64_t first, uint64_t count) {
  while (count != 0) {
    unsigned order = std::min(static_cast<unsigned>(std::bit_width(count)) - 1,
                              static_cast<unsigned>(std::bit_width(kMostAtOnce)) - 1);
    const Frame* const before = order == 0 && first != 0 ? tree_.find(first - 1).frame : nullptr;
    Frame* const run = before != nullptr ? frames().allocate_behind(*before, FrameUse::Vmo)
                                         : allocate_up_to(order);
    if (run == nullptr) return fail(Status::NoMemory);
    const uint64_t pages = uint64_t{1} << order;
    frames().clear(*run, pages);
    forget_zero_mappings(first, pages);
    for (uint64_t i = 0; i < pages; ++i) {
      if (!tree_.put(first + i, run + i)) {
        frames().free(run + i, pages - i);
        return fail(Status::NoMemory);
      }
      charge(run[i]);
    }
    first += pages;
    count -= pages;
  }
  return {};
}

// How many pages right after (or before) `page` have frames, counting up to `most`.
uint64_t Vmo::present_pages(uint64_t page, uint64_t most, bool forward) {
  uint64_t count = 0;
  while (count < most && (forward || page > count)) {
    if (!tree_.find(forward ? page + 1 + count : page - 1 - count)) break;
    ++count;
  }
  return count;
}

// Commits `page`, and neighbours in [from, to) when the program seems to go on that way: as many as
// it has committed right before (or, for stacks, right after) already. So a lone page stays alone,
// and a program that fills memory soon faults once in kMostAtOnce pages.
Result<> Vmo::commit_around(uint64_t page, uint64_t from, uint64_t to) {
  const uint64_t before = present_pages(page, kMostAtOnce, false);
  const uint64_t after = present_pages(page, kMostAtOnce, true);
  const bool upward = before >= after;
  const uint64_t room = upward ? to - page : page - from + 1;
  const uint64_t wanted = std::min(std::bit_floor(std::max({before, after, uint64_t{1}})), room);
  uint64_t count = 1;
  while (count < wanted && !tree_.find(upward ? page + count : page - count)) ++count;
  count = std::bit_floor(count);
  if (commit_run(upward ? page : page + 1 - count, count)) return {};
  // Short of memory: the one page is all that is needed.
  if (tree_.find(page)) return {};
  return commit_run(page, 1);
}

// Absent pages around `page` show zeros until somebody writes.
Vmo::Run Vmo::zero_run_around(uint64_t page, uint64_t from, uint64_t to) {
  uint64_t first = page;
  uint64_t end = page + 1;
  while (first > from && end - first < kZeroRun && !tree_.find(first - 1)) --first;
  while (end < to && end - first < kZeroRun && !tree_.find(end)) ++end;
  zero_from_ = std::min(zero_from_, first);
  zero_to_ = std::max(zero_to_, end);
  return {.first_page = first, .memory = zero_run(), .pages = end - first, .writable = false};
}

Result<Vmo::Run> Vmo::fault(const VmoWindow& window, uint64_t page, uint64_t from, uint64_t to,
                            bool write) {
  const uint64_t pages = size_ >> kPageShift;
  if (page >= pages) return fail(Status::OutOfRange);
  Vmo& pages_of = store();
  pages_of.lock().assert_held();
  Run run = TRY(pages_of.store_fault(window, root_page_ + page, root_page_ + from,
                                     root_page_ + std::min(to, pages), write));
  run.first_page -= root_page_;
  return run;
}

Result<Vmo::Run> Vmo::store_fault(const VmoWindow& window, uint64_t page, uint64_t from,
                                  uint64_t to, bool write) {
  if (kind_ == Kind::Physical) {
    return Run{.first_page = from,
               .memory = physical_base_ + (from << kPageShift),
               .pages = to - from,
               .writable = true};
  }
  const PageTree::Page found = tree_.find(page);
  if (!found && sourced(page)) return sourced_fault(page, from, to, write);
  const uint64_t unsourced = std::max(from, backing_pages_);
  if (!found && !write) return zero_run_around(page, unsourced, to);
  if (!found) {
    TRY(commit_around(page, unsourced, to));
  } else if (write && !may_write(found)) {
    TRY(fork_page(page, *found.frame, &window));
  }
  return store_present_run(page, from, to);
}

Vmo::Run Vmo::present_run(uint64_t page, uint64_t from, uint64_t to) {
  const uint64_t pages = size_ >> kPageShift;
  if (page >= pages) return {};
  Vmo& pages_of = store();
  pages_of.lock().assert_held();
  Run run = pages_of.store_present_run(root_page_ + page, root_page_ + from,
                                       root_page_ + std::min(to, pages));
  run.first_page -= root_page_;
  return run;
}

Vmo::Run Vmo::store_present_run(uint64_t page, uint64_t from, uint64_t to) {
  if (kind_ == Kind::Physical) {
    return {.first_page = from,
            .memory = physical_base_ + (from << kPageShift),
            .pages = to - from,
            .writable = true};
  }
  const PageTree::Page found = tree_.find(page);
  if (!found) return {};
  const bool writable = may_write(found);
  const auto fits = [&](uint64_t at, const Frame* frame) {
    lock().assert_held();
    const PageTree::Page other = tree_.find(at);
    return other.frame == frame && may_write(other) == writable;
  };
  uint64_t before = 0;
  while (page - before > from && fits(page - before - 1, found.frame - before - 1)) ++before;
  uint64_t after = 1;
  while (page + after < to && fits(page + after, found.frame + after)) ++after;
  return {.first_page = page - before,
          .memory = frames().address_of(*(found.frame - before)),
          .pages = before + after,
          .writable = writable};
}

// Takes the pages [first, first + count) away: they read as zeros afterwards.
Result<> Vmo::remove_pages(uint64_t first, uint64_t count) {
  exec::Portion portion = exec::Portion::unlimited();
  TRY(remove_some_pages(first, count, portion));
  return {};
}

Result<bool> Vmo::remove_some_pages(uint64_t first, uint64_t count, exec::Portion& portion) {
  unmap_everywhere(first, count);
  return tree_.remove_some(first, count, portion, [this](Frame& frame, bool last) {
    lock().assert_held();
    discharge(frame, last);
  });
}

bool Vmo::has_pins(uint64_t first, uint64_t count) {
  if (kind_ == Kind::Contiguous) return true;
  if (pins_ == 0) return false;
  return !tree_.for_each(first, count,
                         [](uint64_t, PageTree::Page page) { return page.frame->pins_ == 0; });
}

}  // namespace jacinth::vm
