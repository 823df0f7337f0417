#include "object/vm/pager_source.h"

#include <algorithm>

#include "object/vm/pager.h"

namespace jacinth {

PagerSource::PagerSource(RefPtr<Pager> pager, RefPtr<Port> port, uint64_t key)
    : pager_(std::move(pager)), port_(std::move(port)), key_(key) {}

PagerSource::~PagerSource() = default;

const void* PagerSource::owner() const { return pager_.get(); }

void PagerSource::vmo_gone() {
  pager_->remove(*this);
  detach();
}

PacketData PagerSource::packet(uint16_t command, uint64_t first, uint64_t count) const {
  PacketData data;
  data.key = key_;
  data.type = PacketType::PageRequest;
  data.page_request = {.command = command,
                       .flags = 0,
                       .reserved0 = 0,
                       .offset = first << kPageShift,
                       .length = count << kPageShift,
                       .reserved1 = 0};
  return data;
}

exec::Task<Status> PagerSource::fetch(vm::Vmo& vmo, uint64_t first, uint64_t count) {
  Request self;
  self.first = self.absent = first;
  self.end = first + count;
  if (const auto now = enlist(self, vmo)) co_return *now;
  const Status status = co_await self.waiter.wait(kForever);
  delist(self);
  co_return status;
}

// Pages are put into the VMO before changed() takes the lock: either we see them here, or they find
// the request in the list.
std::optional<Status> PagerSource::enlist(Request& request, vm::Vmo& vmo) {
  LockGuard guard(lock_);
  if (!attached()) return Status::BadState;
  if (vmo.first_absent(request.first, request.first + 1) != request.first) return Status::Ok;
  const Request* const earlier = asker_of(request.first);
  request.asker = earlier == nullptr;
  if (earlier != nullptr) request.end = std::min(request.end, earlier->end);
  for (const Request& other : requests_) {
    if (other.asker && other.first > request.first)
      request.end = std::min(request.end, other.first);
  }
  requests_.push_back(request);
  if (request.asker) ask(request);
  return std::nullopt;
}

void PagerSource::delist(Request& request) {
  LockGuard guard(lock_);
  requests_.erase(requests_.iterator_to(request));
  if (!request.asker) return;
  const bool taken = !port_->take_back(request.packet);
  // All that wait for its pages have ended with it, unless it gave up.
  if (request.waiter.status() == Status::InternalIntrRetry) replace(request, taken);
}

PagerSource::Request* PagerSource::asker_of(uint64_t page) {
  for (Request& request : requests_) {
    if (request.asker && !request.waiter.finished() && request.has(page)) return &request;
  }
  return nullptr;
}

// Without handles to the port nobody will ever answer; whoever detaches the VMO ends the wait.
void PagerSource::ask(Request& request) {
  request.packet.data = packet(Pager::kCommandRead, request.absent, request.end - request.absent);
  (void)port_->queue(request.packet);
}

// Those who relied on `gone` ask themselves, unless the pager has been told already.
void PagerSource::replace(const Request& gone, bool was_taken) {
  for (Request& request : requests_) {
    if (request.asker || request.waiter.finished() || !gone.has(request.absent)) continue;
    if (asker_of(request.absent) != nullptr) continue;
    request.asker = true;
    if (!was_taken) ask(request);
  }
}

void PagerSource::end(Request& request, Status status) {
  // The packet must not come out once the pages are there.
  if (request.asker) (void)port_->take_back(request.packet);
  request.waiter.finish(status);
}

void PagerSource::changed(vm::Vmo& vmo) {
  LockGuard guard(lock_);
  for (Request& request : requests_) {
    if (request.waiter.finished()) continue;
    request.absent = std::max(request.absent, vmo.first_absent(request.absent, request.end));
    if (request.absent >= request.end) end(request, Status::Ok);
  }
}

void PagerSource::fail(uint64_t first, uint64_t count, Status status) {
  LockGuard guard(lock_);
  for (Request& request : requests_) {
    if (request.first < first + count && first < request.end) end(request, status);
  }
}

bool PagerSource::end_all() {
  LockGuard guard(lock_);
  if (!attached_.exchange(false, std::memory_order_acq_rel)) return false;
  for (Request& request : requests_) end(request, Status::BadState);
  return true;
}

void PagerSource::close() { end_all(); }

void PagerSource::detach() {
  if (!end_all()) return;
  complete_.data = packet(Pager::kCommandComplete, 0, 0);
  complete_.keep = RefPtr(this);
  if (!port_->queue(complete_)) complete_.on_dequeued();
}

}  // namespace jacinth
