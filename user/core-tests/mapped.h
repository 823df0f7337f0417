// A memory object mapped into the program for as long as a case looks at it.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/syscalls/memory.h>

#include "support.h"

namespace core {

class Mapped {
 public:
  Mapped(zx_handle_t vmo, size_t size, zx_vm_option_t options) : size_(size) {
    EXPECT_OK(zx_vmar_map(user::root_vmar(), options, 0, vmo, 0, size, &address_));
  }
  Mapped(const Handle& vmo, size_t size)
      : Mapped(vmo.get(), size, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE) {}
  ~Mapped() { EXPECT_OK(zx_vmar_unmap(user::root_vmar(), address_, size_)); }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;

  char* bytes() const { return reinterpret_cast<char*>(address_); }
  zx_vaddr_t address() const { return address_; }

 private:
  const size_t size_;
  zx_vaddr_t address_ = 0;
};

}  // namespace core
