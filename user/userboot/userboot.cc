// userboot: from the kernel's bootstrap message to the first real program.
#include <zircon/syscalls.h>
#include <zircon/syscalls/system.h>

#include <string_view>

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

// Handles for the next program; it gets its own process, VMAR, thread and vDSO from spawn().
size_t handles_to_pass(const BootfsImage& bootfs, std::span<user::GivenHandle> out) {
  size_t count = 0;
  const auto add = [&](uint32_t info, zx_handle_t lent) {
    Handle copy;
    if (zx_handle_duplicate(lent, ZX_RIGHT_SAME_RIGHTS, copy.out()) == ZX_OK)
      out[count++] = {info, static_cast<Handle&&>(copy)};
  };
  for (size_t i = kRootResource; i < kBootHandleCount; ++i) {
    if (i != kVdsoFull) add(kHandleInfo[i], given.handles[i]);
  }
  add(PA_HND(PA_VMO_BOOTFS, 0), bootfs.vmo());
  return count;
}

// Answers the dynamic linker's requests until it, or its program, has gone.
void serve_libraries(zx_handle_t service, const BootfsImage& bootfs, std::string_view root) {
  for (;;) {
    zx_signals_t seen = 0;
    zx_object_wait_one(service, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE,
                       &seen);
    struct {
      user::LoaderRequest head;
      char name[user::kLoaderMaxName];
    } request;
    uint32_t bytes = 0;
    uint32_t handles = 0;
    const zx_status_t status = zx_channel_read(service, ZX_CHANNEL_READ_MAY_DISCARD, &request,
                                               nullptr, sizeof(request), 0, &bytes, &handles);
    if (status == ZX_ERR_BUFFER_TOO_SMALL) continue;
    if (status != ZX_OK) return;
    if (bytes < sizeof(request.head) || request.head.name_length > bytes - sizeof(request.head))
      continue;
    char path[sizeof("lib/") + user::kLoaderMaxName];
    const std::string_view library = jacinth::format_into(
        path, "lib/{}", std::string_view(request.name, request.head.name_length));
    const user::FileView file = bootfs.find(root, library);
    user::LoaderReply reply{.txid = request.head.txid, .status = ZX_ERR_NOT_FOUND};
    zx_handle_t vmo = ZX_HANDLE_INVALID;
    if (!file.bytes.empty())
      reply.status = zx_vmo_create_child(file.vmo, ZX_VMO_CHILD_SLICE, file.offset,
                                         (file.bytes.size() + 4095) & ~uint64_t{4095}, &vmo);
    zx_channel_write(service, 0, &reply, sizeof(reply), &vmo, vmo == ZX_HANDLE_INVALID ? 0 : 1);
  }
}

zx_status_t start(const Options& options, const BootfsImage& bootfs, Handle* process,
                  Handle* service) {
  const std::string_view path = options.program[0];
  user::Program program;
  program.name = path.substr(path.rfind('/') + 1);
  program.file = bootfs.find(options.root, path);
  if (program.file.bytes.empty()) return ZX_ERR_NOT_FOUND;
  if (const auto elf = jacinth::image::Elf::parse(program.file.bytes)) {
    char linker[256];
    if (const auto name = elf->interpreter())
      program.dynamic_linker =
          bootfs.find(options.root, jacinth::format_into(linker, "lib/{}", *name));
  }
  program.arguments = options.arguments();
  program.environment = options.environment();
  program.job = given.handles[kRootJob];
  program.vdso = given.handles[kVdsoFull];
  user::GivenHandle handles[kBootHandleCount + 1];
  program.handles = std::span(handles).first(handles_to_pass(bootfs, handles));
  Handle linker_end;
  zx_status_t status = zx_channel_create(0, service->out(), linker_end.out());
  if (status != ZX_OK) return status;
  program.loader_service = linker_end.get();
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

[[noreturn]] void run() {
  prepare_decompressors(given.handles[kProcess]);
  const Options options = parse_options({given.command_line, given.command_line_bytes});
  const char* explain = "";
  const auto bootfs =
      BootfsImage::unpack(given.handles[kZbi], given.handles[kRootResource], &explain);
  if (!bootfs) {
    say("userboot: {}", std::string_view(explain));
    finish(options, 1);
  }
  Handle process;
  Handle service;
  const zx_status_t status = start(options, *bootfs, &process, &service);
  if (status != ZX_OK) {
    say("userboot: cannot start {}: {}", options.program[0],
        std::string_view(zx_status_get_string(status)));
    finish(options, 1);
  }
  serve_libraries(service.get(), *bootfs, options.root);
  zx_object_wait_one(process.get(), ZX_TASK_TERMINATED, ZX_TIME_INFINITE, nullptr);
  zx_info_process_t info{};
  zx_object_get_info(process.get(), ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
  finish(options, info.return_code);
}

}  // namespace
}  // namespace userboot

extern "C" [[noreturn]] void start_program(zx_handle_t bootstrap, uintptr_t vdso_base) {
  if (!user::relocate_self(vdso_base)) __builtin_trap();
  if (!userboot::read_bootstrap(bootstrap)) zx_process_exit(-1);
  userboot::run();
}
