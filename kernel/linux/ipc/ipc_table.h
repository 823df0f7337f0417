// What System V's shared memory, semaphores and message queues have in common: keys, numbers,
// owners.
#pragma once

#include "base/errno.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "base/vector.h"
#include "linux/syscall_context.h"
#include "linux/task/credentials.h"

namespace jacinth::linux {

namespace ipc_flag {
inline constexpr uint32_t kCreate = 01000, kExclusive = 02000, kNoWait = 04000;
}
namespace ipc_command {
inline constexpr int32_t kRemove = 0, kSet = 1, kStat = 2, kInfo = 3;
}
inline constexpr int32_t kIpcPrivate = 0;

// struct ipc64_perm
struct IpcPermissions {
  int32_t key;
  uint32_t user, group, creator, creator_group;
  uint32_t mode;
  uint16_t sequence, padding1;
  uint32_t padding2;
  uint64_t unused1, unused2;
};
static_assert(sizeof(IpcPermissions) == 48);

// Times of day, in seconds.
int64_t ipc_now();

// One thing of either kind. Its permissions are guarded by whoever has it.
class IpcObject : public RefCounted {
 public:
  int32_t id() const { return id_; }
  bool is_removed() const { return removed_.load(std::memory_order_acquire); }

  // Of the one who makes it.
  void set_up(int32_t key, uint32_t mode, const CredentialSet& who);
  // `mode`'s lowest three bits, or those of flags where they are asked for by all. ACCES.
  ErrnoOr<> check_access(const CredentialSet& who, uint32_t mode) const;
  // Who may change or remove it. PERM.
  ErrnoOr<> check_owner(const CredentialSet& who) const;
  void change(const IpcPermissions& wanted);

  IpcPermissions permissions{};

 protected:
  ~IpcObject() override = default;

 private:
  friend class IpcTable;
  int32_t id_ = 0;
  std::atomic<bool> removed_{false};
};

// All of one kind.
class IpcTable {
 public:
  static constexpr size_t kMost = 4096;

  using Make = ErrnoOr<RefPtr<IpcObject>> (*)(size_t size);
  // The number of the key's object, which is made when the flags say so. `fits`: whether one that
  // is there is what the caller wants. NOENT, EXIST, ACCES, NOSPC, NOMEM, INVAL.
  struct Wanted {
    int32_t key;
    uint32_t flags;
    size_t size;
    Make make;
    bool (*fits)(const IpcObject& there, size_t size);
  };
  ErrnoOr<int32_t> get(const Wanted& wanted, const CredentialSet& who);
  // INVAL: there is none of that number. IDRM: not any more.
  ErrnoOr<RefPtr<IpcObject>> find(int32_t id);
  // The object at a place in the table, for the commands that list them all. INVAL.
  ErrnoOr<RefPtr<IpcObject>> at(int32_t index);
  void remove(IpcObject& object);
  // The highest place in use, and how many are; -1, 0.
  struct Use {
    int32_t last = -1;
    uint32_t count = 0;
  };
  Use use();
  template <typename F>
  void for_each(F&& body) {
    LockGuard guard(lock_);
    for (const auto& object : objects_) {
      if (object) body(*object);
    }
  }

 private:
  IpcObject* find_key(int32_t key) REQUIRES(lock_);
  // Takes the object over if it can.
  ErrnoOr<int32_t> enter(RefPtr<IpcObject>& object) REQUIRES(lock_);

  SpinLock lock_{LockRank::LinuxPart};
  Vector<RefPtr<IpcObject>> objects_ GUARDED_BY(lock_);
  uint16_t sequence_ GUARDED_BY(lock_) = 0;
};

}  // namespace jacinth::linux
