// Socket: one end of a two-way pipe of bytes (stream) or of datagrams.
#pragma once

#include <cstddef>
#include <cstdint>

#include "object/ipc/byte_chain.h"
#include "object/ipc/peered.h"

namespace jacinth {

// READABLE             data is queued here
// WRITABLE             the peer has room, and writing has not been shut down
// WRITE_DISABLED       this end cannot write any more     } for ever, from shutdown()
// PEER_WRITE_DISABLED  the other end cannot               } at either end
// READ_THRESHOLD       as many bytes are queued here as the reading threshold, if set
// WRITE_THRESHOLD      as many bytes are free at the peer as the writing threshold, if set
//
// To write: room(), copy that much into a ByteChain, write() it. To read: read(), then copy out.
class Socket final : public PeeredObject<Socket> {
 public:
  static constexpr ObjectType kType = ObjectType::Socket;
  static constexpr Rights kDefaultRights =
      rights::kBasic | rights::kIo | rights::kProperty | rights::kSignal | rights::kSignalPeer;
  // What each direction holds.
  static constexpr size_t kCapacity = 256 * 1024;

  enum class Mode : uint32_t { Stream = 0, Datagram = 1 };

  // NO_MEMORY.
  static Result<HandlePair> create(Mode mode) { return make_pair(mode); }
  Socket(RefPtr<PeerHolder> holder, Mode mode)
      : PeeredObject(std::move(holder), signals::kWritable), mode_(mode) {}

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return kDefaultRights; }

  // How many of `bytes` could be written now. PEER_CLOSED, BAD_STATE when writing has been shut
  // down; 0 for 0; INVALID_ARGS from 2^32; SHOULD_WAIT when there is no room. Datagrams are written
  // as a whole: OUT_OF_RANGE for one that can never fit.
  Result<size_t> room(size_t bytes);
  // Writes what there is room for (a datagram: all of it) and returns its size. Errors as room().
  Result<size_t> write(ByteChain data);

  enum class Peek : bool { No, Yes };
  // The first bytes, up to `bytes` of them. Of a datagram, what exceeds them is lost. INVALID_ARGS
  // from 2^32; when nothing is queued: PEER_CLOSED, BAD_STATE when the other end cannot write any
  // more, else SHOULD_WAIT; NO_MEMORY. With Peek::Yes everything stays queued.
  Result<ByteChain> read(size_t bytes, Peek peek = Peek::No);

  static constexpr uint32_t kShutdownWrite = 1;
  static constexpr uint32_t kShutdownRead = 2;
  // Ends writing here, or at the peer; a set of the above. INVALID_ARGS for other bits.
  Result<> shutdown(uint32_t ways);

  // INVALID_ARGS beyond kCapacity; 0 switches the signal off. The writing threshold: PEER_CLOSED.
  Result<> set_read_threshold(uint64_t bytes);
  Result<> set_write_threshold(uint64_t bytes);
  uint64_t read_threshold() const;
  uint64_t write_threshold() const;

  // zx_info_socket_t.
  struct Info {
    uint32_t options = 0;
    uint64_t rx_max = 0;
    uint64_t rx_size = 0;
    uint64_t rx_available = 0;  // what the next read can get
    uint64_t tx_max = 0;        // both 0 once the peer has gone
    uint64_t tx_size = 0;
  };
  Info info() const;

 private:
  // Datagrams count as at least this much, so that many tiny ones do not take memory without end.
  static constexpr size_t kLeastCharge = 64;

  void on_zero_handles() override;

  Result<size_t> room_locked(size_t bytes) REQUIRES(lock_);
  void receive(ByteChain& data) REQUIRES(lock_);
  Result<ByteChain> take(size_t bytes) REQUIRES(lock_);
  size_t charge(size_t bytes) const;
  size_t free() const REQUIRES(lock_) { return kCapacity - used_; }
  void disable_writing() REQUIRES(lock_);
  void disable_reading() REQUIRES(lock_);
  void update_reading() REQUIRES(lock_);
  void update_writing() REQUIRES(lock_);
  void show(Signals among, Signals state);

  const Mode mode_;
  ByteChain received_ GUARDED_BY(lock_);
  size_t used_ GUARDED_BY(lock_) = 0;  // of the capacity, by received_
  bool cannot_write_ GUARDED_BY(lock_) = false;
  bool peer_cannot_write_ GUARDED_BY(lock_) = false;
  uint64_t read_threshold_ GUARDED_BY(lock_) = 0;
  uint64_t write_threshold_ GUARDED_BY(lock_) = 0;
};

}  // namespace jacinth
