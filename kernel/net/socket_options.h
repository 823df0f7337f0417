// The options that all sockets have (SOL_SOCKET).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/errno.h"
#include "base/units.h"

namespace jacinth::net {

struct Caller;

struct SocketOptions {
  // As Linux counts them: twice what was asked for.
  static constexpr uint32_t kDefaultBuffer = 212992, kMostBuffer = 2 * 212992,
                            kLeastSendBuffer = 4608, kLeastReceiveBuffer = 2304;

  uint32_t send_buffer = kDefaultBuffer;
  uint32_t receive_buffer = kDefaultBuffer;
  bool send_buffer_set = false;  // by the program
  bool receive_buffer_set = false;
  bool reuse_address = false;
  bool reuse_port = false;
  bool pass_credentials = false;
  bool keep_alive = false;
  bool broadcast = false;
  bool dont_route = false;
  bool out_of_band_inline = false;
  bool no_check = false;
  bool timestamp = false;
  bool overflow_count = false;
  bool lingers = false;
  int32_t linger_seconds = 0;
  int32_t priority = 0;
  int32_t mark = 0;
  int32_t receive_low = 1;
  Duration receive_timeout{};  // 0: none
  Duration send_timeout{};
};

// ENOPROTOOPT, EINVAL, EDOM, EPERM, EACCES.
ErrnoOr<> set_socket_option(SocketOptions& options, int32_t option,
                            std::span<const std::byte> value, const Caller& caller);
// Those that are in `options`; ENOPROTOOPT for others. As Socket::get_option().
ErrnoOr<size_t> get_socket_option(const SocketOptions& options, int32_t option,
                                  std::span<std::byte> out);

// An option's value as programs give it. EINVAL: too short.
ErrnoOr<int32_t> option_value(std::span<const std::byte> value);
// Puts as much of a value as fits; returns how much.
size_t put_option(std::span<std::byte> out, std::span<const std::byte> value);
size_t put_option(std::span<std::byte> out, int32_t value);

}  // namespace jacinth::net
