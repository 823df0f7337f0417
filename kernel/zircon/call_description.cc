#include "zircon/call_description.h"

#include <zircon/syscall_structs.h>

#include <algorithm>
#include <iterator>

#include "object/handle_table.h"

namespace jacinth::zircon {
namespace {

#include "zircon/trace_table.inc"

}  // namespace

const char* ArgumentDescription::name() const { return kArgumentNames + name_at; }

const CallDescription* describe_syscall(uint64_t number) {
  const auto* found =
      std::ranges::lower_bound(kCallDescriptions, number, {}, &CallDescription::number);
  return found != std::end(kCallDescriptions) && found->number == number ? found : nullptr;
}

}  // namespace jacinth::zircon
