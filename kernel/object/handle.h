// Handle: one capability, an object with rights. In a process's table, or on its way in a message.
#pragma once

#include <cstdint>
#include <utility>

#include "base/ref_ptr.h"
#include "object/kernel_object.h"

namespace jacinth {

// Move-only. Counts as a handle of its object for as long as it exists; dropping it closes it,
// which ends the waits made through it. Hold no lock when one is dropped: on_zero_handles() may do
// anything.
class Handle {
 public:
  Handle() = default;
  Handle(RefPtr<KernelObject> object, Rights rights)
      : object_(std::move(object)),
        rights_(rights),
        type_(static_cast<uint8_t>(object_->type())),
        waitable_(object_->waitable()) {
    object_->add_handle();
  }
  // With the type's default rights.
  explicit Handle(RefPtr<KernelObject> object)
      : object_(std::move(object)),
        rights_(object_->default_rights()),
        type_(static_cast<uint8_t>(object_->type())),
        waitable_(has(rights::kWait)) {
    object_->add_handle();
  }
  Handle(Handle&& other) noexcept
      : object_(std::move(other.object_)),
        tag_(std::exchange(other.tag_, 0)),
        rights_(std::exchange(other.rights_, 0)),
        type_(other.type_),
        waitable_(other.waitable_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(object_, other.object_);
    std::swap(tag_, other.tag_);
    std::swap(rights_, other.rights_);
    std::swap(type_, other.type_);
    std::swap(waitable_, other.waitable_);
    return *this;
  }
  ~Handle() {
    if (object_) close();
  }

  explicit operator bool() const { return static_cast<bool>(object_); }
  const RefPtr<KernelObject>& object() const { return object_; }
  // The object's type, and whether it is one that can be waited for.
  ObjectType type() const { return ObjectType{type_}; }
  bool waitable() const { return waitable_; }
  Rights rights() const { return rights_; }
  bool has(Rights needed) const { return (rights_ & needed) == needed; }

  // A second handle to the same object; inherits no waits.
  Handle duplicate(Rights rights) const { return Handle(*this, rights); }
  // The same handle with other rights; its waits end, as for a handle that has been closed.
  void replace_rights(Rights rights) {
    end_waits();
    rights_ = rights;
  }

  // The name of this handle's waits, made when the first is registered.
  HandleTag wait_tag();
  // Ends the waits made through this handle. A process that receives it calls this.
  void end_waits() {
    if (tag_ != 0) [[unlikely]]
      end_those_waits();
  }
  void close();

 private:
  Handle(const Handle& other, Rights rights)
      : object_(other.object_), rights_(rights), type_(other.type_), waitable_(other.waitable_) {
    object_->add_handle();
  }
  void end_those_waits();

  RefPtr<KernelObject> object_;
  HandleTag tag_ = 0;
  Rights rights_ = 0;
  // Kept here, as most calls look at them.
  uint8_t type_ = 0;
  bool waitable_ = false;
};

}  // namespace jacinth
