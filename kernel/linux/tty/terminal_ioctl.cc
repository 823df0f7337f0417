#include "linux/tty/terminal_ioctl.h"

#include "linux/syscall_context.h"

namespace jacinth::linux {
namespace {

enum Command : uint32_t {
  kGetTermios = 0x5401,
  kSetTermios = 0x5402,
  kSetTermiosDrain = 0x5403,
  kSetTermiosFlush = 0x5404,
  kSendBreak = 0x5409,
  kFlow = 0x540a,
  kFlush = 0x540b,
  kExclusive = 0x540c,
  kNotExclusive = 0x540d,
  kControl = 0x540e,
  kGetForeground = 0x540f,
  kSetForeground = 0x5410,
  kOutputBytes = 0x5411,
  kTypeCharacter = 0x5412,
  kGetWindow = 0x5413,
  kSetWindow = 0x5414,
  kInputBytes = 0x541b,
  kNoControl = 0x5422,
  kSetDiscipline = 0x5423,
  kGetDiscipline = 0x5424,
  kSendBreakPosix = 0x5425,
  kGetSession = 0x5429,
  kGetTermios2 = 0x802c542a,
  kSetTermios2 = 0x402c542b,
  kSetTermios2Drain = 0x402c542c,
  kSetTermios2Flush = 0x402c542d,
  kGetDevice = 0x80045432,
};

// termios says how fast in bits of the control flags, termios2 in numbers.
constexpr uint32_t kSpeeds[] = {0,   50,   75,   110,  134,  150,  200,   300,
                                600, 1200, 1800, 2400, 4800, 9600, 19200, 38400};
constexpr uint32_t kFastSpeeds[] = {57600,   115200,  230400,  460800,  500000,
                                    576000,  921600,  1000000, 1152000, 1500000,
                                    2000000, 2500000, 3000000, 3500000, 4000000};
constexpr uint32_t kFastBit = control_flag::kOtherSpeed;

uint32_t speed_of(uint32_t bits, uint32_t other) {
  bits &= control_flag::kSpeed;
  if (bits == kFastBit) return other;
  if ((bits & kFastBit) == 0) return kSpeeds[bits];
  const uint32_t index = (bits & ~kFastBit) - 1;
  return index < std::size(kFastSpeeds) ? kFastSpeeds[index] : other;
}

struct Request {
  Terminal& terminal;
  LinuxThread& caller;
  TerminalSide side;
  uint64_t argument;

