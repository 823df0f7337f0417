// VmoObject: what handles to memory objects refer to.
#pragma once

#include <string_view>

#include "object/kernel_object.h"
#include "vm/vmo.h"

namespace jacinth {

class VmoObject final : public KernelObject, private vm::VmoObserver {
 public:
  static constexpr ObjectType kType = ObjectType::Vmo;

  // The object of `vmo`, which must have none yet. NO_MEMORY.
  static Result<RefPtr<VmoObject>> create(RefPtr<vm::Vmo> vmo);

  ObjectType type() const override { return kType; }
  Rights default_rights() const override;
  Name name() const override { return vmo_->name(); }
  Result<> set_name(std::string_view name) override;

  const RefPtr<vm::Vmo>& vmo() const { return vmo_; }

  // The object of a new child: see vm::Vmo::create_child().
  Result<RefPtr<VmoObject>> create_child(vm::ChildKind kind, uint64_t offset, uint64_t size,
                                         vm::Resizable resizable);

  // Guards, for the streams that share this VMO, its content size and their positions. Those who
  // set the content size otherwise need not take it: they do not care where streams are.
  SpinLock& content_lock() RETURN_CAPABILITY(content_lock_) { return content_lock_; }

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  explicit VmoObject(RefPtr<vm::Vmo> vmo);
  ~VmoObject() override;

  RefPtr<RefCounted> hold() override;
  void on_children_changed() override;

  const RefPtr<vm::Vmo> vmo_;
  SpinLock content_lock_{LockRank::Object};
};

}  // namespace jacinth
