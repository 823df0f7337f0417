#include "net/local/garbage.h"

#include <atomic>

#include "exec/deferred.h"
#include "net/socket.h"

namespace jacinth::net::local {
namespace {

constinit SpinLock transit_lock{LockRank::NetTransit};
constinit std::atomic<uint32_t> sockets_under_way{0};

Traveller* traveller_of(fs::File& file) {
  Socket* const socket = socket_of(file);
  return socket == nullptr ? nullptr : socket->traveller();
}

}  // namespace

// The three steps of the search, under the lock.
class Search final : private Traveller::ParcelVisitor {
 public:
  using Travellers = Chain<Traveller, &Traveller::link_>;

  // Everybody in `all` is there again in the end.
  explicit Search(Travellers& all) : all_(all) {}
  ~Search() {
    while (Traveller* const one = settled_.pop()) all_.push(*one);
  }
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  void run(PacketQueue& garbage) {
    find_suspects();
    step_ = Step::Explain;
    for (Traveller* one = suspects_.first(); one != nullptr; one = Travellers::next(*one))
      one->visit_parcels(*this);
    find_reachable();
    while (Traveller* const lost = suspects_.pop()) {
      lost->surrender(garbage);
      settle(*lost);
    }
  }

 private:
  enum class Step : uint8_t { Explain, Reach };

  void settle(Traveller& one) {
    one.verdict_ = Traveller::Verdict::None;
    settled_.push(one);
  }

  void find_suspects() {
    while (Traveller* const one = all_.pop()) {
      one->unexplained_ = one->in_flight_;
      if (one->file_.ref_count() == one->in_flight_) {
        one->verdict_ = Traveller::Verdict::Suspect;
        suspects_.push(*one);
      } else {
        settle(*one);
      }
    }
  }

  // Who is reachable makes others so, until there are no more.
  void find_reachable() {
    step_ = Step::Reach;
    for (Traveller* one = suspects_.first(); one != nullptr;) {
      Traveller& here = *one;
      one = Travellers::next(here);
      if (here.unexplained_ != 0) move_to_reachable(here);
    }
    while (Traveller* const one = reachable_.pop()) {
      one->visit_parcels(*this);
      settle(*one);
    }
  }

  void move_to_reachable(Traveller& one) {
    one.verdict_ = Traveller::Verdict::Reachable;
    Travellers::remove(one);
    reachable_.push(one);
  }

  void visit(const FileParcel& parcel) override {
    for (const RefPtr<fs::File>& file : parcel.files()) {
      Traveller* const one = traveller_of(*file);
      if (one == nullptr || one->verdict_ != Traveller::Verdict::Suspect) continue;
      if (step_ == Step::Reach) {
        move_to_reachable(*one);
      } else if (one->unexplained_ != 0) {
        --one->unexplained_;
      }
    }
  }

  Travellers& all_;
  Travellers suspects_;
  Travellers reachable_;
  Travellers settled_;
  Step step_ = Step::Explain;
};

namespace {

constinit Search::Travellers under_way;

constinit exec::Deferred deferred_search{&collect_garbage};

}  // namespace

void note_sent(std::span<const RefPtr<fs::File>> files) {
  for (const RefPtr<fs::File>& file : files) {
    Traveller* const one = traveller_of(*file);
    if (one == nullptr) continue;
    LockGuard guard(transit_lock);
    if (one->in_flight_++ != 0) continue;
    under_way.push(*one);
    sockets_under_way.fetch_add(1, std::memory_order_relaxed);
  }
}

void note_arrived(std::span<const RefPtr<fs::File>> files) {
  for (const RefPtr<fs::File>& file : files) {
    Traveller* const one = traveller_of(*file);
    if (one == nullptr) continue;
    LockGuard guard(transit_lock);
    if (--one->in_flight_ != 0) continue;
    Search::Travellers::remove(*one);
    sockets_under_way.fetch_sub(1, std::memory_order_relaxed);
  }
}

void note_closed() {
  if (sockets_under_way.load(std::memory_order_relaxed) != 0) deferred_search.schedule();
}

void collect_garbage() {
  PacketQueue garbage;
  LockGuard guard(transit_lock);
  Search(under_way).run(garbage);
}

}  // namespace jacinth::net::local
