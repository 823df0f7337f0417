#include "hal/x86_64/devices.h"

#include "hal/bare_common/virtio_console.h"
#include "hal/bare_common/virtio_rng.h"
#include "hal/x86_64/console.h"
#include "hal/x86_64/entropy.h"
#include "hal/x86_64/interrupts.h"
#include "hal/x86_64/virtio_pci.h"

namespace jacinth::x86_64 {
namespace {

constinit std::optional<PhysAddr> (*take)() = nullptr;
constinit VirtioPci console_transport;
constinit bool has_console = false;

void use_rng(const PciFunction& function) {
  VirtioPci transport;
  const auto page = take();
  if (page && transport.open(function)) hal::seed_from_virtio_rng(transport, *page, random_pool());
}

void use_console(const PciFunction& function) {
  const auto receive = take();
  const auto transmit = take();
  if (has_console || !receive || !transmit || !console_transport.open(function)) return;
  const uint64_t vector = take_vector(&console_interrupt, 0);
  if (vector == 0 || !console_transport.connect(static_cast<uint8_t>(vector))) return;
  has_console = true;
  add_virtio_console(console_transport, *receive, *transmit);
}

void use(const PciFunction& function) {
  const uint16_t kind = VirtioPci::kind_of(function);
  if (kind == hal::kVirtioRng) use_rng(function);
  if (kind == hal::kVirtioConsole) use_console(function);
}

}  // namespace

void start_devices(std::optional<PhysAddr> (*take_page)()) {
  take = take_page;
  start_pci();
  for_each_pci_function(&use);
}

}  // namespace jacinth::x86_64
