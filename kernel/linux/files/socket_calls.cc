// Sockets: this kernel is one without any address family.
#include "linux/syscall_prototypes.h"

namespace jacinth::linux {

SysResult sys_socket(SyscallContext&, int32_t, int32_t, int32_t) {
  return fail(Errno::AFNOSUPPORT);
}

SysResult sys_socketpair(SyscallContext&, int32_t, int32_t, int32_t, UserOut<int32_t>) {
  return fail(Errno::AFNOSUPPORT);
}

}  // namespace jacinth::linux
