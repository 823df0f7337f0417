// Open regular files whose contents are a Vmo: shared with everyone who maps it.
#pragma once

#include "fs/file.h"
#include "fs/file_system.h"
#include "fs/node.h"

namespace jacinth::fs {

// A node with contents in memory. The size is the file's; the Vmo's size is that in whole pages, so
// that a mapping faults beyond it. What lies between the two may have been written through a
// mapping: it is zeroed when the file grows over it.
class MemoryNode : public Node {
 public:
  MemoryNode* as_memory() final { return type() == FileType::Regular ? this : nullptr; }
  ErrnoOr<RefPtr<vm::Vmo>> contents() override;
  ErrnoOr<> resize(uint64_t size) override;
  ErrnoOr<> allocate(Allocate how, uint64_t offset, uint64_t size) override;
  exec::Eventually<ErrnoOr<RefPtr<File>>> open(const Path& place, uint32_t flags) override;

  // One step of a transfer: as much as can be had without resolving a fault in user memory, and at
  // most kStep. `done` says how much. EAGAIN: the buffer must be made ready. For writes, `offset`
  // becomes the end first when appending.
  static constexpr size_t kStep = 64 * 1024;
  ErrnoOr<> read_step(uint64_t offset, IoTarget& to, size_t& done);
  ErrnoOr<> write_step(uint64_t& offset, bool append, IoSource& from, size_t& done);
  // SEEK_DATA and SEEK_HOLE.
  ErrnoOr<uint64_t> find(bool hole, uint64_t offset);

  // F_ADD_SEALS and F_GET_SEALS. EPERM: sealed against that; EBUSY: mapped for writing; EINVAL.
  static constexpr uint32_t kSealSeal = 1;
  static constexpr uint32_t kSealShrink = 2;
  static constexpr uint32_t kSealGrow = 4;
  static constexpr uint32_t kSealWrite = 8;
  static constexpr uint32_t kSealFutureWrite = 16;
  static constexpr uint32_t kSealExecute = 32;
  ErrnoOr<> add_seals(uint32_t seals);
  uint32_t seals() const { return seals_.load(std::memory_order_acquire); }
  // EPERM also: sealed against becoming a program, or ceasing to be one.
  ErrnoOr<> set_attributes(const AttributeChange& change) override;

 protected:
  MemoryNode(RefPtr<FileSystem> file_system, uint64_t number, const NewNode& what, uint32_t seals)
      : Node(std::move(file_system), number, what), seals_(seals) {}
  ~MemoryNode() override;
  uint64_t allocated_bytes() override;

  // Under lock(): `pages` may be added to what the file has; ENOSPC. And afterwards: it has so
  // much.
  virtual ErrnoOr<> reserve(uint64_t pages) { return {}; }
  virtual void note_usage() {}
  // Contents that are there from the start, `size` bytes of them. Before anyone knows the node.
  void set_contents(RefPtr<vm::Vmo> contents, uint64_t size);

 private:
  vm::Vmo* memory_if_any() const { return contents_.load(std::memory_order_acquire); }
  ErrnoOr<vm::Vmo*> memory() REQUIRES(lock());
  ErrnoOr<> clear_tail(vm::Vmo& memory, uint64_t end) REQUIRES(lock());
  ErrnoOr<> change_size(uint64_t size) REQUIRES(lock());

  // Made when first needed, and then there for good; this owns a reference.
  std::atomic<vm::Vmo*> contents_{nullptr};
  std::atomic<uint32_t> seals_;
};

// The memory behind a file, if it is such a file: for seals.
MemoryNode* memory_of(File& file);

}  // namespace jacinth::fs
