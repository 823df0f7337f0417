#include "object/vm/vmar_object.h"

namespace jacinth {

Result<RefPtr<VmarObject>> VmarObject::create(RefPtr<vm::Vmar> vmar) {
  return make_ref<VmarObject>(std::move(vmar));
}

Rights VmarObject::default_rights() const {
  Rights allowed = rights::kBasic & ~rights::kWait;
  if (hal::includes(vmar_->can_map(), hal::Access::Read)) allowed |= rights::kRead;
  if (hal::includes(vmar_->can_map(), hal::Access::Write)) allowed |= rights::kWrite;
  if (hal::includes(vmar_->can_map(), hal::Access::Execute)) allowed |= rights::kExecute;
  return allowed;
}

}  // namespace jacinth
