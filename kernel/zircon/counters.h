// The kernel's counters as programs see them: two VMOs, what they mean and what they are.
//
// "counters/desc" holds a header and a description of each counter, "counters/arena" a row of
// int64_t for each CPU, with a number for each description. The numbers are those that the kernel
// counts with, not copies: a program that maps them sees them move. The layout is Zircon's, private
// to its own programs there.
#pragma once

#include "base/result.h"
#include "object/vm/vmo_object.h"

namespace jacinth::zircon {

struct CounterVmos {
  RefPtr<VmoObject> descriptions;
  RefPtr<VmoObject> values;
};

// Makes them, and has all CPUs count there. Once, before more than one CPU runs. NO_MEMORY.
Result<CounterVmos> publish_counters();

}  // namespace jacinth::zircon
