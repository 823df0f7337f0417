#include "child.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/memory.h>

#include <optional>

#include "arch.h"
#include "image/elf_symbols.h"
#include "lib/boot_files.h"
#include "lib/spawn.h"
#include "lib/startup.h"
#include "lib/system_handles.h"
#include "mapped.h"
#include "test.h"

namespace core {
namespace {

constexpr uint32_t kChannelInfo = PA_HND(PA_USER0, 0);
constexpr std::string_view kProgramPath = "bin/core-tests";

// Mapped when the first child is started, and from then on.
constinit std::optional<user::BootFiles> the_files;

zx_handle_t job_or_default(zx_handle_t job) {
  return job == ZX_HANDLE_INVALID ? user::default_job() : job;
}

}  // namespace

Child::Child(std::string_view name, zx_handle_t job) {
  Handle theirs;
  EXPECT_OK(zx_channel_create(0, channel_.out(), theirs.out()));
  Handle resource;
  EXPECT_OK(zx_handle_duplicate(user::startup().handle(PA_RESOURCE), ZX_RIGHT_SAME_RIGHTS,
                                resource.out()));
  user::GivenHandle handles[] = {
      {kChannelInfo, std::move(theirs)},
      {PA_HND(PA_RESOURCE, 0), std::move(resource)},
      {PA_HND(PA_CLOCK_UTC, 0), user::utc_clock_to_read()},
  };
  if (!the_files) the_files = user::BootFiles::open_given();
  if (!EXPECT_TRUE(the_files)) return;
  const std::string_view arguments[] = {kProgramPath, "--child", name};
  user::Program program;
  program.name = name;
  EXPECT_OK(user::find_program(*the_files, kProgramPath, &program));
  program.arguments = arguments;
  program.job = job_or_default(job);
  program.vdso = user::startup().handle(PA_VMO_VDSO);
  program.handles = handles;
  EXPECT_OK(user::spawn(program, &process_));
}

Child::~Child() {
  if (!process_) return;
  zx_task_kill(process_.get());
  await_end(process_.get());
}

Handle Child::thread() const {
  zx_koid_t koid = ZX_KOID_INVALID;
  EXPECT_OK(zx_object_get_info(process_.get(), ZX_INFO_PROCESS_THREADS, &koid, sizeof(koid),
                               nullptr, nullptr));
  Handle thread;
  EXPECT_OK(zx_object_get_child(process_.get(), koid, ZX_RIGHT_SAME_RIGHTS, thread.out()));
  return thread;
}

int64_t Child::exit_code() const {
  await_end(process_.get());
  return process_info(process_.get()).return_code;
}

void Child::expect_success() const { EXPECT_EQ(exit_code(), 0); }

zx_handle_t parent_channel() { return user::startup().handle(PA_USER0); }

void await_parent() {
  EXPECT_OK(zx_object_wait_one(parent_channel(), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED,
                               ZX_TIME_INFINITE, nullptr));
}

void tell_parent() { EXPECT_OK(zx_channel_write(parent_channel(), 0, nullptr, 0, nullptr, 0)); }

void await_child(const Child& child) {
  EXPECT_OK(zx_object_wait_one(child.channel(), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED,
                               ZX_TIME_INFINITE, nullptr));
  EXPECT_OK(zx_channel_read(child.channel(), 0, nullptr, nullptr, 0, 0, nullptr, nullptr));
}

BareProcess::BareProcess(zx_handle_t job) {
  constexpr std::string_view kName = "bare";
  EXPECT_OK(zx_process_create(job_or_default(job), kName.data(), kName.size(), 0, process.out(),
                              vmar.out()));
  EXPECT_OK(zx_thread_create(process.get(), kName.data(), kName.size(), 0, thread.out()));
}

BareProcess::~BareProcess() {
  if (process) zx_task_kill(process.get());
}

zx_vaddr_t map_vdso_for(const BareProcess& process, std::string_view function) {
  const zx_handle_t vdso = user::startup().handle(PA_VMO_VDSO);
  uint64_t size = 0;
  EXPECT_OK(zx_vmo_get_size(vdso, &size));
  const Mapped mapped(vdso, size, ZX_VM_PERM_READ);
  const user::FileView file{.vmo = vdso,
                            .offset = 0,
                            .bytes = {reinterpret_cast<const std::byte*>(mapped.address()), size}};
  user::LoadedImage image;
  if (!EXPECT_OK(user::load_image(process.vmar.get(), file, &image))) return 0;
  const auto elf = jacinth::image::Elf::parse(file.bytes);
  if (!EXPECT_TRUE(elf.has_value())) return 0;
  const auto symbols = jacinth::image::DynamicSymbols::of(*elf);
  const auto symbol = symbols ? symbols->find(function) : std::nullopt;
  return EXPECT_TRUE(symbol.has_value()) ? image.base + symbol->address : 0;
}

zx_status_t start_at(const BareProcess& process, zx_vaddr_t entry, zx_handle_t argument) {
  constexpr uint64_t kStackBytes = 16384;
  const Handle stack = make_vmo(kStackBytes);
  zx_vaddr_t base = 0;
  EXPECT_OK(zx_vmar_map(process.vmar.get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, stack.get(), 0,
                        kStackBytes, &base));
  return zx_process_start(process.process.get(), process.thread.get(), entry,
                          initial_stack_pointer(base + kStackBytes), argument, 0);
}

zx_info_process_t process_info(zx_handle_t process) {
  return info<zx_info_process_t>(process, ZX_INFO_PROCESS);
}

}  // namespace core
