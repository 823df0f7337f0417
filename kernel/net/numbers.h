// Numbers of the socket interface, Linux's, the same on x86-64 and RISC-V.
#pragma once

#include <cstdint>

namespace jacinth::net {

enum Family : uint16_t {
  kUnspecified = 0,
  kLocal = 1,
  kInet = 2,
  kInet6 = 10,
  kNetlink = 16,
};

enum class SocketType : uint8_t {
  Stream = 1,
  Datagram = 2,
  Raw = 3,
  SeqPacket = 5,
};

// In the type given to socket() and the flags of accept4().
inline constexpr uint32_t kSocketNonBlock = 04000, kSocketCloseOnExec = 02000000;

namespace protocol {
inline constexpr int32_t kDefault = 0, kIcmp = 1, kTcp = 6, kUdp = 17, kNetlinkRoute = 0;
}

// Flags of sending and receiving.
namespace message_flag {
inline constexpr uint32_t kOutOfBand = 0x1, kPeek = 0x2, kDontRoute = 0x4, kControlCut = 0x8,
                          kCut = 0x20, kDontWait = 0x40, kEndOfRecord = 0x80, kWaitAll = 0x100,
                          kErrorQueue = 0x2000, kNoSignal = 0x4000, kMore = 0x8000,
                          kWaitForOne = 0x10000, kCloseOnExec = 0x40000000;
}  // namespace message_flag

// `how` of shutdown(), plus one: bits.
inline constexpr uint32_t kShutRead = 1, kShutWrite = 2, kShutBoth = 3;

namespace level {
inline constexpr int32_t kSocket = 1, kIp = 0, kTcp = 6, kUdp = 17, kIpv6 = 41, kNetlink = 270;
}

// Options of level::kSocket.
namespace option {
inline constexpr int32_t kDebug = 1, kReuseAddress = 2, kType = 3, kError = 4, kDontRoute = 5,
                         kBroadcast = 6, kSendBuffer = 7, kReceiveBuffer = 8, kKeepAlive = 9,
                         kOutOfBandInline = 10, kNoCheck = 11, kPriority = 12, kLinger = 13,
                         kReusePort = 15, kPassCredentials = 16, kPeerCredentials = 17,
                         kReceiveLow = 18, kSendLow = 19, kReceiveTimeout = 20, kSendTimeout = 21,
                         kTimestamp = 29, kAcceptsConnections = 30, kSendBufferForce = 32,
                         kReceiveBufferForce = 33, kTimestampNs = 35, kMark = 36, kProtocol = 38,
                         kDomain = 39, kOverflowCount = 40, kBusyPoll = 46, kIncomingCpu = 49,
                         kCookie = 57, kPeerGroups = 59, kZeroCopy = 60, kReceiveTimeoutNew = 66,
                         kSendTimeoutNew = 67;
}  // namespace option

// Types of control messages of level::kSocket.
inline constexpr int32_t kControlRights = 1, kControlCredentials = 2;

// Commands of ioctl().
namespace command {
inline constexpr uint32_t kBytesToRead = 0x541b, kBytesToSend = 0x5411, kAsync = 0x5452,
                          kSetOwner = 0x8901, kSetGroup = 0x8902, kGetOwner = 0x8903,
                          kGetGroup = 0x8904, kInterfaceName = 0x8910, kInterfaces = 0x8912,
                          kInterfaceFlags = 0x8913, kInterfaceAddress = 0x8915,
                          kInterfaceBroadcast = 0x8919, kInterfaceMask = 0x891b,
                          kInterfaceMetric = 0x891d, kInterfaceMtu = 0x8921,
                          kInterfaceHardware = 0x8927, kInterfaceIndex = 0x8933,
                          kInterfaceQueue = 0x8942;
}  // namespace command

// The most that listen() keeps waiting (net.core.somaxconn).
inline constexpr uint32_t kMostBacklog = 4096;

}  // namespace jacinth::net
