#include "hal/host/mapping_table.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace jacinth::host {

MappingTable::Tree::const_iterator MappingTable::first_reaching(uint64_t address) const {
  auto it = runs_.upper_bound(address);
  if (it != runs_.begin() && std::prev(it)->end > address) --it;
  return it;
}
MappingTable::Tree::iterator MappingTable::first_reaching(uint64_t address) {
  auto it = runs_.upper_bound(address);
  if (it != runs_.begin() && std::prev(it)->end > address) --it;
  return it;
}

bool MappingTable::continues(const Run& left, const Run& right) {
  return left.end == right.start && left.memory_at(left.end) == right.memory &&
         left.access == right.access;
}

bool MappingTable::join_with_next(Tree::iterator it) {
  auto next = std::next(it);
  if (next == runs_.end() || !continues(*it, *next)) return false;
  it->end = next->end;
  Run* gone = &*next;
  runs_.erase(next);
  delete gone;
  return true;
}

Range MappingTable::remove(Range range) {
  auto it = first_reaching(range.start);
  while (it != runs_.end() && it->start < range.end) {
    Run& run = *it;
    if (run.start >= range.start && run.end <= range.end) {
      it = runs_.erase(it);
      delete &run;
    } else if (run.start >= range.start) {
      // Its front goes; the order stays, as nothing lies between.
      run.memory = run.memory_at(range.end);
      run.start = range.end;
      return {};
    } else {
      const Range tail{range.end, run.end};
      const uint64_t tail_memory = run.memory_at(range.end);
      run.end = range.start;
      if (!tail.empty()) return add(tail, tail_memory, run.access) ? Range{} : tail;
      ++it;
    }
  }
  return {};
}

Result<> MappingTable::add(Range range, uint64_t memory, hal::Access access) {
  auto next = runs_.upper_bound(range.start);
  if (next != runs_.begin()) {
    auto before = std::prev(next);
    if (before->end == range.start && before->memory_at(before->end) == memory &&
        before->access == access) {
      before->end = range.end;
      (void)join_with_next(before);
      return {};
    }
  }
  Run* run = new (std::nothrow) Run;
  if (run == nullptr) return fail(Status::NoMemory);
  run->start = range.start;
  run->end = range.end;
  run->memory = memory;
  run->access = access;
  (void)join_with_next(runs_.insert(next, *run));
  return {};
}

Result<> MappingTable::split(uint64_t at) {
  auto it = first_reaching(at);
  if (it == runs_.end() || it->start >= at) return {};
  Run* back = new (std::nothrow) Run;
  if (back == nullptr) return fail(Status::NoMemory);
  back->start = at;
  back->end = std::exchange(it->end, at);
  back->memory = it->memory_at(at);
  back->access = it->access;
  runs_.insert(std::next(it), *back);
  return {};
}

Result<> MappingTable::set_access(Range range, hal::Access access) {
  TRY(split(range.start));
  TRY(split(range.end));
  auto it = first_reaching(range.start);
  for (auto at = it; at != runs_.end() && at->start < range.end; ++at) at->access = access;
  // What has become alike, with its neighbours on both sides.
  if (it != runs_.begin()) --it;
  while (it != runs_.end() && it->start <= range.end) {
    if (!join_with_next(it)) ++it;
  }
  return {};
}

void MappingTable::clear() {
  runs_.clear_and_dispose([](Run* run) { delete run; });
}

bool MappingTable::has_any(Range range) const {
  const auto it = first_reaching(range.start);
  return it != runs_.end() && it->start < range.end;
}

bool MappingTable::shows(Range range, uint64_t memory) const {
  uint64_t seen = range.start;
  for_each(range, [&](Range run, uint64_t at, hal::Access) {
    if (run.start == seen && at == memory + (run.start - range.start)) seen = run.end;
  });
  return seen == range.end;
}

std::optional<hal::Translation> MappingTable::find(uint64_t address) const {
  auto it = first_reaching(address);
  if (it == runs_.end() || it->start > address) return std::nullopt;
  return hal::Translation{PhysAddr{it->memory_at(address)}, it->access};
}

void RangeSet::erase(size_t index) {
  std::move(ranges_.begin() + index + 1, ranges_.begin() + count_, ranges_.begin() + index);
  --count_;
}

void RangeSet::join_closest() {
  size_t best = 0;
  for (size_t i = 1; i + 1 < count_; ++i) {
    if (ranges_[i + 1].start - ranges_[i].end < ranges_[best + 1].start - ranges_[best].end)
      best = i;
  }
  ranges_[best].end = ranges_[best + 1].end;
  erase(best + 1);
}

void RangeSet::add(Range range) {
  if (range.empty()) return;
  size_t at = 0;
  while (at < count_ && ranges_[at].end < range.start) ++at;
  while (at < count_ && ranges_[at].start <= range.end) {
    range = {std::min(range.start, ranges_[at].start), std::max(range.end, ranges_[at].end)};
    erase(at);
  }
  std::move_backward(ranges_.begin() + at, ranges_.begin() + count_, ranges_.begin() + count_ + 1);
  ranges_[at] = range;
  if (++count_ > kMost) join_closest();
}

}  // namespace jacinth::host
