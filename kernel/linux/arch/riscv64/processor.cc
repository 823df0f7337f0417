// What /proc/cpuinfo says of a processor.
#include "linux/arch.h"

namespace jacinth::linux {

void describe_processor(uint32_t cpu, TextSink& out) {
  format_to(out, "hart\t\t: {}\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\n", cpu);
}

}  // namespace jacinth::linux
