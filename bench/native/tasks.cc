// Threads and processes from their creation to their end.
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>

#include "measure.h"

extern char** environ;

namespace bench {
namespace {

void run_thread(const pthread_attr_t* attributes) {
  pthread_t thread;
  const auto entry = [](void*) -> void* { return nullptr; };
  require(pthread_create(&thread, attributes, entry, nullptr) == 0, "thread");
  pthread_join(thread, nullptr);
}

}  // namespace

void measure_tasks(const std::string& child) {
  // The C library keeps the stack for the next one.
  measure("thread_create_exit", 5'000, [] { run_thread(nullptr); });
  measure("process_start_exit", 100, [&] {
    pid_t process;
    char* const arguments[] = {const_cast<char*>(child.c_str()), nullptr};
    require(posix_spawn(&process, child.c_str(), nullptr, nullptr, arguments, environ) == 0,
            "spawn");
    require(waitpid(process, nullptr, 0) == process, "waitpid");
  });
}

}  // namespace bench
