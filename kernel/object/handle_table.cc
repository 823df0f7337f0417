#include "object/handle_table.h"

#include <algorithm>

namespace jacinth {

HandleTable::HandleTable(uint32_t secret) : secret_(secret & 0x7ffffffc) {}

// A process has closed its handles before it goes; one that never lived has none.
HandleTable::~HandleTable() { close_all(); }

HandleTable::Slot* HandleTable::slot_of(HandleValue value) {
  const uint32_t index = index_of(value);
  if (index >= slot_count()) return nullptr;
  Slot& slot = slot_at(index);
  return slot.value == value ? &slot : nullptr;
}

Result<> HandleTable::grow() {
  if (first_free_ == kClosed) return fail(Status::BadState);
  if (slot_count() + kSlotsPerChunk > kMaxHandles) return fail(Status::NoMemory);
  TRY(chunks_.push_back(TRY(make_unique<Chunk>())));
  for (uint32_t i = slot_count() - kSlotsPerChunk; i < slot_count(); ++i) {
    slot_at(i).value = (i << 2 ^ secret_ ^ kElsewhere) | 3;
    free_slot(slot_at(i), i);
  }
  return {};
}

// Freed slots queue up at the end, so that a number stays out of use for as long as possible.
void HandleTable::free_slot(Slot& slot, uint32_t index) {
  if (first_free_ < kClosed) [[likely]] {
    slot_at(last_free_).next_free = index;
  } else {
    if (first_free_ == kClosed) return;
    first_free_ = index;
  }
  slot.next_free = kNone;
  last_free_ = index;
}

Result<uint32_t> HandleTable::take_slot() {
  if (first_free_ >= kClosed) [[unlikely]]
    TRY(grow());
  const uint32_t index = first_free_;
  Slot& slot = slot_at(index);
  first_free_ = slot.next_free;
  slot.value = (slot.value + kGenerationStep) & 0x7fffffff;
  ++used_;
  return index;
}

Result<HandleTable::Reservation> HandleTable::reserve() {
  LockGuard guard(lock_);
  const uint32_t index = TRY(take_slot());
  return Reservation(this, index, slot_at(index).value ^ kElsewhere);
}

HandleTable::Reservation::~Reservation() {
  if (table_ == nullptr) return;
  LockGuard guard(table_->lock_);
  // Its slot is gone perhaps.
  if (table_->first_free_ != kClosed) table_->free_slot(table_->slot_at(index_), index_);
  --table_->used_;
}

void HandleTable::Reservation::install(Handle handle) {
  HandleTable& table = *std::exchange(table_, nullptr);
  handle.end_waits();
  {
    LockGuard guard(table.lock_);
    if (table.first_free_ != kClosed) {
      Slot& slot = table.slot_at(index_);
      slot.handle = std::move(handle);
      slot.value = value_;
      return;
    }
    --table.used_;
  }
  // The process died meanwhile; `handle` closes here, outside the lock.
}

// `handle` is a parameter, so that one refused closes after the lock is free.
Result<HandleValue> HandleTable::add(Handle handle) {
  handle.end_waits();
  LockGuard guard(lock_);
  const uint32_t index = TRY(take_slot());
  Slot& slot = slot_at(index);
  slot.handle = std::move(handle);
  return slot.value ^= kElsewhere;
}

Result<Handle> HandleTable::remove(HandleValue value) {
  LockGuard guard(lock_);
  Slot* slot = slot_of(value);
  if (slot == nullptr) return fail(Status::BadHandle);
  Handle taken = std::move(slot->handle);
  slot->value = value ^ kElsewhere;
  free_slot(*slot, index_of(value));
  --used_;
  return taken;
}

Result<RefPtr<KernelObject>> HandleTable::find(HandleValue value, ObjectType type, Rights needed,
                                               Rights* actual) {
  LockGuard guard(lock_);
  Slot* slot = slot_of(value);
  if (slot == nullptr) return fail(Status::BadHandle);
  const Handle& handle = slot->handle;
  if (type != ObjectType::None && handle.type() != type) return fail(Status::WrongType);
  if (!handle.has(needed)) return fail(Status::AccessDenied);
  if (actual != nullptr) *actual = handle.rights();
  return handle.object();
}

Result<Handle*> HandleTable::find_waitable(HandleValue value) {
  Slot* slot = slot_of(value);
  if (slot == nullptr) return fail(Status::BadHandle);
  if (!slot->handle.has(rights::kWait)) return fail(Status::AccessDenied);
  if (!slot->handle.waitable()) return fail(Status::NotSupported);
  return &slot->handle;
}

Result<Signals> HandleTable::signals_of(HandleValue value) {
  LockGuard guard(lock_);
  return TRY(find_waitable(value))
  ->object()->signals();
}

Result<RefPtr<KernelObject>> HandleTable::observe(HandleValue value, SignalObserver& observer,
                                                  Signals wanted) {
  RefPtr<KernelObject> observed;
  TRY(with_waitable(value, [&](const RefPtr<KernelObject>& object, HandleTag tag) {
    observed = object;
    object->observe(observer, wanted, tag);
  }));
  return observed;
}

// Under one lock, so that the source cannot be closed as its object's last handle meanwhile.
Result<HandleValue> HandleTable::duplicate(HandleValue value, Rights new_rights) {
  LockGuard guard(lock_);
  Slot* source = slot_of(value);
  if (source == nullptr) return fail(Status::BadHandle);
  const Handle& handle = source->handle;
  if (!handle.has(rights::kDuplicate)) return fail(Status::AccessDenied);
  if (new_rights == rights::kSame) new_rights = handle.rights();
  if (!handle.has(new_rights)) return fail(Status::InvalidArgs);
  const uint32_t index = TRY(take_slot());
  Slot& slot = slot_at(index);
  slot.handle = handle.duplicate(new_rights);
  return slot.value ^= kElsewhere;
}

Result<HandleValue> HandleTable::replace(HandleValue value, Rights new_rights) {
  Handle handle = TRY(remove(value));
  if (new_rights == rights::kSame) new_rights = handle.rights();
  if (!handle.has(new_rights)) return fail(Status::InvalidArgs);
  handle.replace_rights(new_rights);
  return add(std::move(handle));
}

uint32_t HandleTable::Chunk::live() const {
  return static_cast<uint32_t>(std::ranges::count_if(
      slots, [](const Slot& slot) { return static_cast<bool>(slot.handle); }));
}

bool HandleTable::close_some(exec::Portion& portion) {
  do {
    UniquePtr<Chunk> doomed;  // declared before the guard: its handles close after the lock is free
    LockGuard guard(lock_);
    first_free_ = kClosed;
    if (chunks_.empty()) return true;
    doomed = std::move(chunks_.back());
    chunks_.pop_back();
    used_ -= doomed->live();
    portion.use(kSlotsPerChunk);
  } while (!portion.spent());
  return false;
}

void HandleTable::close_all() {
  for (;;) {
    exec::Portion portion;
    if (close_some(portion)) return;
  }
}

size_t HandleTable::count() const {
  LockGuard guard(lock_);
  return used_;
}

}  // namespace jacinth
