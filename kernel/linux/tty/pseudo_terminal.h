// Pseudo-terminals: a terminal whose keyboard and screen are a file, the master, that some other
// program holds.
#pragma once

#include <array>

#include "fs/file.h"
#include "fs/file_system.h"
#include "linux/tty/terminal.h"

namespace jacinth::linux {

inline constexpr uint32_t kMostPseudoTerminals = 4096;

//   master file ──write──► keys ──► line discipline ──► read by programs
//               ◄──read─── output ◄───────────────────── written by programs
class PseudoTerminal final : public Terminal, private TerminalScreen {
 public:
  // Enters it in the table and in /dev/pts. NOSPC, NOMEM.
  static ErrnoOr<RefPtr<PseudoTerminal>> create(const fs::Credentials& owner);
  // The one with that number, while its master is open.
  static RefPtr<PseudoTerminal> find(uint32_t index);

  uint32_t index() const { return number().minor; }
  std::atomic<bool> locked{true};  // TIOCSPTLCK: cannot be opened yet

  // --- For its master, whose signals follow what there is to read and room for keys.
  void set_master(KernelObject* master);
  // AGAIN: nothing yet. IO: nothing more, nobody has it open.
  ErrnoOr<size_t> take_output(std::span<char> out);
  uint32_t output_bytes();
  bool packets();
  void set_packets(bool on);
  // The master has gone: so do the entry in /dev/pts and the keyboard.
  void master_closed();

  // IO: locked.
  ErrnoOr<> open_one() override;
  void close_one() override;

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  explicit PseudoTerminal(uint32_t index);
  ~PseudoTerminal() override;

  size_t room() const override NO_THREAD_SAFETY_ANALYSIS { return kOutputBytes - filled_; }
  void put(std::string_view bytes) override NO_THREAD_SAFETY_ANALYSIS;
  void refresh_other_side() override REQUIRES(lock());
  void note_status(uint8_t bits) override REQUIRES(lock());

  static constexpr size_t kOutputBytes = 16384;
  // All under lock().
  std::array<char, kOutputBytes> output_;
  size_t first_ = 0, filled_ = 0;
  KernelObject* master_ = nullptr;
  uint32_t opens_ = 0;
  bool abandoned_ = false;  // has been open, and is not any more
  bool packets_ = false;
  uint8_t status_ = 0;
};

// The file system at /dev/pts: there is one, however often it is mounted.
ErrnoOr<RefPtr<fs::FileSystem>> create_devpts();

// Opens /dev/ptmx: a new pseudo-terminal's master.
exec::Eventually<ErrnoOr<RefPtr<fs::File>>> open_master(const fs::Path& place, fs::Node& node,
                                                        uint32_t flags);
// Opens /dev/pts/N.
exec::Eventually<ErrnoOr<RefPtr<fs::File>>> open_slave(const fs::Path& place, fs::Node& node,
                                                       uint32_t flags);

}  // namespace jacinth::linux
