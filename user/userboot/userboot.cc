// userboot: from the kernel's bootstrap message to the first real program.
#include <zircon/syscalls.h>
#include <zircon/syscalls/clock.h>
#include <zircon/syscalls/system.h>

#include <optional>
#include <string_view>

#include "lib/boot_files.h"
#include "lib/handle.h"
#include "lib/loader_service.h"
#include "lib/relocate.h"
#include "lib/spawn.h"
#include "lib/startup.h"
#include "text/format.h"
#include "userboot/bootfs_image.h"
#include "userboot/decompress.h"
#include "userboot/handles.h"
#include "userboot/options.h"

namespace userboot {
namespace {

using user::Handle;

constinit zx_handle_t the_log = ZX_HANDLE_INVALID;

template <typename... Args>
void say(jacinth::FormatString<Args...> format, const Args&... args) {
  char line[200];
  const std::string_view text = jacinth::format_into(line, format, args...);
  if (the_log == ZX_HANDLE_INVALID ||
      zx_debuglog_write(the_log, 0, text.data(), text.size()) != ZX_OK)
    zx_debug_write(text.data(), text.size());
}

struct Given {
  char command_line[4096] = {};
  uint32_t command_line_bytes = 0;
  zx_handle_t handles[kBootHandleCount] = {};
};

constinit Given given;

bool read_bootstrap(zx_handle_t channel) {
  uint32_t handles = 0;
  const zx_status_t status =
      zx_channel_read(channel, 0, given.command_line, given.handles, sizeof(given.command_line),
                      kBootHandleCount, &given.command_line_bytes, &handles);
  zx_handle_close(channel);
  if (status != ZX_OK || handles != kBootHandleCount) return false;
  user::startup().adopt(given.handles, kHandleInfo);
  return zx_debuglog_create(given.handles[kRootResource], 0, &the_log) == ZX_OK;
}

// The clock of civil time that programs share, whose maintainer is the next program; invalid when
// there is none to be had.
Handle make_utc_clock() {
  Handle clock;
  zx_clock_update_args_v1_t args{};
  if (zx_clock_get(ZX_CLOCK_UTC, &args.value) != ZX_OK ||
      zx_clock_create(ZX_CLOCK_OPT_MONOTONIC, nullptr, clock.out()) != ZX_OK ||
      zx_clock_update(clock.get(), ZX_CLOCK_ARGS_VERSION(1) | ZX_CLOCK_UPDATE_OPTION_VALUE_VALID,
                      &args) != ZX_OK)
    clock.reset();
  return clock;
}

// Handles for the next program; it gets its own process, VMAR, thread and vDSO from spawn().
size_t handles_to_pass(zx_handle_t bootfs, std::span<user::GivenHandle> out) {
  size_t count = 0;
  const auto add = [&](uint32_t info, zx_handle_t lent) {
    Handle copy;
    if (zx_handle_duplicate(lent, ZX_RIGHT_SAME_RIGHTS, copy.out()) == ZX_OK)
      out[count++] = {info, static_cast<Handle&&>(copy)};
  };
  for (size_t i = kRootResource; i < kBootHandleCount; ++i) {
    if (i != kVdsoFull) add(kHandleInfo[i], given.handles[i]);
  }
  add(PA_HND(PA_VMO_BOOTFS, 0), bootfs);
  if (Handle clock = make_utc_clock())
    out[count++] = {PA_HND(PA_CLOCK_UTC, 0), static_cast<Handle&&>(clock)};
  return count;
}

zx_status_t start(const Options& options, const user::BootFiles& files, zx_handle_t bootfs,
                  Handle* process, Handle* service) {
  const std::string_view path = options.program[0];
  user::Program program;
  program.name = path.substr(path.rfind('/') + 1);
  zx_status_t status = user::find_program(files, path, &program);
  if (status != ZX_OK) return status;
  program.arguments = options.arguments();
  program.environment = options.environment();
  program.job = given.handles[kRootJob];
  program.vdso = given.handles[kVdsoFull];
  user::GivenHandle handles[kBootHandleCount + 2];
  program.handles = std::span(handles).first(handles_to_pass(bootfs, handles));
  status = zx_channel_create(0, service->out(), program.loader_service.out());
  if (status != ZX_OK) return status;
  return user::spawn(program, process);
}

[[noreturn]] void finish(const Options& options, int64_t code) {
  if (options.at_end != AtEnd::Exit) {
    const uint32_t command =
        options.at_end == AtEnd::Reboot ? ZX_SYSTEM_POWERCTL_REBOOT : ZX_SYSTEM_POWERCTL_SHUTDOWN;
    const zx_status_t status = zx_system_powerctl(given.handles[kRootResource], command, nullptr);
    say("userboot: the machine does not turn off: {}",
        std::string_view(zx_status_get_string(status)));
  }
  zx_process_exit(code);
  __builtin_trap();
}

// Kills what the program has left behind, and waits for its end: the system's exit code is that of
// the process that ends last, and that shall be this one.
void end_all_below(zx_handle_t job) {
  for (;;) {
    zx_koid_t koid = ZX_KOID_INVALID;
    size_t count = 0;
    Handle child;
    if (zx_object_get_info(job, ZX_INFO_JOB_CHILDREN, &koid, sizeof(koid), &count, nullptr) !=
            ZX_OK ||
        count == 0)
      return;
    // One that has ended meanwhile is not there any more.
    if (zx_object_get_child(job, koid, ZX_RIGHT_SAME_RIGHTS, child.out()) != ZX_OK) continue;
    if (zx_task_kill(child.get()) != ZX_OK) return;
    zx_object_wait_one(child.get(), ZX_JOB_TERMINATED, ZX_TIME_INFINITE, nullptr);
  }
}

[[noreturn]] void run() {
  const Options options = parse_options({given.command_line, given.command_line_bytes});
  const char* explain = "";
  const Handle bootfs = unpack_bootfs(given.handles[kZbi], given.handles[kRootResource], &explain);
  std::optional<user::BootFiles> files;
  if (bootfs) files = user::BootFiles::open(bootfs.get(), options.root, &explain);
  if (!files) {
    say("userboot: {}", std::string_view(explain));
    finish(options, 1);
  }
  Handle process;
  Handle service;
  const zx_status_t status = start(options, *files, bootfs.get(), &process, &service);
  if (status != ZX_OK) {
    say("userboot: cannot start {}: {}", options.program[0],
        std::string_view(zx_status_get_string(status)));
    finish(options, 1);
  }
  user::serve_libraries(service.get(), *files);
  zx_object_wait_one(process.get(), ZX_TASK_TERMINATED, ZX_TIME_INFINITE, nullptr);
  zx_info_process_t info{};
  zx_object_get_info(process.get(), ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
  end_all_below(given.handles[kRootJob]);
  finish(options, info.return_code);
}

}  // namespace
}  // namespace userboot

extern "C" [[noreturn]] void start_program(zx_handle_t bootstrap, uintptr_t vdso_base) {
  if (!user::relocate_self(vdso_base)) __builtin_trap();
  if (!userboot::read_bootstrap(bootstrap)) zx_process_exit(-1);
  userboot::run();
}
