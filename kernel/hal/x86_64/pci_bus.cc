// The PCI bus as programs may use it.
#include "hal/bare_common/virtio_console.h"
#include "hal/bare_common/virtio_rng.h"
#include "hal/pci.h"
#include "hal/x86_64/pci.h"
#include "hal/x86_64/virtio_pci.h"

namespace jacinth::hal {
namespace {

using x86_64::PciFunction;
using x86_64::VirtioPci;

PciFunction function_at(PciAddress at) { return {at.bus, at.device, at.function}; }

// What the walk over the buses hands on, which takes no context itself.
constinit void (*found_free)(void*, PciAddress) = nullptr;
constinit void* found_context = nullptr;

void pass_on(const PciFunction& function) {
  const uint16_t kind = VirtioPci::kind_of(function);
  if (kind == kVirtioRng || kind == kVirtioConsole) return;
  found_free(found_context, {function.bus, function.device, function.function});
}

}  // namespace

uint32_t pci_config_bytes() { return x86_64::has_extended_pci() ? 4096 : 256; }

// Once at a time: the caller has a lock.
void for_each_free_pci_function(void* context, void (*found)(void*, PciAddress)) {
  found_context = context;
  found_free = found;
  x86_64::for_each_pci_function(&pass_on);
}

uint32_t pci_read(PciAddress at, uint16_t offset, uint32_t width) {
  const uint32_t word = function_at(at).read32(offset & ~3u);
  const uint32_t shifted = word >> (offset & 3) * 8;
  return width == 4 ? shifted : shifted & ((uint32_t{1} << width * 8) - 1);
}

void pci_write(PciAddress at, uint16_t offset, uint32_t width, uint32_t value) {
  function_at(at).write(offset, width, value);
}

}  // namespace jacinth::hal
