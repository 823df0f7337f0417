// The kernel's counters: what zircon/counters.h in the kernel publishes.
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace user {

// Maps them for as long as it lives; the numbers are the kernel's own, and move.
class Counters {
 public:
  Counters() = default;
  ~Counters();
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  // With the handles that userboot passes on. BAD_STATE: they are no counters.
  zx_status_t open(zx_handle_t descriptions, zx_handle_t values);

  size_t count() const { return count_; }
  size_t cpus() const { return cpus_; }
  // Empty for what only fills a row.
  std::string_view name(size_t index) const;
  int64_t value(size_t index, size_t cpu) const;
  int64_t sum(size_t index) const;

 private:
  struct Description {
    char name[56];
    uint64_t kind;
  };
  struct Table {
    uint64_t magic;
    uint64_t max_cpus;
    uint64_t descriptions_bytes;
    Description descriptions[];
  };
  template <typename T>
  struct Mapping {
    const T* at = nullptr;
    uint64_t bytes = 0;
    zx_status_t map(zx_handle_t vmo);
    void unmap();
  };

  Mapping<Table> table_;
  Mapping<int64_t> values_;
  size_t count_ = 0;
  size_t cpus_ = 0;
};

}  // namespace user
