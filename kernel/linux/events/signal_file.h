// Signals that are read like a file (signalfd).
#pragma once

#include "linux/events/anonymous_file.h"
#include "linux/signals/signal_set.h"

namespace jacinth::linux {

// Takes the pending signals of whoever reads it. Which are ready depends on who asks, so its kIn
// says no more than that a signal of the mask has been sent to somebody since it was last looked
// at.
class SignalFile final : public AnonymousFile {
 public:
  static ErrnoOr<RefPtr<SignalFile>> create(SignalSet mask, uint32_t flags);
  // Null when the file is no signalfd.
  static SignalFile* of(fs::File& file);
  const void* kind() const override;

  void set_mask(SignalSet mask);

  Transferred read(fs::IoTarget to, fs::IoFlags how) override;
  Signals poll_mask() override { return fs::ready::kIn; }
  Signals readiness() override;

  // A signal is pending for somebody. Any lock ranked below LinuxPart may be held.
  static void note_sent(int32_t signal);

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  SignalFile(RefPtr<fs::Node> node, SignalSet mask, uint32_t flags);
  ~SignalFile() override;

  ErrnoOr<size_t> take(fs::IoTarget& to);
  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<SignalFile> file, fs::IoTarget to);

  std::atomic<SignalSet> mask_;
  SignalFile* next_ = nullptr;  // of all of them
};

}  // namespace jacinth::linux
