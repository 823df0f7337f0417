// A userboot made elsewhere: reads the bootstrap message, looks at what came with it, and says so.
#include <stddef.h>
#include <stdint.h>

typedef uint32_t handle_t;
typedef int32_t status_t;

__attribute__((noreturn)) void zx_process_exit(int64_t code);
status_t zx_channel_read(handle_t channel, uint32_t options, void* bytes, handle_t* handles,
                         uint32_t num_bytes, uint32_t num_handles, uint32_t* actual_bytes,
                         uint32_t* actual_handles);
status_t zx_debug_write(const char* text, size_t size);
status_t zx_object_get_info(handle_t handle, uint32_t topic, void* buffer, size_t size,
                            size_t* actual, size_t* avail);
status_t zx_debuglog_create(handle_t resource, uint32_t options, handle_t* out);
status_t zx_debuglog_write(handle_t log, uint32_t options, const void* text, size_t size);
status_t zx_syscall_test_1(int a);

static const uint32_t kExpected[] = {1, 18, 17, 15, 3, 3, 3, 3,
                                     3, 3,  3,  3,  3, 3, 3};  // object types
enum { kHandles = sizeof(kExpected) / sizeof(kExpected[0]), kInfoHandleBasic = 2 };

struct basic {
  uint64_t koid;
  uint32_t rights, type;
  uint64_t related;
  uint32_t props, padding;
};
struct constants {
  uint32_t max_cpus, features, breakpoints, watchpoints, dcache_line, icache_line;
  int64_t ticks_per_second;
};

static size_t length(const char* text) {
  size_t size = 0;
  while (text[size] != '\0') ++size;
  return size;
}
static void say(const char* text) { zx_debug_write(text, length(text)); }
static void require(int condition, const char* what) {
  if (condition) return;
  say("foreign userboot: wrong: ");
  say(what);
  say("\n");
  zx_process_exit(1);
}

void start(handle_t bootstrap, const unsigned char* vdso) {
  static const char kHello[] = "foreign userboot: hello\n";
  char words[512];
  handle_t handles[kHandles];
  uint32_t bytes = 0, count = 0;
  require(vdso[0] == 0x7f && vdso[1] == 'E', "the vDSO's address");
  const struct constants* constants = (const struct constants*)(vdso + 0x4a50);
  require(constants->max_cpus == 2 && constants->ticks_per_second > 1000, "the vDSO's constants");
  require(
      zx_channel_read(bootstrap, 0, words, handles, sizeof(words), kHandles, &bytes, &count) == 0,
      "the message");
  require(count == kHandles, "the number of handles");
  for (size_t i = 0; i < kHandles; ++i) {
    struct basic info;
    require(zx_object_get_info(handles[i], kInfoHandleBasic, &info, sizeof(info), NULL, NULL) == 0,
            "a handle");
    require(info.type == kExpected[i], "a handle's type");
  }
  // More words may follow: what terminal there is, say.
  require(bytes >= 12, "the size of the command line");
  require(words[0] == 'f' && words[5] == '\0' && words[6] == 'w' && words[11] == '\0',
          "the command line");
  require(zx_syscall_test_1(7) == 7, "a call's result");
  handle_t log = 0;
  require(zx_debuglog_create(handles[3], 0, &log) == 0, "the log");
  require(zx_debuglog_write(log, 0, kHello, sizeof(kHello) - 2) == 0, "a line in the log");
  say(kHello);
  zx_process_exit(42);
}
