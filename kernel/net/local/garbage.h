// Sockets that are under way to somebody, and those of them that nobody can ever get.
#pragma once

#include <cstdint>
#include <span>

#include "base/ref_ptr.h"
#include "fs/file.h"
#include "net/chain.h"
#include "net/packet.h"

namespace jacinth::net::local {

// An AF_UNIX socket can be sent over AF_UNIX sockets, itself among them: a reference from its own
// queue to its file then keeps it alive though no program has it any more. Counting references
// cannot see that, so:
//
// 1. Of each socket it is known how often it is under way (in_flight). If it has just as many
//    references, no program has it: it is a suspect.
// 2. From each suspect's number, those references are taken away that come out of queues of
//    suspects. Whoever has any left is in some other queue, out of which somebody may receive it;
//    so are the ones in its own queue, and so on.
// 3. The rest can be got by nobody. Their queues are emptied, which closes them.
//
// It is done when a socket is closed while any is under way: nothing else makes garbage.
//
// What is received arrives (FileParcel::arrive()) before anybody can use it, which waits for a
// search that is going on; and what is in no queue any more but has not arrived is not taken away
// in step 2. So the search cannot be misled by what goes on meanwhile.
class Traveller {
 public:
  // The part of `file`, an AF_UNIX socket.
  explicit Traveller(fs::File& file) : file_(file) {}
  Traveller(const Traveller&) = delete;
  Traveller& operator=(const Traveller&) = delete;

 protected:
  ~Traveller() = default;

  class ParcelVisitor {
   public:
    virtual void visit(const FileParcel& parcel) = 0;

   protected:
    ~ParcelVisitor() = default;
  };
  // Each parcel in the socket's queues, under locks that rank above LockRank::NetTransit.
  virtual void visit_parcels(ParcelVisitor& visitor) = 0;
  // All packets in the socket's queues, for good.
  virtual void surrender(PacketQueue& to) = 0;

 private:
  friend class Search;
  friend void note_sent(std::span<const RefPtr<fs::File>> files);
  friend void note_arrived(std::span<const RefPtr<fs::File>> files);

  fs::File& file_;
  // Under the lock of what is under way:
  ChainHook<Traveller> link_;  // while in_flight_ is not 0
  uint32_t in_flight_ = 0;
  uint32_t unexplained_ = 0;  // references that step 2 has not taken away
  enum class Verdict : uint8_t { None, Suspect, Reachable } verdict_ = Verdict::None;
};

// Files begin and end to be under way. Those that are no AF_UNIX sockets do not matter.
void note_sent(std::span<const RefPtr<fs::File>> files);
void note_arrived(std::span<const RefPtr<fs::File>> files);
// A socket has been closed: looks for garbage, soon.
void note_closed();
// Does so now. No lock held.
void collect_garbage();

}  // namespace jacinth::net::local
