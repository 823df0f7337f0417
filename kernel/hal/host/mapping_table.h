// What an address space maps, and the ranges in which its host process does not agree yet.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/intrusive.h"
#include "base/result.h"
#include "hal/address_space.h"

namespace jacinth::host {

struct Range {
  uint64_t start = 0;
  uint64_t end = 0;
  bool empty() const { return start >= end; }
};

// Runs of consecutive pages in consecutive memory with one access, by address. Not locked.
class MappingTable {
 public:
  MappingTable() = default;
  MappingTable(const MappingTable&) = delete;
  MappingTable& operator=(const MappingTable&) = delete;
  ~MappingTable() { clear(); }

  struct Run : HeapAllocated {
    uint64_t start;
    uint64_t end;
    uint64_t memory;
    hal::Access access;
    TreeHook link;

    uint64_t memory_at(uint64_t address) const { return memory + (address - start); }
  };

  // Forgets what is in the range. Where a run must be split and no memory is left for the second
  // part, that part is forgotten as well and returned.
  Range remove(Range range);
  // Adds a run in a range that is free. NO_MEMORY.
  Result<> add(Range range, uint64_t memory, hal::Access access);
  // Gives what the range has this access. NO_MEMORY: perhaps not all of it.
  Result<> set_access(Range range, hal::Access access);
  void clear();
  std::optional<hal::Translation> find(uint64_t address) const;
  bool has_any(Range range) const;
  // Whether all of the range shows this memory, with whatever access.
  bool shows(Range range, uint64_t memory) const;

  // f(Range, memory, access) for each run's part within the range, in order.
  template <typename F>
  void for_each(Range range, F f) const {
    for (auto it = first_reaching(range.start); it != runs_.end() && it->start < range.end; ++it) {
      const Range part{std::max(it->start, range.start), std::min(it->end, range.end)};
      f(part, it->memory_at(part.start), it->access);
    }
  }

 private:
  struct KeyOf {
    using type = uint64_t;
    const uint64_t& operator()(const Run& run) const { return run.start; }
  };
  using Tree = IntrusiveTree<Run, &Run::link, KeyOf>;

  // The first run that ends behind `address`.
  Tree::const_iterator first_reaching(uint64_t address) const;
  Tree::iterator first_reaching(uint64_t address);
  // Cuts the run that reaches over `at` in two. NO_MEMORY.
  Result<> split(uint64_t at);
  static bool continues(const Run& left, const Run& right);
  // True: they were one, and the next is another.
  bool join_with_next(Tree::iterator it);

  Tree runs_;
};

// A few ranges; when they get too many, neighbours are joined and what is between them with them.
class RangeSet {
 public:
  void add(Range range);
  bool empty() const { return count_ == 0; }
  void clear() { count_ = 0; }
  const Range* begin() const { return ranges_.data(); }
  const Range* end() const { return ranges_.data() + count_; }

 private:
  static constexpr size_t kMost = 16;
  void erase(size_t index);
  void join_closest();

  std::array<Range, kMost + 1> ranges_{};  // by address; apart from each other
  size_t count_ = 0;
};

}  // namespace jacinth::host