  LinuxProcess& process() const { return caller.process(); }
  // Not from the background.
  ErrnoOr<> check() const { return terminal.check_background(caller, kSigTtou); }
  // Sessions belong to what programs have; the master's side may only look.
  ErrnoOr<> check_own() const {
    if (side == TerminalSide::Program && Terminal::of(process()).get() != &terminal)
      return fail(Errno::NOTTY);
    return {};
  }
};

// The first `size` bytes of Settings as the program has them.
ErrnoOr<int64_t> get_settings(const Request& request, size_t size) {
  const Settings settings = request.terminal.settings();
  const UserOut<std::byte> to(VirtAddr{request.argument});
  TRY(fault_of(to.write_array(std::as_bytes(std::span(&settings, 1)).first(size))));
  return 0;
}

ErrnoOr<int64_t> set_settings(const Request& request, size_t size, bool flush) {
  TRY(request.check());
  Settings settings = request.terminal.settings();
  const UserIn<std::byte> from(VirtAddr{request.argument});
  TRY(fault_of(from.read_array(std::as_writable_bytes(std::span(&settings, 1)).first(size))));
  const bool old_form = size == kTermiosBytes;
  const uint32_t other = settings.output_speed;
  settings.output_speed = speed_of(settings.control_mode, other);
  if (old_form) settings.input_speed = settings.output_speed;
  request.terminal.change(settings, flush);
  return 0;
}

ErrnoOr<int64_t> change_flow(const Request& request) {
  enum Action : uint64_t { kStopOutput, kStartOutput, kSendStop, kSendStart };
  TRY(request.check());
  switch (request.argument) {
    case kStopOutput:
      request.terminal.stop_output();
      return 0;
    case kStartOutput:
      request.terminal.start_output();
      return 0;
    case kSendStop:
    case kSendStart:
      return 0;  // there is no line to a keyboard to send them on
    default:
      return fail(Errno::INVAL);
  }
}

ErrnoOr<int64_t> flush(const Request& request) {
  enum Which : uint64_t { kInput, kOutput, kBoth };
  TRY(request.check());
  if (request.argument > kBoth) return fail(Errno::INVAL);
  if (request.argument != kOutput) request.terminal.flush_input();
  if (request.argument != kInput) request.terminal.flush_output();
  return 0;
}

ErrnoOr<int64_t> type_character(const Request& request) {
  const bool own = Terminal::of(request.process()).get() == &request.terminal;
  if (!own && !request.process().credentials.lock()->is_root()) return fail(Errno::PERM);
  const char c = TRY(get(UserIn<char>(VirtAddr{request.argument})));
  (void)request.terminal.receive({&c, 1});
  return 0;
}

ErrnoOr<int64_t> tell_session(const Request& request, uint32_t command) {
  TRY(request.check_own());
  int32_t number = 0;
  {
    LockGuard guard(tasks_lock);
    number = command == kGetSession ? request.terminal.session() : request.terminal.foreground();
  }
  if (command == kGetSession && number == 0) return fail(Errno::NOTTY);
  TRY(put(UserOut<int32_t>(VirtAddr{request.argument}), number));
  return 0;
}

ErrnoOr<int64_t> set_foreground(const Request& request) {
  if (const auto checked = request.check(); !checked)
    return fail(checked.error() == Errno::IO ? Errno::NOTTY : checked.error());
  const int32_t group = TRY(get(UserIn<int32_t>(VirtAddr{request.argument})));
  TRY(request.terminal.set_foreground(request.process(), group));
  return 0;
}

ErrnoOr<int64_t> run(const Request& request, uint32_t command) {
  Terminal& terminal = request.terminal;
  const VirtAddr address{request.argument};
  switch (command) {
    case kGetTermios:
      return get_settings(request, kTermiosBytes);
    case kGetTermios2:
      return get_settings(request, sizeof(Settings));
    // Output never waits at the terminal, so there is nothing to drain.
    case kSetTermios:
    case kSetTermiosDrain:
    case kSetTermiosFlush:
      return set_settings(request, kTermiosBytes, command == kSetTermiosFlush);
    case kSetTermios2:
    case kSetTermios2Drain:
    case kSetTermios2Flush:
      return set_settings(request, sizeof(Settings), command == kSetTermios2Flush);
    case kSendBreak:
    case kSendBreakPosix:
      TRY(request.check());
      return 0;
    case kFlow:
      return change_flow(request);
    case kFlush:
      return flush(request);
    case kExclusive:
    case kNotExclusive:
      terminal.exclusive = command == kExclusive;
      return 0;
    case kControl:
      TRY(terminal.control(request.process(), request.argument == 1));
      return 0;
    case kNoControl:
      TRY(terminal.give_up(request.process()));
      return 0;
    case kGetForeground:
    case kGetSession:
      return tell_session(request, command);
    case kSetForeground:
      return set_foreground(request);
    case kOutputBytes:
      TRY(put(UserOut<int32_t>(address), 0));
      return 0;
    case kInputBytes:
      TRY(put(UserOut<int32_t>(address), static_cast<int32_t>(terminal.readable())));
      return 0;
    case kTypeCharacter:
      return type_character(request);
    case kGetWindow:
      TRY(put(UserOut<WindowSize>(address), terminal.window()));
      return 0;
    case kSetWindow:
      terminal.set_window(TRY(get(UserIn<WindowSize>(address))));
      return 0;
    case kGetDiscipline:
      TRY(put(UserOut<int32_t>(address), 0));
      return 0;
    case kSetDiscipline:
      return TRY(get(UserIn<int32_t>(address)))
      == 0 ? ErrnoOr<int64_t>(0) : fail(Errno::INVAL);
    case kGetDevice:
      TRY(put(UserOut<uint32_t>(address), static_cast<uint32_t>(terminal.number().encoded())));
      return 0;
    default:
      return fail(Errno::NOTTY);
  }
}

}  // namespace

ErrnoOr<int64_t> terminal_ioctl(Terminal& terminal, TerminalSide side, uint32_t command,
                                uint64_t argument) {
  if (side == TerminalSide::Program && terminal.hung_up())
    return fail(command == kSetForeground ? Errno::NOTTY : Errno::IO);
  return run({.terminal = terminal,
              .caller = LinuxThread::of(*Thread::current()),
              .side = side,
              .argument = argument},
             command);
}

}  // namespace jacinth::linux
