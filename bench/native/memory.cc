// Anonymous memory mapped and touched, in small pages as Jacinth's.
#include <sys/mman.h>

#include "measure.h"

namespace bench {
namespace {

constexpr size_t kPage = 4096;

class Mapping {
 public:
  explicit Mapping(size_t pages) : bytes_(pages * kPage) {
    address_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(address_ != MAP_FAILED, "mmap");
  }
  ~Mapping() { munmap(address_, bytes_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  void refuse_huge_pages() { madvise(address_, bytes_, MADV_NOHUGEPAGE); }
  void touch() {
    for (size_t at = 0; at < bytes_; at += kPage) static_cast<volatile char*>(address_)[at] = 1;
  }

 private:
  const size_t bytes_;
  void* address_;
};

}  // namespace

void measure_memory() {
  measure("map_touch_unmap_256", 20, [] { Mapping(256).touch(); });

  constexpr size_t kPages = 4096;
  Best fault;
  for (int round = 0; round < kRounds; ++round) {
    Mapping mapping(kPages);
    mapping.refuse_huge_pages();
    fault.begin();
    mapping.touch();
    fault.end();
  }
  fault.report("page_fault", kPages);
}

}  // namespace bench
