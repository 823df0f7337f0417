// The Zircon personality: from a program's trap to the function that serves it, and back.
#pragma once

#include "object/task/personality.h"
#include "zircon/dispatch.h"

namespace jacinth::zircon {

class ZirconPersonality final : public Personality {
 public:
  constexpr ZirconPersonality() = default;

  CallOutcome syscall(Thread& thread) override;
  hal::CallServer::Serve spot_server() const override;
  uint64_t error_value(Status status) const override {
    return static_cast<uint64_t>(static_cast<int64_t>(status));
  }

  void on_process_exit(Process& process) override;

 private:
  // The rest of syscall(); for a caller whose memory a pager may have to bring first; for a call
  // that may have to wait.
  CallOutcome call(Thread& thread, const SyscallEntry& entry, uint64_t number,
                   const SyscallArguments& arguments) const;
  exec::Task<CallResult> call_when_fetched(Thread& thread, const SyscallEntry& entry,
                                           uint64_t number, SyscallArguments arguments) const;
  CallOutcome call_blocking(Thread& thread, const SyscallEntry& entry, uint64_t number,
                            const SyscallArguments& arguments) const;
  CallResult finish(Thread& thread, uint64_t number, const SyscallArguments& arguments,
                    int64_t value) const;
  exec::Task<CallResult> finish_traced(Thread& thread, uint64_t number, SyscallArguments arguments,
                                       exec::Task<Status> call) const;
};

// The one there is.
ZirconPersonality& personality();

}  // namespace jacinth::zircon
