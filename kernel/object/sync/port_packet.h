// What travels through a port.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/intrusive.h"
#include "object/types.h"

namespace jacinth {

enum class PacketType : uint32_t {
  User = 0,
  SignalOne = 1,
  GuestBell = 3,
  GuestMem = 4,
  GuestIo = 5,
  GuestVcpu = 6,
  Interrupt = 7,
  PageRequest = 9,
};

// A packet's content, laid out as zx_port_packet_t.
struct PacketData {
  struct Signal {
    Signals trigger;    // what was waited for
    Signals observed;   // the state then, and what came up since while the packet was queued
    uint64_t count;     // a channel's queued messages, 1 for everything else
    int64_t timestamp;  // of the match, in nanoseconds; 0 unless asked for
    uint64_t reserved;
  };
  struct Interrupt {
    int64_t timestamp;
    std::array<uint64_t, 3> reserved;
  };
  struct PageRequest {
    uint16_t command;
    uint16_t flags;
    uint32_t reserved0;
    uint64_t offset;
    uint64_t length;
    uint64_t reserved1;
  };

  uint64_t key = 0;
  PacketType type = PacketType::User;
  int32_t status = 0;
  union {
    std::array<std::byte, 32> user{};
    Signal signal;
    Interrupt interrupt;
    PageRequest page_request;
  };
};
static_assert(sizeof(PacketData) == 48);

// A packet that can be queued: embedded in, or derived from by, what sends it.
class PortPacket {
 public:
  enum class Owner : uint8_t {
    User,      // a program's packet: the port's own
    Observer,  // a PortObserver's
    Kernel,    // on_dequeued() is called once it has left the queue, however that came
    Borrowed,  // nobody touches it once it has left the queue; its owner takes it back before dying
  };

  explicit PortPacket(Owner owner) : owner_(owner) {}
  PortPacket(const PortPacket&) = delete;
  PortPacket& operator=(const PortPacket&) = delete;

  // No lock is held. May queue the packet again or free it. Never called for borrowed packets.
  virtual void on_dequeued() {}

  // The sender's to fill while the packet is not queued.
  PacketData data;

 protected:
  ~PortPacket() = default;

 private:
  friend class Port;
  ListHook link_;
  const Owner owner_;
  bool urgent_ = false;  // in the queue of interrupts
};

}  // namespace jacinth
