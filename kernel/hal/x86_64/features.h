// What this processor offers beyond what every 64-bit one has. All CPUs of a machine are alike.
#pragma once

namespace jacinth::x86_64 {

struct Features {
  bool smap = false;
  bool smep = false;
  bool umip = false;
  bool fsgsbase = false;
  bool pcid = false;
  bool gigabyte_pages = false;
  bool x2apic = false;
  bool tsc_deadline = false;
  bool rdrand = false;
  bool xsaveopt = false;
};
extern constinit Features features;

// Asks the processor. Null, or what it lacks that we cannot do without.
const char* detect_features();

// On each CPU: turns on protections and instructions. Before the first user program, after
// detect_features().
void enable_features();

}  // namespace jacinth::x86_64
