// The status codes that every kernel function ends with.
//
// The numbers are Zircon's zx_status_t (fuchsia.dev, "Zircon Kernel Errors"); each personality
// turns them into its own: zx_status_t as they are, errno through a table.
#pragma once

#include <cstdint>

namespace jacinth {

// clang-format off
#define JACINTH_STATUS_LIST(X)      \
  X(Ok, OK, 0)                                             \
  X(Internal, INTERNAL, -1)                                \
  X(NotSupported, NOT_SUPPORTED, -2)                       \
  X(NoResources, NO_RESOURCES, -3)                         \
  X(NoMemory, NO_MEMORY, -4)                               \
  X(InternalIntrRetry, INTERNAL_INTR_RETRY, -6)            \
  X(InvalidArgs, INVALID_ARGS, -10)                        \
  X(BadHandle, BAD_HANDLE, -11)                            \
  X(WrongType, WRONG_TYPE, -12)                            \
  X(BadSyscall, BAD_SYSCALL, -13)                          \
  X(OutOfRange, OUT_OF_RANGE, -14)                         \
  X(BufferTooSmall, BUFFER_TOO_SMALL, -15)                 \
  X(BadState, BAD_STATE, -20)                              \
  X(TimedOut, TIMED_OUT, -21)                              \
  X(ShouldWait, SHOULD_WAIT, -22)                          \
  X(Canceled, CANCELED, -23)                               \
  X(PeerClosed, PEER_CLOSED, -24)                          \
  X(NotFound, NOT_FOUND, -25)                              \
  X(AlreadyExists, ALREADY_EXISTS, -26)                    \
  X(AlreadyBound, ALREADY_BOUND, -27)                      \
  X(Unavailable, UNAVAILABLE, -28)                         \
  X(AccessDenied, ACCESS_DENIED, -30)                      \
  X(Io, IO, -40)                                           \
  X(IoRefused, IO_REFUSED, -41)                            \
  X(IoDataIntegrity, IO_DATA_INTEGRITY, -42)               \
  X(IoDataLoss, IO_DATA_LOSS, -43)                         \
  X(IoNotPresent, IO_NOT_PRESENT, -44)                     \
  X(IoOverrun, IO_OVERRUN, -45)                            \
  X(IoMissedDeadline, IO_MISSED_DEADLINE, -46)             \
  X(IoInvalid, IO_INVALID, -47)                            \
  X(BadPath, BAD_PATH, -50)                                \
  X(NotDir, NOT_DIR, -51)                                  \
  X(NotFile, NOT_FILE, -52)                                \
  X(FileBig, FILE_BIG, -53)                                \
  X(NoSpace, NO_SPACE, -54)                                \
  X(NotEmpty, NOT_EMPTY, -55)                              \
  X(Stop, STOP, -60)                                       \
  X(Next, NEXT, -61)                                       \
  X(Async, ASYNC, -62)                                     \
  X(ProtocolNotSupported, PROTOCOL_NOT_SUPPORTED, -70)     \
  X(AddressUnreachable, ADDRESS_UNREACHABLE, -71)          \
  X(AddressInUse, ADDRESS_IN_USE, -72)                     \
  X(NotConnected, NOT_CONNECTED, -73)                      \
  X(ConnectionRefused, CONNECTION_REFUSED, -74)            \
  X(ConnectionReset, CONNECTION_RESET, -75)                \
  X(ConnectionAborted, CONNECTION_ABORTED, -76)
// clang-format on

enum class [[nodiscard]] Status : int32_t {
#define JACINTH_STATUS_ENUM(name, zx, value) name = value,
  JACINTH_STATUS_LIST(JACINTH_STATUS_ENUM)
#undef JACINTH_STATUS_ENUM
};

// The name as Zircon's headers spell it after "ZX_ERR_", or "OK"; "UNKNOWN" for any other number.
constexpr const char* status_name(Status status) {
  switch (status) {
#define JACINTH_STATUS_CASE(name, zx, value) \
  case Status::name:                         \
    return #zx;
    JACINTH_STATUS_LIST(JACINTH_STATUS_CASE)
#undef JACINTH_STATUS_CASE
  }
  return "UNKNOWN";
}

}  // namespace jacinth
