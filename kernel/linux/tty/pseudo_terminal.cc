#include "linux/tty/pseudo_terminal.h"

#include <algorithm>

#include "fs/devices.h"
#include "fs/entries.h"
#include "fs/tmpfs.h"
#include "linux/tty/terminal_file.h"

namespace jacinth::linux {
namespace {

using fs::ready::kHangUp;
using fs::ready::kIn;
using fs::ready::kOut;
using fs::ready::kPriority;

constexpr uint32_t kFirstMajor = 136;
constexpr uint32_t kTerminalGroup = 5;  // "tty", as distributions number it

struct Table {
  std::array<PseudoTerminal*, kMostPseudoTerminals> entries{};
};
constinit Guarded<Table, LockRank::FsNames> table;
// Set once, at start-up, and there for ever.
constinit fs::FileSystem* devpts = nullptr;

std::string_view name_of(uint32_t index, std::span<char> buffer) {
  return format_into(buffer, "{}", index);
}

}  // namespace

PseudoTerminal::PseudoTerminal(uint32_t index)
    : Terminal(*this, {.major = kFirstMajor, .minor = index}, kDefaultSettings) {}

// One that lost the race for its number has no entry.
PseudoTerminal::~PseudoTerminal() {
  auto known = table.lock();
  if (known->entries[index()] == this) known->entries[index()] = nullptr;
}

ErrnoOr<RefPtr<PseudoTerminal>> PseudoTerminal::create(const fs::Credentials& owner) {
  uint32_t index = 0;
  RefPtr<PseudoTerminal> made;
  for (;; ++index) {
    if (index == kMostPseudoTerminals) return fail(Errno::NOSPC);
    if (table.lock()->entries[index] != nullptr) continue;
    if (!made || made->index() != index) made = TRY(to_errno(make_ref<PseudoTerminal>(index)));
    auto known = table.lock();
    if (known->entries[index] != nullptr) continue;
    known->entries[index] = made.get();
    break;
  }
  std::array<char, 12> buffer;
  const fs::NewNode what{.type = fs::FileType::CharDevice,
                         .mode = 0620,
                         .user = owner.user,
                         .group = kTerminalGroup,
                         .device = made->number()};
  TRY(fs::make_entry(*devpts->root(), name_of(index, buffer), what, {}));
  return made;
}

RefPtr<PseudoTerminal> PseudoTerminal::find(uint32_t index) {
  if (index >= kMostPseudoTerminals) return nullptr;
  auto known = table.lock();
  PseudoTerminal* const found = known->entries[index];
  if (found == nullptr || !found->try_add_ref()) return nullptr;
  return RefPtr<PseudoTerminal>::adopt(found);
}

// --- The screen

void PseudoTerminal::put(std::string_view bytes) {
  for (const char c : bytes.substr(0, room())) {
    output_[(first_ + filled_) % kOutputBytes] = c;
    ++filled_;
  }
}

void PseudoTerminal::set_master(KernelObject* master) {
  LockGuard guard(lock());
  master_ = master;
  refresh();
}

void PseudoTerminal::refresh_other_side() {
  if (master_ == nullptr) return;
  Signals now = 0;
  if (filled_ != 0 || status_ != 0) now |= kIn;
  if (status_ != 0) now |= kPriority;
  if (discipline().room() != 0) now |= kOut;
  if (abandoned_) now |= kHangUp;
  constexpr Signals kAll = kIn | kPriority | kOut | kHangUp;
  if ((master_->signals() & kAll) != now) master_->update_signals(kAll & ~now, now);
}

void PseudoTerminal::note_status(uint8_t bits) {
  if (!packets_) return;
  // A later change makes its opposite old news.
  if ((bits & packet_status::kStopped) != 0) status_ &= ~packet_status::kStarted;
  if ((bits & packet_status::kStarted) != 0) status_ &= ~packet_status::kStopped;
  if ((bits & packet_status::kNoFlow) != 0) status_ &= ~packet_status::kFlow;
  if ((bits & packet_status::kFlow) != 0) status_ &= ~packet_status::kNoFlow;
  status_ |= bits;
}

ErrnoOr<size_t> PseudoTerminal::take_output(std::span<char> out) {
  LockGuard guard(lock());
  size_t count = 0;
  if (packets_ && !out.empty()) {
    if (const uint8_t status = std::exchange(status_, 0); status != 0) {
      out[0] = static_cast<char>(status);
      refresh();
      return size_t{1};
    }
    if (filled_ != 0) out[count++] = static_cast<char>(packet_status::kData);
  }
  if (filled_ == 0) return fail(abandoned_ ? Errno::IO : Errno::AGAIN);
  for (; count < out.size() && filled_ != 0; --filled_) {
    out[count++] = output_[first_];
    first_ = (first_ + 1) % kOutputBytes;
  }
  repeat_signals(kOut);
  refresh();
  return count;
}

uint32_t PseudoTerminal::output_bytes() {
  LockGuard guard(lock());
  return static_cast<uint32_t>(filled_);
}

bool PseudoTerminal::packets() {
  LockGuard guard(lock());
  return packets_;
}

void PseudoTerminal::set_packets(bool on) {
  LockGuard guard(lock());
  if (on && !packets_) status_ = 0;
  packets_ = on;
  refresh();
}

void PseudoTerminal::master_closed() {
  std::array<char, 12> buffer;
  (void)fs::remove_entry(*devpts->root(), name_of(index(), buffer), fs::Remove::Other, false, {});
  set_master(nullptr);
  hang_up();
}

// --- The programs' side

ErrnoOr<> PseudoTerminal::open_one() {
  if (locked || hung_up()) return fail(Errno::IO);
  LockGuard guard(lock());
  ++opens_;
  abandoned_ = false;
  refresh();
  return {};
}

void PseudoTerminal::close_one() {
  LockGuard guard(lock());
  if (--opens_ != 0) return;
  abandoned_ = true;
  refresh();
}

ErrnoOr<RefPtr<fs::FileSystem>> create_devpts() {
  if (devpts != nullptr && devpts->begin_use()) return RefPtr<fs::FileSystem>(devpts);
  RefPtr<fs::Tmpfs> made = TRY(fs::Tmpfs::create({.mode = 0755}, "devpts"));
  TRY(fs::register_device(kFirstMajor, 0, kMostPseudoTerminals, &open_slave));
  TRY(fs::add_device(*made, "ptmx", 0, {.major = 5, .minor = 2}));
  made->add_ref();  // for good: terminals come and go without asking who has it mounted
  devpts = made.get();
  (void)made->begin_use();
  return RefPtr<fs::FileSystem>(std::move(made));
}

exec::Eventually<ErrnoOr<RefPtr<fs::File>>> open_slave(const fs::Path& place, fs::Node& node,
                                                       uint32_t flags) {
  using Opened = ErrnoOr<RefPtr<fs::File>>;
  auto terminal = PseudoTerminal::find(node.device().minor);
  if (!terminal) return Opened(fail(Errno::IO));
  return open_terminal(std::move(terminal), place, RefPtr(&node), flags);
}

}  // namespace jacinth::linux
