#include "net/message.h"

#include <atomic>

namespace jacinth::net {
namespace {

constinit std::atomic<SenderSource> sender_source{nullptr};

}  // namespace

void set_sender_source(SenderSource source) {
  sender_source.store(source, std::memory_order_relaxed);
}

Sender current_sender() {
  const SenderSource source = sender_source.load(std::memory_order_relaxed);
  return source == nullptr ? kNoSender : source();
}

}  // namespace jacinth::net
