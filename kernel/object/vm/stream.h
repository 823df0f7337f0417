// Stream: a memory object read and written like a file, from a position that moves.
#pragma once

#include <cstdint>

#include "exec/task.h"
#include "object/kernel_object.h"
#include "object/vm/vmo_object.h"
#include "vm/user_memory.h"

namespace jacinth {

// One stretch of user memory in a list of several; the layout is zx_iovec_t's and struct iovec's.
struct IoVector {
  uint64_t base;
  uint64_t bytes;
};

// The end of a stream is the content size of its VMO, which several streams may share and move.
// Transfers longer than a few hundred KiB yield in between; errors after the first byte make them
// short and are dropped. Every transfer: INVALID_ARGS: the vectors' sizes overflow, or user memory
// faults before the first byte; NO_MEMORY.
class Stream final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Stream;

  struct Mode {
    bool read = false;
    bool write = false;
  };
  enum class Append : bool { No, Yes };
  enum class Whence : uint8_t { Start, Current, End };

  struct Info {
    Mode mode;
    uint64_t seek;
    uint64_t content_size;
  };
  // User memory: `count` vectors.
  struct Vectors {
    vm::UserIn<IoVector> list;
    size_t count;
  };

  // NO_MEMORY.
  static Result<RefPtr<Stream>> create(RefPtr<VmoObject> vmo, Mode mode, uint64_t seek);

  ObjectType type() const override { return kType; }
  Rights default_rights() const override;

  // Bytes written at the position (Append::Yes: at the end, where no other stream's appended bytes
  // go), which moves past them. The contents, and a resizable VMO, grow; what was skipped reads as
  // zeros. NO_SPACE: the VMO is full and cannot grow. FILE_BIG: beyond what a VMO can hold.
  exec::Eventually<Result<uint64_t>> write(Vectors from, Append append);
  // The same at `offset`; the position stays.
  exec::Eventually<Result<uint64_t>> write_at(uint64_t offset, Vectors from);

  // Bytes read at the position, which moves past them: 0 at or beyond the end.
  exec::Eventually<Result<uint64_t>> read(Vectors to);
  exec::Eventually<Result<uint64_t>> read_at(uint64_t offset, Vectors to);

  // Moves the position, beyond the end too; returns it. INVALID_ARGS: before the start or beyond
  // 2^64.
  Result<uint64_t> seek(Whence whence, int64_t offset);

  Info info();
  const RefPtr<vm::Vmo>& vmo() const { return vmo_->vmo(); }

 private:
  friend class StreamTransfer;
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> make_ref(Args&&...);
  Stream(RefPtr<VmoObject> vmo, Mode mode, uint64_t seek);

  const RefPtr<VmoObject> vmo_;
  const Mode mode_;
  uint64_t seek_;  // guarded by the VMO's content lock
};

}  // namespace jacinth
