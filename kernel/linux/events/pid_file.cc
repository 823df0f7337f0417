#include "linux/events/pid_file.h"

#include "linux/events/anonymous_file.h"
#include "linux/files/transfer.h"
#include "linux/syscall_prototypes.h"
#include "linux/task/task_table.h"
#include "linux/tracing/access.h"

namespace jacinth::linux {
namespace {

constexpr char kPidKind = 0;

class PidFile final : public fs::File {
 public:
  PidFile(RefPtr<fs::Node> node, LinuxProcess& process, RefPtr<KernelObject> end, uint32_t flags)
      : File({}, std::move(node), flags | fs::open_flags::kReadWrite),
        process_(&process),
        end_(std::move(end)) {}

  const void* kind() const override { return &kPidKind; }
  LinuxProcess& process() const { return *process_; }
  KernelObject& poll_object() override { return *end_; }
  Signals poll_mask() override { return fs::ready::kIn | fs::ready::kHangUp; }

 private:
  const RefPtr<LinuxProcess> process_;
  const RefPtr<KernelObject> end_;
};

}  // namespace

ErrnoOr<RefPtr<fs::File>> make_pid_file(LinuxProcess& process, uint32_t flags) {
  auto node = TRY(make_anonymous_node("pidfd"));
  auto end = TRY(process.end_object());
  return RefPtr<fs::File>(
      TRY(to_errno(make_ref<PidFile>(std::move(node), process, std::move(end), flags))));
}

LinuxProcess* process_of(fs::File& file) {
  return file.kind() == &kPidKind ? &static_cast<PidFile&>(file).process() : nullptr;
}

SysResult sys_pidfd_open(SyscallContext& ctx, int32_t pid, uint32_t flags) {
  if (pid <= 0 || (flags & ~fs::open_flags::kNonBlock) != 0) return fail(Errno::INVAL);
  RefPtr<LinuxProcess> process;
  {
    LockGuard guard(tasks_lock);
    process = RefPtr(tasks().find_process(pid));
    if (!process && tasks().find_thread(pid) != nullptr) return fail(Errno::NOENT);
  }
  if (!process) return fail(Errno::SRCH);
  return install(ctx, TRY(make_pid_file(*process, flags)), fs::open_flags::kCloseOnExec);
}

namespace {

ErrnoOr<RefPtr<FileTable>> files_of(LinuxProcess& process) {
  LockGuard guard(tasks_lock);
  if (process.threads().empty()) return fail(Errno::SRCH);
  auto files = process.threads().front().shared_files();
  if (!files) return fail(Errno::SRCH);
  return files;
}

}  // namespace

SysResult sys_pidfd_getfd(SyscallContext& ctx, int32_t pidfd, int32_t fd, uint32_t flags) {
  if (flags != 0) return fail(Errno::INVAL);
  const auto file = TRY(ctx.self().files->get(pidfd));
  LinuxProcess* const process = process_of(*file);
  if (process == nullptr) return fail(Errno::BADF);
  if (!may_access(ctx.process(), *process, AccessIds::FileSystem)) return fail(Errno::PERM);
  const auto files = TRY(files_of(*process));
  return install(ctx, TRY(files->get_any(fd)), fs::open_flags::kCloseOnExec);
}

}  // namespace jacinth::linux
