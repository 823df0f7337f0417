// The Linux personality: from a program's trap to the function that serves it, and back.
#pragma once

#include "linux/call_table.h"
#include "object/task/personality.h"

namespace jacinth::linux {

class LinuxPersonality final : public Personality {
 public:
  constexpr LinuxPersonality() = default;

  CallOutcome syscall(Thread& thread) override;
  hal::CallServer::Serve spot_server() const override;
  uint64_t error_value(Status status) const override;
  exec::Eventually<Status> on_exception(Thread& thread, const ExceptionReport& report) override;
  exec::Eventually<Status> on_attention(Thread& thread) override;
  void on_return(Thread& thread, bool interrupted) override;
  exec::Eventually<Status> on_thread_start(Thread& thread, bool first) override;
  exec::Eventually<Status> on_thread_exit(Thread& thread) override;
  void on_process_exit(Process& process) override;

 private:
  CallResult finish(LinuxThread& self, const SysResult& result) const;
  exec::Task<CallResult> finish_later(LinuxThread& self, exec::Task<SysResult> call) const;
  exec::Task<CallResult> traced_call(LinuxThread& self);
};

// The one there is.
LinuxPersonality& personality();

}  // namespace jacinth::linux
