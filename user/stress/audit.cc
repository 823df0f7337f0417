#include "audit.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <optional>

#include "leftovers.h"
#include "lib/boot_files.h"
#include "lib/handle.h"
#include "lib/info.h"
#include "lib/io.h"
#include "lib/spawn.h"
#include "lib/startup.h"
#include "text/format.h"

namespace stress {
namespace {

constexpr std::string_view kProgram = "bin/stress";
constexpr zx_duration_t kWarmUp = ZX_MSEC(300);

int give_up(std::string_view what, zx_status_t status) {
  user::print_error("stress: {}: {}\n", what, zx_status_get_string(status));
  return 1;
}

// The exit code of the mix, or 1.
int run_mix(const user::BootFiles& files, const Options& options) {
  const zx_handle_t bootfs = user::startup().handle(PA_VMO_BOOTFS);
  user::GivenHandle handles[] = {{PA_HND(PA_VMO_BOOTFS, 0), user::Handle()}};
  if (zx_handle_duplicate(bootfs, ZX_RIGHT_SAME_RIGHTS, handles[0].handle.out()) != ZX_OK) return 1;
  char seed[24], milliseconds[24], processes[24];
  const std::string_view arguments[] = {
      kProgram, "mix", jacinth::format_into(seed, "{}", options.seed),
      jacinth::format_into(milliseconds, "{}", options.duration / ZX_MSEC(1)),
      jacinth::format_into(processes, "{}", options.processes)};
  user::Program program;
  program.name = "mix";
  zx_status_t status = user::find_program(files, kProgram, &program);
  program.arguments = arguments;
  program.job = user::default_job();
  program.vdso = user::startup().handle(PA_VMO_VDSO);
  program.handles = handles;
  user::Handle process;
  if (status == ZX_OK) status = user::spawn(program, &process);
  if (status != ZX_OK) return give_up("the mix", status);
  zx_object_wait_one(process.get(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr);
  return static_cast<int>(
      user::get_info<zx_info_process_t>(process.get(), ZX_INFO_PROCESS).return_code);
}

// Killed tasks give their memory back a little later; there is nothing to wait for but that.
Leftovers settled(const Leftovers& goal) {
  const zx_time_t give_up_at = zx_deadline_after(ZX_SEC(10));
  Leftovers now = Leftovers::now();
  while (!now.back_at(goal) && zx_clock_get_monotonic() < give_up_at) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(10)));
    now = Leftovers::now();
  }
  return now;
}

}  // namespace

int audit(const Options& options) {
  const auto files = user::BootFiles::open_given();
  if (!files) return give_up("boot files", ZX_ERR_NOT_FOUND);
  // What is made once and kept is made before counting.
  int code = run_mix(*files, {options.seed, kWarmUp, options.processes});
  if (code != 0) return code;
  zx_nanosleep(zx_deadline_after(ZX_MSEC(200)));
  const Leftovers before = Leftovers::now();
  code = run_mix(*files, options);
  const Leftovers after = settled(before);
  user::print(
      "stress: heap {} -> {}, VMOs {} -> {}, page tables {} -> {} bytes, handles {} -> {}\n",
      before.heap_bytes, after.heap_bytes, before.vmo_bytes, after.vmo_bytes,
      before.page_table_bytes, after.page_table_bytes, before.handles, after.handles);
  if (after.back_at(before)) return code;
  user::print("stress: FAILED not all memory and handles are back\n");
  return 1;
}

}  // namespace stress
