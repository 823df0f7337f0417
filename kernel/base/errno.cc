#include "base/errno.h"

namespace jacinth {

const char* errno_name(Errno error) {
  switch (error) {
#define JACINTH_ERRNO_CASE(name, text, value) \
  case Errno::name:                           \
    return text;
    JACINTH_ERRNO_LIST(JACINTH_ERRNO_CASE)
#undef JACINTH_ERRNO_CASE
  }
  return "UNKNOWN";
}

Errno to_errno(Status status) {
  switch (status) {
    case Status::NoMemory:
    case Status::NoResources:
      return Errno::NOMEM;
    case Status::InternalIntrRetry:
      return Errno::RESTARTSYS;
    case Status::InvalidArgs:
    case Status::OutOfRange:
    case Status::WrongType:
      return Errno::INVAL;
    case Status::NotSupported:
      return Errno::OPNOTSUPP;
    case Status::BadHandle:
      return Errno::BADF;
    case Status::BadSyscall:
      return Errno::NOSYS;
    case Status::BufferTooSmall:
      return Errno::RANGE;
    case Status::BadState:
    case Status::AlreadyBound:
      return Errno::BUSY;
    case Status::TimedOut:
      return Errno::TIMEDOUT;
    case Status::ShouldWait:
    case Status::Unavailable:
      return Errno::AGAIN;
    case Status::Canceled:
      return Errno::CANCELED;
    case Status::PeerClosed:
      return Errno::PIPE;
    case Status::NotFound:
    case Status::BadPath:
      return Errno::NOENT;
    case Status::AlreadyExists:
      return Errno::EXIST;
    case Status::AccessDenied:
      return Errno::ACCES;
    case Status::NotDir:
      return Errno::NOTDIR;
    case Status::NotFile:
      return Errno::ISDIR;
    case Status::FileBig:
      return Errno::FBIG;
    case Status::NoSpace:
      return Errno::NOSPC;
    case Status::NotEmpty:
      return Errno::NOTEMPTY;
    case Status::ProtocolNotSupported:
      return Errno::PROTONOSUPPORT;
    case Status::AddressUnreachable:
      return Errno::HOSTUNREACH;
    case Status::AddressInUse:
      return Errno::ADDRINUSE;
    case Status::NotConnected:
      return Errno::NOTCONN;
    case Status::ConnectionRefused:
      return Errno::CONNREFUSED;
    case Status::ConnectionReset:
      return Errno::CONNRESET;
    case Status::ConnectionAborted:
      return Errno::CONNABORTED;
    default:
      return Errno::IO;
  }
}

}  // namespace jacinth
