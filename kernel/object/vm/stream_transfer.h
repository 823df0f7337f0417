// One transfer between a stream and user memory, in steps of bounded length.
#pragma once

#include <cstdint>

#include "object/vm/stream.h"

namespace jacinth {

//     Measure ──► Place ──► Copy ──► done
//                  └─ a write beyond the end: zero the gap first, a stretch at a time
//
// Place takes the bytes for this transfer alone, under the VMO's content lock: it moves the
// stream's position and the end of the contents as if all would go well. finish() takes back what
// was not done in the end, unless someone has built on it meanwhile. No lock is held while user
// memory is touched.
class StreamTransfer {
 public:
  enum class Direction : uint8_t { Read, Write };
  enum class Where : uint8_t { Position, Offset, End };

  // `stream` outlives the transfer; `offset` counts for Where::Offset.
  StreamTransfer(Stream& stream, Direction direction, Where where, uint64_t offset,
                 Stream::Vectors vectors)
      : stream_(stream),
        direction_(direction),
        where_(where),
        vectors_(vectors),
        range_{.offset = offset} {}

  // Works for a while. SHOULD_WAIT: not done yet, call again. ASYNC: the same, once the page at
  // position() of the VMO has been fetched.
  Status run();
  uint64_t position() const {
    // In front of what is to be written there may be a gap to zero, from the end of the contents.
    return phase_ == Phase::Place ? vmo().content_size() : range_.offset;
  }
  // What came of it, after run() has ended with `status` (SHOULD_WAIT: it is given up).
  Result<uint64_t> finish(Status status);

 private:
  enum class Phase : uint8_t { Measure, Place, Copy };
  // What a vector costs of the budget besides its bytes.
  static constexpr int64_t kVectorCost = 256;

  Status step();
  Status measure();
  Status place();
  Status copy();
  Result<bool> place_write(uint64_t content);
  Result<> copy_some(vm::ByteRange& part);
  vm::Vmo& vmo() const { return *stream_.vmo_->vmo(); }
  uint64_t done() const { return range_.offset - begin_; }

  Stream& stream_;
  const Direction direction_;
  const Where where_;
  const Stream::Vectors vectors_;

  Phase phase_ = Phase::Measure;
  int64_t budget_ = 0;
  uint64_t total_ = 0;        // bytes in all vectors
  uint64_t begin_ = 0;        // where the transfer starts in the VMO
  vm::ByteRange range_;       // what is still to do of it
  uint64_t old_content_ = 0;  // the content size before a write
  size_t next_vector_ = 0;
  IoVector current_{};  // what is left of the vector before that
};

}  // namespace jacinth
