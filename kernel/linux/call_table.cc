#include "linux/call_table.h"

#include <atomic>
#include <iterator>

#include "exec/log.h"
#include "linux/arch.h"
#include "linux/syscall_prototypes.h"

namespace jacinth::linux {
namespace {

#include "linux/call_table.inc"

// How often each has been asked for in vain; the last is for numbers of no call.
constinit std::atomic<uint64_t> times_missing[std::size(kCalls) + 1];

}  // namespace

const char* ArgumentDescription::name() const { return kArgumentNames + name_at; }

const CallEntry* find_call(uint64_t number) {
  const uint16_t index = call_of_number(number);
  return index == kNoCall ? nullptr : &kCalls[index];
}

void note_missing_call(uint64_t number, const CallEntry* entry) {
  const size_t index =
      entry == nullptr ? std::size(kCalls) : static_cast<size_t>(entry - std::begin(kCalls));
  if (times_missing[index].fetch_add(1, std::memory_order_relaxed) != 0) return;
  klog(LogSeverity::Debug, "linux: system call {} ({}) is not implemented", number,
       entry == nullptr ? "no such call" : entry->name);
}

}  // namespace jacinth::linux
