#include "linux/ipc/ipc_table.h"

#include <algorithm>

#include "object/sync/utc.h"

namespace jacinth::linux {
namespace {

constexpr int32_t kIndexBits = 15;
constexpr uint32_t kAccessBits = 0777;
constexpr uint64_t kIpcOwner = 1 << 15;

bool in_group(const CredentialSet& who, uint32_t group) {
  return who.group.effective == group || std::ranges::contains(who.groups.view(), group);
}

}  // namespace

int64_t ipc_now() { return utc_now_ns() / 1'000'000'000; }

void IpcObject::set_up(int32_t key, uint32_t mode, const CredentialSet& who) {
  permissions.key = key;
  permissions.user = permissions.creator = who.user.effective;
  permissions.group = permissions.creator_group = who.group.effective;
  permissions.mode = mode & kAccessBits;
}

ErrnoOr<> IpcObject::check_access(const CredentialSet& who, uint32_t mode) const {
  const uint32_t wanted = (mode >> 6 | mode >> 3 | mode) & 7;
  uint32_t granted = permissions.mode;
  if (who.user.effective == permissions.user || who.user.effective == permissions.creator) {
    granted >>= 6;
  } else if (in_group(who, permissions.group) || in_group(who, permissions.creator_group)) {
    granted >>= 3;
  }
  if ((wanted & ~granted) != 0 && (who.capabilities.effective & kIpcOwner) == 0)
    return fail(Errno::ACCES);
  return {};
}

ErrnoOr<> IpcObject::check_owner(const CredentialSet& who) const {
  if (who.user.effective == permissions.user || who.user.effective == permissions.creator ||
      (who.capabilities.effective & fs::capability::kSysAdmin) != 0)
    return {};
  return fail(Errno::PERM);
}

void IpcObject::change(const IpcPermissions& wanted) {
  permissions.user = wanted.user;
  permissions.group = wanted.group;
  permissions.mode = (permissions.mode & ~kAccessBits) | (wanted.mode & kAccessBits);
}

IpcObject* IpcTable::find_key(int32_t key) {
  for (const auto& object : objects_) {
    if (object && object->permissions.key == key) return object.get();
  }
  return nullptr;
}

ErrnoOr<int32_t> IpcTable::enter(RefPtr<IpcObject>& object) {
  size_t index = 0;
  while (index < objects_.size() && objects_[index]) ++index;
  if (index >= kMost) return fail(Errno::NOSPC);
  if (index == objects_.size()) TRY(to_errno(objects_.push_back(nullptr)));
  // Numbers of things that are gone do not come again soon.
  object->permissions.sequence = sequence_++;
  object->id_ = static_cast<int32_t>(index) | (object->permissions.sequence & 0x7fff) << kIndexBits;
  const int32_t id = object->id_;
  objects_[index] = std::move(object);
  return id;
}

ErrnoOr<int32_t> IpcTable::get(const Wanted& wanted, const CredentialSet& who) {
  auto fresh = wanted.make(wanted.size);
  LockGuard guard(lock_);
  IpcObject* const there = wanted.key == kIpcPrivate ? nullptr : find_key(wanted.key);
  if (there != nullptr) {
    const bool exclusive =
        (wanted.flags & ipc_flag::kCreate) != 0 && (wanted.flags & ipc_flag::kExclusive) != 0;
    if (exclusive) return fail(Errno::EXIST);
    if (!wanted.fits(*there, wanted.size)) return fail(Errno::INVAL);
    TRY(there->check_access(who, wanted.flags));
    return there->id_;
  }
  if (wanted.key != kIpcPrivate && (wanted.flags & ipc_flag::kCreate) == 0)
    return fail(Errno::NOENT);
  if (!fresh) return fail(fresh.error());
  (*fresh)->set_up(wanted.key, wanted.flags, who);
  return enter(*fresh);
}

ErrnoOr<RefPtr<IpcObject>> IpcTable::find(int32_t id) {
  if (id < 0) return fail(Errno::INVAL);
  LockGuard guard(lock_);
  const auto index = static_cast<size_t>(id & ((1 << kIndexBits) - 1));
  if (index >= objects_.size() || !objects_[index]) return fail(Errno::INVAL);
  if (objects_[index]->id_ != id) return fail(Errno::IDRM);
  return objects_[index];
}

ErrnoOr<RefPtr<IpcObject>> IpcTable::at(int32_t index) {
  LockGuard guard(lock_);
  if (index < 0 || static_cast<size_t>(index) >= objects_.size()) return fail(Errno::INVAL);
  const auto& object = objects_[static_cast<size_t>(index)];
  if (!object) return fail(Errno::INVAL);
  return object;
}

// What it holds goes with the last reference, without the lock.
void IpcTable::remove(IpcObject& object) {
  RefPtr<IpcObject> gone;
  LockGuard guard(lock_);
  for (auto& slot : objects_) {
    if (slot.get() != &object) continue;
    object.removed_.store(true, std::memory_order_release);
    gone = std::move(slot);
  }
}

IpcTable::Use IpcTable::use() {
  Use found;
  LockGuard guard(lock_);
  for (size_t i = 0; i < objects_.size(); ++i) {
    if (!objects_[i]) continue;
    found.last = static_cast<int32_t>(i);
    ++found.count;
  }
  return found;
}

}  // namespace jacinth::linux
