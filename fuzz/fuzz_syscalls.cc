// Arbitrary system calls by the threads of two processes on the simulated machine: the kernel must
// not panic, and nothing may be left when the processes have been killed.
#include <cstdio>
#include <cstdlib>

#include "zircon/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string wrong = jacinth::zircon::testing::RandomCalls::run({data, size});
  if (wrong.empty()) return 0;
  fprintf(stderr, "after all was killed: %s\n", wrong.c_str());
  abort();
}
