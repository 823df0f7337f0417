// Errno: how calls of the file layer and of POSIX-like personalities fail, and ErrnoOr<T>, the
// value or the Errno.
//
// The numbers are Linux's, the same on every architecture that Jacinth runs on. Names have lost
// their E (ENOENT is Errno::NOENT, E2BIG is Errno::TOOBIG): with it they are macros wherever a C
// library is about, as in the simulator.
#pragma once

#include <cstdint>
#include <expected>

#include "base/result.h"
#include "base/status.h"

namespace jacinth {

// From 512 on: never shown to programs; a call that was interrupted says by them how it wants to be
// restarted after a signal.
// clang-format off
#define JACINTH_ERRNO_LIST(X) \
  X(PERM, "EPERM", 1)                                    \
  X(NOENT, "ENOENT", 2)                                  \
  X(SRCH, "ESRCH", 3)                                    \
  X(INTR, "EINTR", 4)                                    \
  X(IO, "EIO", 5)                                        \
  X(NXIO, "ENXIO", 6)                                    \
  X(TOOBIG, "E2BIG", 7)                                  \
  X(NOEXEC, "ENOEXEC", 8)                                \
  X(BADF, "EBADF", 9)                                    \
  X(CHILD, "ECHILD", 10)                                 \
  X(AGAIN, "EAGAIN", 11)                                 \
  X(NOMEM, "ENOMEM", 12)                                 \
  X(ACCES, "EACCES", 13)                                 \
  X(FAULT, "EFAULT", 14)                                 \
  X(NOTBLK, "ENOTBLK", 15)                               \
  X(BUSY, "EBUSY", 16)                                   \
  X(EXIST, "EEXIST", 17)                                 \
  X(XDEV, "EXDEV", 18)                                   \
  X(NODEV, "ENODEV", 19)                                 \
  X(NOTDIR, "ENOTDIR", 20)                               \
  X(ISDIR, "EISDIR", 21)                                 \
  X(INVAL, "EINVAL", 22)                                 \
  X(NFILE, "ENFILE", 23)                                 \
  X(MFILE, "EMFILE", 24)                                 \
  X(NOTTY, "ENOTTY", 25)                                 \
  X(TXTBSY, "ETXTBSY", 26)                               \
  X(FBIG, "EFBIG", 27)                                   \
  X(NOSPC, "ENOSPC", 28)                                 \
  X(SPIPE, "ESPIPE", 29)                                 \
  X(ROFS, "EROFS", 30)                                   \
  X(MLINK, "EMLINK", 31)                                 \
  X(PIPE, "EPIPE", 32)                                   \
  X(DOM, "EDOM", 33)                                     \
  X(RANGE, "ERANGE", 34)                                 \
  X(DEADLK, "EDEADLK", 35)                               \
  X(NAMETOOLONG, "ENAMETOOLONG", 36)                     \
  X(NOLCK, "ENOLCK", 37)                                 \
  X(NOSYS, "ENOSYS", 38)                                 \
  X(NOTEMPTY, "ENOTEMPTY", 39)                           \
  X(LOOP, "ELOOP", 40)                                   \
  X(NOMSG, "ENOMSG", 42)                                 \
  X(IDRM, "EIDRM", 43)                                   \
  X(CHRNG, "ECHRNG", 44)                                 \
  X(L2NSYNC, "EL2NSYNC", 45)                             \
  X(L3HLT, "EL3HLT", 46)                                 \
  X(L3RST, "EL3RST", 47)                                 \
  X(LNRNG, "ELNRNG", 48)                                 \
  X(UNATCH, "EUNATCH", 49)                               \
  X(NOCSI, "ENOCSI", 50)                                 \
  X(L2HLT, "EL2HLT", 51)                                 \
  X(BADE, "EBADE", 52)                                   \
  X(BADR, "EBADR", 53)                                   \
  X(XFULL, "EXFULL", 54)                                 \
  X(NOANO, "ENOANO", 55)                                 \
  X(BADRQC, "EBADRQC", 56)                               \
  X(BADSLT, "EBADSLT", 57)                               \
  X(BFONT, "EBFONT", 59)                                 \
  X(NOSTR, "ENOSTR", 60)                                 \
  X(NODATA, "ENODATA", 61)                               \
  X(TIME, "ETIME", 62)                                   \
  X(NOSR, "ENOSR", 63)                                   \
  X(NONET, "ENONET", 64)                                 \
  X(NOPKG, "ENOPKG", 65)                                 \
  X(REMOTE, "EREMOTE", 66)                               \
  X(NOLINK, "ENOLINK", 67)                               \
  X(ADV, "EADV", 68)                                     \
  X(SRMNT, "ESRMNT", 69)                                 \
  X(COMM, "ECOMM", 70)                                   \
  X(PROTO, "EPROTO", 71)                                 \
  X(MULTIHOP, "EMULTIHOP", 72)                           \
  X(DOTDOT, "EDOTDOT", 73)                               \
  X(BADMSG, "EBADMSG", 74)                               \
  X(OVERFLOW, "EOVERFLOW", 75)                           \
  X(NOTUNIQ, "ENOTUNIQ", 76)                             \
  X(BADFD, "EBADFD", 77)                                 \
  X(REMCHG, "EREMCHG", 78)                               \
  X(LIBACC, "ELIBACC", 79)                               \
  X(LIBBAD, "ELIBBAD", 80)                               \
  X(LIBSCN, "ELIBSCN", 81)                               \
  X(LIBMAX, "ELIBMAX", 82)                               \
  X(LIBEXEC, "ELIBEXEC", 83)                             \
  X(ILSEQ, "EILSEQ", 84)                                 \
  X(RESTART, "ERESTART", 85)                             \
  X(STRPIPE, "ESTRPIPE", 86)                             \
  X(USERS, "EUSERS", 87)                                 \
  X(NOTSOCK, "ENOTSOCK", 88)                             \
  X(DESTADDRREQ, "EDESTADDRREQ", 89)                     \
  X(MSGSIZE, "EMSGSIZE", 90)                             \
  X(PROTOTYPE, "EPROTOTYPE", 91)                         \
  X(NOPROTOOPT, "ENOPROTOOPT", 92)                       \
  X(PROTONOSUPPORT, "EPROTONOSUPPORT", 93)               \
  X(SOCKTNOSUPPORT, "ESOCKTNOSUPPORT", 94)               \
  X(OPNOTSUPP, "EOPNOTSUPP", 95)                         \
  X(PFNOSUPPORT, "EPFNOSUPPORT", 96)                     \
  X(AFNOSUPPORT, "EAFNOSUPPORT", 97)                     \
  X(ADDRINUSE, "EADDRINUSE", 98)                         \
  X(ADDRNOTAVAIL, "EADDRNOTAVAIL", 99)                   \
  X(NETDOWN, "ENETDOWN", 100)                            \
  X(NETUNREACH, "ENETUNREACH", 101)                      \
  X(NETRESET, "ENETRESET", 102)                          \
  X(CONNABORTED, "ECONNABORTED", 103)                    \
  X(CONNRESET, "ECONNRESET", 104)                        \
  X(NOBUFS, "ENOBUFS", 105)                              \
  X(ISCONN, "EISCONN", 106)                              \
  X(NOTCONN, "ENOTCONN", 107)                            \
  X(SHUTDOWN, "ESHUTDOWN", 108)                          \
  X(TOOMANYREFS, "ETOOMANYREFS", 109)                    \
  X(TIMEDOUT, "ETIMEDOUT", 110)                          \
  X(CONNREFUSED, "ECONNREFUSED", 111)                    \
  X(HOSTDOWN, "EHOSTDOWN", 112)                          \
  X(HOSTUNREACH, "EHOSTUNREACH", 113)                    \
  X(ALREADY, "EALREADY", 114)                            \
  X(INPROGRESS, "EINPROGRESS", 115)                      \
  X(STALE, "ESTALE", 116)                                \
  X(UCLEAN, "EUCLEAN", 117)                              \
  X(NOTNAM, "ENOTNAM", 118)                              \
  X(NAVAIL, "ENAVAIL", 119)                              \
  X(ISNAM, "EISNAM", 120)                                \
  X(REMOTEIO, "EREMOTEIO", 121)                          \
  X(DQUOT, "EDQUOT", 122)                                \
  X(NOMEDIUM, "ENOMEDIUM", 123)                          \
  X(MEDIUMTYPE, "EMEDIUMTYPE", 124)                      \
  X(CANCELED, "ECANCELED", 125)                          \
  X(NOKEY, "ENOKEY", 126)                                \
  X(KEYEXPIRED, "EKEYEXPIRED", 127)                      \
  X(KEYREVOKED, "EKEYREVOKED", 128)                      \
  X(KEYREJECTED, "EKEYREJECTED", 129)                    \
  X(OWNERDEAD, "EOWNERDEAD", 130)                        \
  X(NOTRECOVERABLE, "ENOTRECOVERABLE", 131)              \
  X(RFKILL, "ERFKILL", 132)                              \
  X(HWPOISON, "EHWPOISON", 133)                          \
  X(RESTARTSYS, "ERESTARTSYS", 512)                      \
  X(RESTARTNOINTR, "ERESTARTNOINTR", 513)                \
  X(RESTARTNOHAND, "ERESTARTNOHAND", 514)                \
  X(RESTART_RESTARTBLOCK, "ERESTART_RESTARTBLOCK", 516)
// clang-format on

enum class [[nodiscard]] Errno : int32_t {
#define JACINTH_ERRNO_ENUM(name, text, value) name = value,
  JACINTH_ERRNO_LIST(JACINTH_ERRNO_ENUM)
#undef JACINTH_ERRNO_ENUM
};

// Never holds 0 as its error. TRY and CO_TRY work as with Result.
template <typename T = void>
using ErrnoOr = std::expected<T, Errno>;

constexpr std::unexpected<Errno> fail(Errno error) { return std::unexpected(error); }

// "ENOENT"; "UNKNOWN" for any other number.
const char* errno_name(Errno error);

// The one translation from the kernel's statuses; Ok must not be asked for.
Errno to_errno(Status status);

// The same for results, so that TRY(to_errno(vmo.set_size(n))) reads well.
template <typename T>
constexpr ErrnoOr<T> to_errno(Result<T> result) {
  if (!result) [[unlikely]]
    return fail(to_errno(result.error()));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

template <typename T>
struct NoMemoryFor<ErrnoOr<T>> {
  static constexpr ErrnoOr<T> value() { return fail(Errno::NOMEM); }
};

}  // namespace jacinth
