// Entropy, power, identity.
#include "hal/machine.h"

#include "hal/bare_common/panic.h"
#include "hal/bare_common/random_pool.h"
#include "hal/devices.h"
#include "hal/memory.h"
#include "hal/x86_64/acpi.h"
#include "hal/x86_64/apic.h"
#include "hal/x86_64/debug_registers.h"
#include "hal/x86_64/entropy.h"
#include "hal/x86_64/features.h"
#include "hal/x86_64/power.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/smp.h"

namespace jacinth::x86_64 {

extern "C" const char kernel_start[], kernel_text_end[];

namespace {

// An emulator's debug console: it reads as its own number. Whoever started the emulator finds the
// exit status there, as ACPI knows only "off".
constexpr uint16_t kStatusPort = 0xe9;
constexpr uint8_t kStatusPortThere = 0xe9;

// The keyboard controller's way to restart a PC.
void pulse_reset() {
  constexpr uint16_t kKeyboardPort = 0x64;
  constexpr uint8_t kPulseReset = 0xfe;
  out8(kKeyboardPort, kPulseReset);
}

bool has_status_port() { return in8(kStatusPort) == kStatusPortThere; }

// A number that nobody can predict; false when the processor has none at the moment.
bool draw(uint64_t* number) {
  constexpr int kTries = 10;
  bool drawn = false;
  for (int i = 0; i < kTries && !drawn; ++i)
    asm volatile("rdrand %0" : "=r"(*number), "=@ccc"(drawn));
  return drawn;
}

constinit hal::RandomPool pool;

// Without RDRAND, the best there is: the time that reading an outer device takes varies.
uint64_t draw_from_jitter() {
  uint64_t number = read_tsc();
  for (int i = 0; i < 64; ++i) {
    in8(0x80);
    number = (number ^ read_tsc()) * 0x9e37'79b9'7f4a'7c15;
    number ^= number >> 29;
  }
  return number;
}

}  // namespace

hal::RandomPool& random_pool() { return pool; }

void give_up() {
  if (has_status_port()) hal::power_off(1);
  stop_for_ever();
}

void start_entropy() {
  constexpr int kNumbers = 4;
  for (int i = 0; i < kNumbers; ++i) {
    uint64_t number;
    if (!features.rdrand || !draw(&number)) number = draw_from_jitter();
    pool.add(std::as_bytes(std::span(&number, 1)));
  }
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

using namespace x86_64;

void entropy(std::span<std::byte> out) {
  // A little more with each use: the generator does the rest.
  uint64_t number;
  if (!features.rdrand || !draw(&number)) number = read_tsc();
  pool.add(std::as_bytes(std::span(&number, 1)));
  pool.take(out);
}

void power_off(int status) {
  if (has_status_port()) out8(kStatusPort, static_cast<uint8_t>(status));
  if (acpi().power_port != 0) out16(acpi().power_port, acpi().off_value);
  if (acpi().power_port_b != 0) out16(acpi().power_port_b, acpi().off_value_b);
  // An emulator that does not know "off" is told to restart, which -no-reboot makes its end.
  if (has_status_port()) pulse_reset();
  stop_for_ever();
}

void reboot() {
  if (acpi().can_reset) out8(acpi().reset_port, acpi().reset_value);
  pulse_reset();
  stop_for_ever();
}

std::string_view machine_name() { return "x86_64"; }

CpuFeatures cpu_features() {
  constexpr uint32_t kHasFeatures = 1;
  const uint32_t line = (cpuid(1).b >> 8 & 0xff) * 8;
  return {kHasFeatures, kBreakpoints, kBreakpoints, line, line};
}

// Caches are coherent with devices and with instruction fetch.
void cache_op(CacheOp, std::span<std::byte>) {}

bool is_kernel_text(uintptr_t address) {
  return address >= reinterpret_cast<uintptr_t>(kernel_start) &&
         address < reinterpret_cast<uintptr_t>(kernel_text_end);
}

// The loader tells of ACPI alone.
std::optional<FirmwareTables> firmware_tables() {
  return FirmwareTables{.acpi_rsdp = x86_64::acpi().root_pointer, .smbios = {}};
}

uintptr_t frame_record(uintptr_t frame) { return frame; }
// Where x86_64_enter_user() keeps its caller's, above five other registers and the server.
uintptr_t program_frame() { return x86_64::this_cpu().task.stack[0] + 6 * sizeof(uint64_t); }

bool is_kernel_stack(uintptr_t address) {
  return is_cpu_stack(address) && is_cpu_stack(address + 15);
}

void stop_other_cpus() { send_non_maskable_to_others(); }
void stop_this_cpu() { stop_for_ever(); }

void end_after_panic() {
  if (has_status_port()) power_off(kPanicStatus);
  stop_for_ever();
}

}  // namespace jacinth::hal
