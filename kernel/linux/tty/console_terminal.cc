#include "linux/tty/console_terminal.h"

#include <array>

#include "fs/devices.h"
#include "linux/tty/pseudo_terminal.h"
#include "linux/tty/terminal_file.h"

namespace jacinth::linux {
namespace {

constexpr uint32_t kMajor = 5;
enum Minor : uint32_t { kOwnTerminal = 0, kConsole = 1, kMultiplexer = 2 };

class ConsoleTerminal final : public Terminal, private TerminalScreen {
 public:
  // Keys that have come, or their end, or another window.
  void look();

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  ConsoleTerminal() : Terminal(*this, {.major = kMajor, .minor = kConsole}, kDefaultSettings) {}

  size_t room() const override { return ~size_t{0}; }
  void put(std::string_view bytes) override { (void)hal::stream_write(hal::Stream::Output, bytes); }
  void want_keys() override { look_for_keys(); }
  void look_for_keys();
};

constinit ConsoleTerminal* the_console = nullptr;  // set once, before keys can come
constinit bool has_keyboard = false;

// Keys stay with the machine until there is room for them. In the order of their coming: one CPU at
// a time takes them, and sends what they mean when it holds no lock.
void ConsoleTerminal::look_for_keys() {
  if (!has_keyboard) return;
  uint64_t signals = 0;
  for (;;) {
    LockGuard guard(lock());
    std::array<char, 256> keys;
    const size_t room = std::min(keys.size(), discipline().room());
    const size_t count = hal::console_read(std::span(keys).first(room));
    if (count == 0) break;
    (void)discipline().receive({keys.data(), count});
    signals |= discipline().take_signals();
    repeat_signals(fs::ready::kIn);
    refresh();
  }
  send_signals(signals);
  if (hal::console_input_ended()) hang_up();
}

void ConsoleTerminal::look() {
  look_for_keys();
  const hal::ConsoleSize size = hal::console_size();
  set_window(
      {.rows = size.rows, .columns = size.columns, .width = size.width, .height = size.height});
}

// --- Devices

using Opened = ErrnoOr<RefPtr<fs::File>>;

exec::Eventually<Opened> open_console(const fs::Path& place, fs::Node& node, uint32_t flags) {
  return open_terminal(RefPtr<Terminal>(the_console), place, RefPtr(&node),
                       flags | fs::open_flags::kNoControllingTty);
}

exec::Eventually<Opened> open_own_terminal(const fs::Path& place, fs::Node& node, uint32_t flags) {
  auto terminal = Terminal::of(LinuxThread::of(*Thread::current()).process());
  if (!terminal) return Opened(fail(Errno::NXIO));
  return open_terminal(std::move(terminal), place, RefPtr(&node), flags);
}

}  // namespace

ErrnoOr<> start_terminals(bool with_keys) {
  auto made = TRY(to_errno(make_ref<ConsoleTerminal>()));
  made->add_ref();  // for good
  the_console = made.get();
  has_keyboard = with_keys;
  TRY(fs::register_device(kMajor, kOwnTerminal, 1, &open_own_terminal));
  TRY(fs::register_device(kMajor, kConsole, 1, &open_console));
  TRY(fs::register_device(kMajor, kMultiplexer, 1, &open_master));
  if (with_keys) hal::console_set_input_handler([] { the_console->look(); });
  the_console->look();
  return {};
}

ErrnoOr<> add_terminal_devices(fs::FileSystem& devices) {
  TRY(fs::add_device(devices, "tty", 0666, {.major = kMajor, .minor = kOwnTerminal}));
  TRY(fs::add_device(devices, "console", 0600, {.major = kMajor, .minor = kConsole}));
  TRY(fs::add_device(devices, "ptmx", 0666, {.major = kMajor, .minor = kMultiplexer}));
  return {};
}

Terminal& console_terminal() { return *the_console; }

}  // namespace jacinth::linux
