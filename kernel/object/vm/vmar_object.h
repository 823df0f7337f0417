// VmarObject: what handles to address regions refer to.
#pragma once

#include "object/kernel_object.h"
#include "vm/vmar.h"

namespace jacinth {

class VmarObject final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Vmar;

  static Result<RefPtr<VmarObject>> create(RefPtr<vm::Vmar> vmar);  // NO_MEMORY

  ObjectType type() const override { return kType; }
  // Read, write and execute as mappings in it may be.
  Rights default_rights() const override;

  vm::Vmar& vmar() const { return *vmar_; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  explicit VmarObject(RefPtr<vm::Vmar> vmar) : vmar_(std::move(vmar)) {}

  const RefPtr<vm::Vmar> vmar_;
};

}  // namespace jacinth
