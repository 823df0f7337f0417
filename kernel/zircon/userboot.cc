#include "zircon/userboot.h"

#include <algorithm>

#include "image/elf.h"
#include "object/dev/memory_pressure.h"
#include "object/dev/resource.h"
#include "object/ipc/channel.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "object/vm/vmar_object.h"
#include "object/vm/vmo_object.h"
#include "vm/embedded_file.h"
#include "zircon/console_input.h"
#include "zircon/counters.h"
#include "zircon/image_loader.h"
#include "zircon/personality.h"
#include "zircon/shutdown.h"
#include "zircon/vdso.h"

namespace jacinth::zircon {
namespace {

constexpr uint64_t kStackBytes = 256 * 1024;
constexpr size_t kMaxCommandLine = 4096;

// The handles of the bootstrap message, in the order that userboot expects.
enum BootHandle : uint32_t {
  kProcessSelf,
  kRootVmar,
  kRootJob,
  kRootResource,
  kZbi,
  kVdsoFirst,
  kCrashlog = kVdsoFirst + kVdsoVariants,
  kCounterNames,
  kCounters,
  kInstrumentationFirst,
  kBootHandleCount = kInstrumentationFirst + 4,
};

Result<RefPtr<VmoObject>> make_vmo(std::string_view name, uint64_t size) {
  auto vmo = TRY(VmoObject::create(TRY(vm::Vmo::create(size))));
  vmo->vmo()->set_content_size(size);
  TRY(vmo->set_name(name));
  return vmo;
}

Handle read_only(const RefPtr<VmoObject>& vmo) {
  return Handle(vmo, vmo->default_rights() & ~rights::kWrite);
}

// The kernel's command line as NUL-terminated words: spaces and colons separate them.
Result<MessagePtr> command_line_message(std::string_view command_line) {
  const size_t length = std::min(command_line.size(), kMaxCommandLine - 1);
  MessagePtr message =
      TRY(MessagePacket::create({static_cast<uint32_t>(length + 1), kBootHandleCount}));
  const std::span<std::byte> bytes = message->bytes();
  for (size_t i = 0; i < length; ++i) {
    const char c = command_line[i];
    bytes[i] = std::byte{static_cast<uint8_t>(c == ' ' || c == ':' ? '\0' : c)};
  }
  bytes[length] = std::byte{0};
  return message;
}

struct FirstProcess {
  RefPtr<Process> process;
  RefPtr<VmarObject> vmar;
  VirtAddr entry{};
  VirtAddr vdso{};
  VirtAddr stack{};
};

// userboot's calls go to the vDSO by its distance from userboot's own end, so the two lie side by
// side.
Result<FirstProcess> load(const hal::BootInfo& info, RefPtr<Job> root_job, const char** explain) {
  FirstProcess first;
  *explain = "out of memory";
  first.process = TRY(Process::create(std::move(root_job), "userboot", personality()));
  guard_calls(*first.process);
  first.vmar = TRY(VmarObject::create(first.process->address_space().root()));
  *explain = "userboot is not a program that can be loaded";
  const vm::EmbeddedFile file = TRY(vm::EmbeddedFile::open(info.userboot));
  const auto userboot = image::Elf::parse(file.bytes());
  const auto vdso = image::Elf::parse(vdso_image());
  if (!userboot || !vdso || !userboot->code_at(userboot->entry())) return fail(Status::InvalidArgs);
  *explain = "out of memory";
  const uint64_t gap = userboot->load_span().size;
  auto region = TRY(first.vmar->vmar().allocate(
      {}, gap + vdso->load_span().size,
      {.can_map = hal::Access::Read | hal::Access::Write | hal::Access::Execute,
       .can_map_specific = true}));
  const auto image = TRY(make_vmo("userboot", file.bytes().size()));
  TRY(image->vmo()->write(0, file.bytes()));
  TRY(load_image(*region, 0, *userboot, image));
  TRY(load_image(*region, gap, *vdso, object_cast<VmoObject>(vdso_handle(0).object())));
  first.entry = region->base() + (userboot->entry() - userboot->load_span().start);
  first.vdso = region->base() + gap;

  const auto stack = TRY(make_vmo("userboot-initial-stack", kStackBytes));
  constexpr auto kReadWrite = hal::Access::Read | hal::Access::Write;
  const VirtAddr base = TRY(first.vmar->vmar().map(
      {}, stack->vmo(), 0, kStackBytes, {.access = kReadWrite, .max_access = kReadWrite}));
  first.stack = base + (kStackBytes - hal::UserContext::kInitialStackOffset);
  return first;
}

Result<> fill_handles(std::span<Handle> handles, const FirstProcess& first,
                      const RefPtr<Job>& root_job, std::span<const std::byte> zbi) {
  handles[kProcessSelf] = Handle(first.process);
  handles[kRootVmar] = Handle(first.vmar);
  handles[kRootJob] = Handle(root_job);
  handles[kRootResource] = TRY(Resource::create_root());
  const auto image = TRY(make_vmo("zbi", zbi.size()));
  TRY(image->vmo()->write(0, zbi));
  handles[kZbi] = Handle(image);
  for (size_t i = 0; i < kVdsoVariants; ++i) handles[kVdsoFirst + i] = vdso_handle(i);
  handles[kCrashlog] = read_only(TRY(make_vmo("crashlog", 0)));
  const CounterVmos counters = TRY(publish_counters());
  handles[kCounterNames] = read_only(counters.descriptions);
  handles[kCounters] = read_only(counters.values);
  // What a kernel built with instrumentation would publish; this one is not.
  for (uint32_t i = kInstrumentationFirst; i < kBootHandleCount; ++i)
    handles[i] = read_only(TRY(make_vmo("instrumentation", 0)));
  return {};
}

}  // namespace

Result<> start_userboot(const hal::BootInfo& info, const char** explain) {
  TRY(make_vdso(info.vdso, explain));
  *explain = "out of memory";
  start_console_input();
  TRY(start_memory_pressure());
  const RefPtr<Job> root_job = TRY(Job::create_root());
  TRY(root_job->set_name("root"));
  kill_for_memory_below(root_job);
  FirstProcess first = TRY(load(info, root_job, explain));
  first.process->set_call_trace(info.trace_mask);

  *explain = "out of memory";
  auto [ours, theirs] = TRY(Channel::create());
  MessagePtr message = TRY(command_line_message(info.command_line));
  TRY(fill_handles(message->handles(), first, root_job, info.zbi));
  TRY(static_cast<Channel&>(*ours.object()).write(std::move(message)));
  static_cast<Channel&>(*theirs.object()).set_owner(first.process->koid());

  auto thread = TRY(Thread::create(first.process, "userboot"));
  TRY(power_off_after(root_job, first.process->koid()));
  TRY(first.process->start(*thread, first.entry, first.stack, std::move(theirs), raw(first.vdso)));
  *explain = "";
  return {};
}

}  // namespace jacinth::zircon
