// threads [COUNT]: threads that add to one number, each under the same mutex.
#include <zircon/syscalls.h>

#include <vector>

#include "lib/io.h"
#include "lib/mutex.h"
#include "lib/numbers.h"
#include "lib/thread.h"

namespace {

constexpr uint64_t kRounds = 1000;

struct Shared {
  user::Mutex mutex;
  uint64_t sum = 0;
};

void add(void* argument) {
  auto& shared = *static_cast<Shared*>(argument);
  for (uint64_t i = 0; i < kRounds; ++i) {
    const user::MutexGuard guard(shared.mutex);
    ++shared.sum;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto count = argc > 1 ? user::parse_number(argv[1]) : 4;
  if (!count || argc > 2 || *count > 100000) {
    user::print_error("usage: threads [COUNT]\n");
    return 2;
  }
  Shared shared;
  std::vector<user::Thread> threads(*count);
  for (user::Thread& thread : threads) {
    const zx_status_t status = user::Thread::start("adder", &add, &shared, &thread);
    if (status == ZX_OK) continue;
    user::print_error("threads: {}\n", zx_status_get_string(status));
    return 1;
  }
  for (const user::Thread& thread : threads) thread.join();
  user::print("{} threads, sum {}\n", *count, shared.sum);
  return shared.sum == *count * kRounds ? 0 : 1;
}
