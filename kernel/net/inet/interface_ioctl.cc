#include "net/inet/interface_ioctl.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "net/inet/network_device.h"
#include "net/numbers.h"
#include "vm/user_memory.h"

namespace jacinth::net::inet {
namespace {

// Layout of struct ifreq; what is behind the name depends on the command.
struct InterfaceRequest {
  std::array<char, 16> name{};
  std::array<std::byte, 24> value{};
};
// Layout of struct ifconf.
struct InterfaceList {
  int32_t bytes;
  int32_t padding;
  uint64_t address;
};

constexpr uint16_t kLoopbackHardware = 772;  // ARPHRD_LOOPBACK

template <typename T>
void set(InterfaceRequest& request, const T& value) {
  memcpy(request.value.data(), &value, sizeof(value));
}

void set_address(InterfaceRequest& request, const IpAddress& address) {
  SocketAddress written;
  write_address({.address = address, .port = 0}, false, written);
  std::ranges::copy(written.used(), request.value.begin());
}

void set_name(InterfaceRequest& request, const NetworkDevice& device) {
  request.name = {};
  std::ranges::copy(device.name(), request.name.begin());
}

const NetworkDevice::Address* v4_address(const NetworkDevice& device) {
  for (const auto& one : device.addresses()) {
    if (one.address.is_v4()) return &one;
  }
  return nullptr;
}

IpAddress mask_of(uint8_t bits) {
  const uint32_t mask = bits == 0 ? 0 : ~uint32_t{0} << (32 - bits);
  const auto byte = [&](unsigned shift) { return static_cast<uint8_t>(mask >> shift); };
  return IpAddress::v4(byte(24), byte(16), byte(8), byte(0));
}

ErrnoOr<NetworkDevice*> device_of(uint32_t command, const InterfaceRequest& request) {
  uint32_t index = 0;
  memcpy(&index, request.value.data(), sizeof(index));
  const std::string_view text(request.name.data(), request.name.size());
  const std::string_view name = text.substr(0, text.find('\0'));
  for (NetworkDevice* const device : devices()) {
    if (command == command::kInterfaceName ? device->index() == index : device->name() == name)
      return device;
  }
  return fail(Errno::NODEV);
}

ErrnoOr<> answer(uint32_t command, const NetworkDevice& device, InterfaceRequest& request) {
  const NetworkDevice::Address* const address = v4_address(device);
  switch (command) {
    case command::kInterfaceName:
      set_name(request, device);
      return {};
    case command::kInterfaceFlags:
      set(request, static_cast<uint16_t>(device.flags()));
      return {};
    case command::kInterfaceIndex:
      set(request, device.index());
      return {};
    case command::kInterfaceMtu:
      set(request, device.mtu());
      return {};
    case command::kInterfaceMetric:
      set(request, uint32_t{0});
      return {};
    case command::kInterfaceQueue:
      set(request, uint32_t{1000});
      return {};
    case command::kInterfaceHardware:
      request.value = {};
      set(request, kLoopbackHardware);
      return {};
    case command::kInterfaceAddress:
    case command::kInterfaceMask:
    case command::kInterfaceBroadcast:
      if (address == nullptr) return fail(Errno::ADDRNOTAVAIL);
      set_address(request, command == command::kInterfaceAddress ? address->address
                           : command == command::kInterfaceMask  ? mask_of(address->prefix_bits)
                                                                 : IpAddress::any_v4());
      return {};
    default:
      return fail(Errno::NOTTY);
  }
}

// All interfaces with an IPv4 address, or without a buffer how much room they take.
ErrnoOr<> list_interfaces(VirtAddr argument) {
  const auto list = vm::UserIn<InterfaceList>(argument).read();
  if (!list) return fail(Errno::FAULT);
  const vm::UserOut<InterfaceRequest> out(VirtAddr{list->address});
  const auto room = static_cast<size_t>(std::max(list->bytes, 0)) / sizeof(InterfaceRequest);
  size_t count = 0;
  for (const NetworkDevice* const device : devices()) {
    const NetworkDevice::Address* const address = v4_address(*device);
    if (address == nullptr) continue;
    if (!out.is_null()) {
      if (count == room) break;
      InterfaceRequest request;
      set_name(request, *device);
      set_address(request, address->address);
      if (!out.write(request, count)) return fail(Errno::FAULT);
    }
    ++count;
  }
  const auto bytes = static_cast<int32_t>(count * sizeof(InterfaceRequest));
  if (!vm::UserOut<int32_t>(argument).write(bytes)) return fail(Errno::FAULT);
  return {};
}

}  // namespace

bool is_interface_command(uint32_t command) {
  using namespace command;
  constexpr uint32_t kAll[] = {kInterfaceName,    kInterfaces,    kInterfaceFlags,
                               kInterfaceAddress, kInterfaceMask, kInterfaceBroadcast,
                               kInterfaceMetric,  kInterfaceMtu,  kInterfaceHardware,
                               kInterfaceIndex,   kInterfaceQueue};
  return std::ranges::find(kAll, command) != std::end(kAll);
}

ErrnoOr<int64_t> interface_ioctl(uint32_t command, VirtAddr argument) {
  if (command == command::kInterfaces) {
    TRY(list_interfaces(argument));
    return 0;
  }
  auto request = vm::UserIn<InterfaceRequest>(argument).read();
  if (!request) return fail(Errno::FAULT);
  const NetworkDevice* const device = TRY(device_of(command, *request));
  TRY(answer(command, *device, *request));
  if (!vm::UserOut<InterfaceRequest>(argument).write(*request)) return fail(Errno::FAULT);
  return 0;
}

}  // namespace jacinth::net::inet
