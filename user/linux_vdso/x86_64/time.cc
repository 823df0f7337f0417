// What x86-64 has beside the others.
#include <cstdint>

extern "C" {

struct Timeval {
  int64_t seconds;
  int64_t microseconds;
};
int __vdso_gettimeofday(Timeval* time, void* zone);

int64_t __vdso_time(int64_t* out) {
  Timeval now;
  __vdso_gettimeofday(&now, nullptr);
  if (out != nullptr) *out = now.seconds;
  return now.seconds;
}

}  // extern "C"
