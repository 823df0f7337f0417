#include "linux/tracing/access.h"

namespace jacinth::linux {

bool may_access(LinuxProcess& caller, LinuxProcess& target, AccessIds ids) {
  constexpr uint64_t kCapPtrace = uint64_t{1} << 19;
  if (&caller == &target) return true;
  const CredentialSet theirs = *target.credentials.lock();
  const CredentialSet ours = *caller.credentials.lock();
  if ((ours.capabilities.effective & kCapPtrace) != 0) return true;
  auto all_are = [](const CredentialSet::Ids& of, uint32_t id) {
    return of.real == id && of.effective == id && of.saved == id;
  };
  const bool real = ids == AccessIds::Real;
  const uint32_t user = real ? ours.user.real : ours.user.file_system;
  const uint32_t group = real ? ours.group.real : ours.group.file_system;
  return all_are(theirs.user, user) && all_are(theirs.group, group) && target.dumpable == 1;
}

}  // namespace jacinth::linux
