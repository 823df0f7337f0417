// The messages of NETLINK_ROUTE: lists of interfaces and of their addresses.
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "net/inet/network_device.h"
#include "net/netlink/netlink_socket.h"

namespace jacinth::net::netlink {
namespace {

// Layout of struct nlmsghdr.
struct Header {
  uint32_t bytes;
  uint16_t type;
  uint16_t flags;
  uint32_t sequence;
  uint32_t port;
};
// Of struct ifinfomsg.
struct LinkMessage {
  uint8_t family = kUnspecified;
  uint8_t padding = 0;
  uint16_t hardware = 0;
  uint32_t index = 0;
  uint32_t flags = 0;
  uint32_t changed = 0;
};
// Of struct ifaddrmsg.
struct AddressMessage {
  uint8_t family = 0;
  uint8_t prefix_bits = 0;
  uint8_t flags = 0;
  uint8_t scope = 0;
  uint32_t index = 0;
};

constexpr uint16_t kError = 2, kDone = 3, kNewLink = 16, kGetLink = 18, kNewAddress = 20,
                   kGetAddress = 22, kFirstRoute = 16;
constexpr uint16_t kRequest = 1, kMulti = 2, kDump = 0x300;
constexpr uint16_t kLoopbackHardware = 772;
constexpr uint8_t kPermanent = 0x80, kHostScope = 254;

constexpr size_t align(size_t bytes) { return (bytes + 3) & ~size_t{3}; }

// Puts messages together in memory that has been got before.
class Writer {
 public:
  static ErrnoOr<Writer> create() {
    constexpr size_t kRoom = 8192;
    Writer writer;
    TRY(to_errno(writer.bytes_.reserve(kRoom)));
    return writer;
  }

  void begin(uint16_t type, uint16_t flags, const Header& request, uint32_t port) {
    start_ = bytes_.size();
    put(Header{0, type, flags, request.sequence, port});
  }
  void end() {
    const auto size = static_cast<uint32_t>(bytes_.size() - start_);
    memcpy(bytes_.data() + start_, &size, sizeof(size));
    pad();
  }
  template <typename T>
  void put(const T& value) {
    put_bytes(std::as_bytes(std::span(&value, 1)));
    pad();
  }
  void attribute(uint16_t type, std::span<const std::byte> value) {
    const std::array<uint16_t, 2> header{static_cast<uint16_t>(4 + value.size()), type};
    put_bytes(std::as_bytes(std::span(header)));
    put_bytes(value);
    pad();
  }
  void attribute(uint16_t type, std::string_view text) {
    std::array<char, 16> copied{};
    std::ranges::copy(text.substr(0, copied.size() - 1), copied.begin());
    attribute(type, std::as_bytes(std::span(copied).first(text.size() + 1)));
  }
  void attribute(uint16_t type, uint32_t value) {
    attribute(type, std::as_bytes(std::span(&value, 1)));
  }
  ErrnoOr<PacketPtr> finish() {
    fs::IoSource source = fs::IoSource::kernel(bytes_);
    return Packet::copy(source, bytes_.size());
  }

 private:
  // What does not fit is left out; there is room for dozens of interfaces.
  void put_bytes(std::span<const std::byte> added) {
    if (bytes_.size() + added.size() + 4 > bytes_.capacity()) return;
    for (const std::byte byte : added) (void)bytes_.push_back(byte);
  }
  void pad() {
    while (align(bytes_.size()) != bytes_.size()) (void)bytes_.push_back({});
  }

  Vector<std::byte> bytes_;
  size_t start_ = 0;
};

void write_links(Writer& writer, const Header& request, uint32_t port) {
  constexpr uint16_t kHardwareAddress = 1, kBroadcast = 2, kName = 3, kMtu = 4, kQueueing = 6,
                     kQueueLength = 13;
  constexpr std::array<std::byte, 6> kNoAddress{};
  for (const inet::NetworkDevice* const device : inet::devices()) {
    writer.begin(kNewLink, kMulti, request, port);
    writer.put(LinkMessage{.hardware = kLoopbackHardware,
                           .index = device->index(),
                           .flags = device->flags() | inet::NetworkDevice::kLowerUp});
    writer.attribute(kName, device->name());
    writer.attribute(kQueueLength, uint32_t{1000});
    writer.attribute(kMtu, device->mtu());
    writer.attribute(kQueueing, "noqueue");
    writer.attribute(kHardwareAddress, kNoAddress);
    writer.attribute(kBroadcast, kNoAddress);
    writer.end();
  }
}

void write_addresses(Writer& writer, const Header& request, uint32_t port, uint8_t family) {
  constexpr uint16_t kAddress = 1, kLocalAddress = 2, kLabel = 3, kFlags = 8;
  for (const inet::NetworkDevice* const device : inet::devices()) {
    for (const auto& one : device->addresses()) {
      const bool v4 = one.address.is_v4();
      const uint8_t own = v4 ? kInet : kInet6;
      if (family != kUnspecified && family != own) continue;
      const auto bytes = std::as_bytes(std::span(one.address.bytes)).subspan(v4 ? 12 : 0);
      writer.begin(kNewAddress, kMulti, request, port);
      writer.put(AddressMessage{.family = own,
                                .prefix_bits = one.prefix_bits,
                                .flags = kPermanent,
                                .scope = kHostScope,
                                .index = device->index()});
      writer.attribute(kAddress, bytes);
      if (v4) writer.attribute(kLocalAddress, bytes);
      if (v4) writer.attribute(kLabel, device->name());
      writer.attribute(kFlags, uint32_t{kPermanent});
      writer.end();
    }
  }
}

ErrnoOr<PacketPtr> answer(const Header& request, std::span<const std::byte> body, uint32_t port) {
  Writer writer = TRY(Writer::create());
  const uint8_t family = body.empty() ? uint8_t{kUnspecified} : static_cast<uint8_t>(body[0]);
  const bool known = request.type == kGetLink || request.type == kGetAddress;
  if (!known || (request.flags & kDump) == 0) {
    writer.begin(kError, 0, request, port);
    writer.put(-static_cast<int32_t>(Errno::OPNOTSUPP));
    writer.put(request);
    writer.end();
    return writer.finish();
  }
  if (request.type == kGetLink) write_links(writer, request, port);
  if (request.type == kGetAddress) write_addresses(writer, request, port, family);
  writer.begin(kDone, kMulti, request, port);
  writer.put(int32_t{0});
  writer.end();
  return writer.finish();
}

}  // namespace

ErrnoOr<> answer_requests(std::span<const std::byte> requests, uint32_t port, Replies& replies) {
  while (requests.size() >= sizeof(Header)) {
    Header header;
    memcpy(&header, requests.data(), sizeof(header));
    if (header.bytes < sizeof(header) || header.bytes > requests.size()) return {};
    const auto body = requests.subspan(sizeof(header), header.bytes - sizeof(header));
    if ((header.flags & kRequest) != 0 && header.type >= kFirstRoute)
      replies.add(TRY(answer(header, body, port)));
    requests = requests.subspan(std::min(align(header.bytes), requests.size()));
  }
  return {};
}

}  // namespace jacinth::net::netlink
