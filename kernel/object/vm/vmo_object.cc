#include "object/vm/vmo_object.h"

namespace jacinth {

VmoObject::VmoObject(RefPtr<vm::Vmo> vmo)
    : KernelObject(signals::kVmoZeroChildren), vmo_(std::move(vmo)) {
  vmo_->set_koid(koid());
  vmo_->set_observer(this);
}

VmoObject::~VmoObject() { vmo_->set_observer(nullptr); }

Result<RefPtr<VmoObject>> VmoObject::create(RefPtr<vm::Vmo> vmo) {
  return make_ref<VmoObject>(std::move(vmo));
}

Rights VmoObject::default_rights() const {
  return rights::kBasic | rights::kIo | rights::kProperty | rights::kMap | rights::kSignal;
}

Result<> VmoObject::set_name(std::string_view name) {
  vmo_->set_name(name);
  return {};
}

Result<RefPtr<VmoObject>> VmoObject::create_child(vm::ChildKind kind, uint64_t offset,
                                                  uint64_t size, vm::Resizable resizable) {
  return create(TRY(vmo_->create_child(kind, offset, size, resizable)));
}

RefPtr<RefCounted> VmoObject::hold() {
  return try_add_ref() ? RefPtr<RefCounted>::adopt(this) : nullptr;
}

void VmoObject::on_children_changed() {
  // Calls may come at once and late: who signals last has seen that it is still so.
  for (bool none = vmo_->num_children() == 0;;) {
    update_signals(none ? 0 : signals::kVmoZeroChildren, none ? signals::kVmoZeroChildren : 0);
    const bool seen = std::exchange(none, vmo_->num_children() == 0);
    if (seen == none) return;
  }
}

}  // namespace jacinth
