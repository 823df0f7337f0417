#include "object/sync/port_observer.h"

#include <algorithm>

#include "object/sync/port.h"

namespace jacinth {

PortObserver::PortObserver(RefPtr<Port> port, uint64_t key, Signals trigger, Options options)
    : PortPacket(Owner::Observer), port_(std::move(port)), options_(options) {
  data.key = key;
  data.type = PacketType::SignalOne;
  data.signal = {.trigger = trigger, .observed = 0, .count = 1, .timestamp = 0, .reserved = 0};
}

PortObserver::~PortObserver() = default;

Result<> PortObserver::start(HandleTable& table, HandleValue source, RefPtr<Port> port,
                             uint64_t key, Signals trigger, Options options) {
  UniquePtr<PortObserver> made =
      TRY(make_unique<PortObserver>(std::move(port), key, trigger, options));
  const auto edge = options.edge ? KernelObject::Edge::Yes : KernelObject::Edge::No;
  Result<> enlisted;
  TRY(table.with_waitable(source, [&](const RefPtr<KernelObject>& object, HandleTag tag) {
    if ((trigger & signals::kReadable) != 0 && !options.edge)
      made->data.signal.count = std::max<uint64_t>(object->ready_count(), 1);
    object->observe_if(*made, trigger, tag, edge, [&] {
      enlisted = made->port_->enlist(*made, object, tag);
      // From here on it owns itself, and may be gone before observe_if() returns.
      if (enlisted) [[maybe_unused]]
        PortObserver* self = made.release();
      return enlisted.has_value();
    });
  }));
  return enlisted;
}

// In the two calls from the source, references to it and to the port may go, but never the last
// to the source: whoever makes the call has one.
SignalObserver::Next PortObserver::on_match(Signals now) {
  if (!port_->match(*this, now)) return Next::Keep;
  delete this;
  return Next::Remove;
}

void PortObserver::on_handle_closed(Signals now) {
  if (port_->drop_if_armed(*this)) delete this;
}

void PortObserver::on_dequeued() {
  source_->forget(*this);
  delete this;
}

Result<> wait_async(HandleTable& table, HandleValue source, HandleValue port, uint64_t key,
                    Signals trigger, uint32_t options) {
  if ((options & ~kWaitAsyncTimestamp) != 0) return fail(Status::InvalidArgs);
  RefPtr<Port> target = TRY(table.get<Port>(port, rights::kWrite));
  const PortObserver::Options chosen{.timestamp = options == kWaitAsyncTimestamp};
  return PortObserver::start(table, source, std::move(target), key, trigger, chosen);
}

Result<> port_cancel(HandleTable& table, HandleValue port, HandleValue source, uint64_t key) {
  const RefPtr<Port> target = TRY(table.get<Port>(port, rights::kWrite));
  HandleTag through = 0;
  TRY(table.with_waitable(source,
                          [&](const RefPtr<KernelObject>&, HandleTag tag) { through = tag; }));
  return target->cancel({.tag = through, .key = key});
}

}  // namespace jacinth
