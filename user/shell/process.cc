#include <zircon/syscalls.h>

#include "lib/loader_service.h"
#include "shell/job.h"

namespace shell {

std::string_view Process::how_it_ended(std::span<char> text) const {
  switch (code_) {
    case ZX_TASK_RETCODE_SYSCALL_KILL:
      return "killed";
    case ZX_TASK_RETCODE_OOM_KILL:
      return "killed: out of memory";
    case ZX_TASK_RETCODE_POLICY_KILL:
      return "killed: forbidden by its job's policy";
    case ZX_TASK_RETCODE_VDSO_KILL:
      return "killed: broke the rules for system calls";
    case ZX_TASK_RETCODE_EXCEPTION_KILL:
      return crash_.length != 0 ? crash_.view() : "killed: unhandled exception";
    case ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL:
      return "killed: a critical process ended";
    default:
      return jacinth::format_into(text, "exited with {}", code_);
  }
}

void Process::on_end(zx_signals_t) {
  zx_info_process_t info{};
  if (ended_ || zx_object_get_info(process_.get(), ZX_INFO_PROCESS, &info, sizeof(info), nullptr,
                                   nullptr) != ZX_OK)
    return;
  if (!info.exited) return;
  ended_ = true;
  code_ = info.return_code;
  process_.reset();
  loader_.reset();
}

void Process::watch_library_requests() {
  if (loader_)
    surroundings_->loop.watch(loader_.get(), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED,
                              loader_watcher_);
}

void Process::on_library_request(zx_signals_t) {
  if (!loader_) return;
  if (!user::answer_library_request(loader_.get(), surroundings_->files)) loader_.reset();
  watch_library_requests();
}

}  // namespace shell
