// Memory objects mapped and touched.
#include "lib/handle.h"
#include "lib/startup.h"
#include "measure.h"

namespace bench {
namespace {

constexpr size_t kPage = 4096;

class Mapping {
 public:
  explicit Mapping(size_t pages) : bytes_(pages * kPage) {
    user::Handle vmo;
    require(zx_vmo_create(bytes_, 0, vmo.out()), "vmo");
    require(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo.get(), 0,
                        bytes_, &address_),
            "map");
  }
  ~Mapping() { zx_vmar_unmap(user::root_vmar(), address_, bytes_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  void touch() {
    for (size_t at = 0; at < bytes_; at += kPage)
      *reinterpret_cast<volatile char*>(address_ + at) = 1;
  }

 private:
  const size_t bytes_;
  zx_vaddr_t address_ = 0;
};

}  // namespace

void measure_memory() {
  measure("map_touch_unmap_256", 20, [] { Mapping(256).touch(); });

  if (!wanted("page_fault")) return;
  constexpr size_t kPages = 4096;
  Best fault;
  for (int round = 0; round < rounds; ++round) {
    Mapping mapping(kPages);
    fault.begin();
    mapping.touch();
    fault.end();
  }
  fault.report("page_fault", kPages);
}

}  // namespace bench
