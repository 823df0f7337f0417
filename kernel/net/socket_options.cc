#include "net/socket_options.h"

#include <algorithm>
#include <cstring>

#include "net/message.h"

namespace jacinth::net {
namespace {

constexpr uint64_t kNetAdmin = 1ull << 12;

// Those that are a yes or no.
bool SocketOptions::* flag_of(int32_t option) {
  switch (option) {
    case option::kReuseAddress:
      return &SocketOptions::reuse_address;
    case option::kReusePort:
      return &SocketOptions::reuse_port;
    case option::kPassCredentials:
      return &SocketOptions::pass_credentials;
    case option::kKeepAlive:
      return &SocketOptions::keep_alive;
    case option::kBroadcast:
      return &SocketOptions::broadcast;
    case option::kDontRoute:
      return &SocketOptions::dont_route;
    case option::kOutOfBandInline:
      return &SocketOptions::out_of_band_inline;
    case option::kNoCheck:
      return &SocketOptions::no_check;
    case option::kTimestamp:
      return &SocketOptions::timestamp;
    case option::kOverflowCount:
      return &SocketOptions::overflow_count;
    default:
      return nullptr;
  }
}

struct Linger {
  int32_t on;
  int32_t seconds;
};
struct Time {
  int64_t seconds;
  int64_t microseconds;
};

template <typename T>
ErrnoOr<T> structure(std::span<const std::byte> value) {
  if (value.size() < sizeof(T)) return fail(Errno::INVAL);
  T read;
  memcpy(&read, value.data(), sizeof(T));
  return read;
}
template <typename T>
size_t put_structure(std::span<std::byte> out, const T& value) {
  return put_option(out, std::as_bytes(std::span(&value, 1)));
}

ErrnoOr<Duration> timeout(std::span<const std::byte> value) {
  const Time time = TRY(structure<Time>(value));
  if (time.microseconds < 0 || time.microseconds >= 1'000'000) return fail(Errno::DOM);
  if (time.seconds < 0) return nanoseconds(1);  // over as soon as it begins
  constexpr int64_t kMostSeconds = 1'000'000'000;
  return nanoseconds(std::min(time.seconds, kMostSeconds) * 1'000'000'000 +
                     time.microseconds * 1000);
}
Time to_time(Duration span) { return {span.ns / 1'000'000'000, span.ns / 1000 % 1'000'000}; }

// Twice what was asked for, as bookkeeping needs memory too.
uint32_t buffer_size(int32_t wanted, uint32_t least, bool forced) {
  const auto most = static_cast<uint32_t>(forced ? 1 << 30 : SocketOptions::kMostBuffer / 2);
  return std::max(std::min(static_cast<uint32_t>(wanted), most) * 2, least);
}

ErrnoOr<> set_buffer(SocketOptions& options, int32_t which, int32_t value, const Caller& caller) {
  const bool forced = which == option::kSendBufferForce || which == option::kReceiveBufferForce;
  if (forced && !caller.from.who.has(kNetAdmin)) return fail(Errno::PERM);
  if (which == option::kSendBuffer || which == option::kSendBufferForce) {
    options.send_buffer = buffer_size(value, SocketOptions::kLeastSendBuffer, forced);
    options.send_buffer_set = true;
  } else {
    options.receive_buffer = buffer_size(value, SocketOptions::kLeastReceiveBuffer, forced);
    options.receive_buffer_set = true;
  }
  return {};
}

}  // namespace

ErrnoOr<int32_t> option_value(std::span<const std::byte> value) {
  return structure<int32_t>(value);
}

size_t put_option(std::span<std::byte> out, std::span<const std::byte> value) {
  const size_t bytes = std::min(out.size(), value.size());
  std::copy_n(value.begin(), bytes, out.begin());
  return bytes;
}
size_t put_option(std::span<std::byte> out, int32_t value) { return put_structure(out, value); }

ErrnoOr<> set_socket_option(SocketOptions& options, int32_t option,
                            std::span<const std::byte> value, const Caller& caller) {
  const int32_t number = TRY(option_value(value));
  if (auto flag = flag_of(option); flag != nullptr) {
    options.*flag = number != 0;
    return {};
  }
  switch (option) {
    case option::kSendBuffer:
    case option::kReceiveBuffer:
    case option::kSendBufferForce:
    case option::kReceiveBufferForce:
      return set_buffer(options, option, number, caller);
    case option::kLinger: {
      const Linger linger = TRY(structure<Linger>(value));
      options.lingers = linger.on != 0;
      if (options.lingers) options.linger_seconds = linger.seconds;
      return {};
    }
    case option::kReceiveTimeout:
    case option::kReceiveTimeoutNew:
      options.receive_timeout = TRY(timeout(value));
      return {};
    case option::kSendTimeout:
    case option::kSendTimeoutNew:
      options.send_timeout = TRY(timeout(value));
      return {};
    case option::kReceiveLow:
      options.receive_low = number < 0 ? 0x7fffffff : std::max(number, 1);
      return {};
    case option::kPriority:
      if ((number < 0 || number > 6) && !caller.from.who.has(kNetAdmin)) return fail(Errno::PERM);
      options.priority = number;
      return {};
    case option::kMark:
      if (!caller.from.who.has(kNetAdmin)) return fail(Errno::PERM);
      options.mark = number;
      return {};
    case option::kDebug:
      return number != 0 && !caller.from.who.has(kNetAdmin) ? fail(Errno::ACCES) : ErrnoOr<>();
    default:
      return fail(Errno::NOPROTOOPT);
  }
}

ErrnoOr<size_t> get_socket_option(const SocketOptions& options, int32_t option,
                                  std::span<std::byte> out) {
  if (const auto flag = flag_of(option); flag != nullptr)
    return put_option(out, options.*flag ? 1 : 0);
  switch (option) {
    case option::kSendBuffer:
      return put_option(out, static_cast<int32_t>(options.send_buffer));
    case option::kReceiveBuffer:
      return put_option(out, static_cast<int32_t>(options.receive_buffer));
    case option::kLinger:
      return put_structure(out, Linger{options.lingers ? 1 : 0, options.linger_seconds});
    case option::kReceiveTimeout:
    case option::kReceiveTimeoutNew:
      return put_structure(out, to_time(options.receive_timeout));
    case option::kSendTimeout:
    case option::kSendTimeoutNew:
      return put_structure(out, to_time(options.send_timeout));
    case option::kReceiveLow:
      return put_option(out, options.receive_low);
    case option::kSendLow:
      return put_option(out, 1);
    case option::kPriority:
      return put_option(out, options.priority);
    case option::kMark:
      return put_option(out, options.mark);
    case option::kDebug:
    case option::kBusyPoll:
    case option::kZeroCopy:
    case option::kTimestampNs:
      return put_option(out, 0);
    case option::kIncomingCpu:
      return put_option(out, -1);
    default:
      return fail(Errno::NOPROTOOPT);
  }
}

}  // namespace jacinth::net
