#include "zircon/call_description.h"

#include <algorithm>
#include <iterator>

namespace jacinth::zircon {
namespace {

#include "zircon/trace_table.inc"

}  // namespace

const CallDescription* describe_syscall(uint64_t number) {
  const auto* found =
      std::ranges::lower_bound(kCallDescriptions, number, {}, &CallDescription::number);
  return found != std::end(kCallDescriptions) && found->number == number ? found : nullptr;
}

}  // namespace jacinth::zircon
