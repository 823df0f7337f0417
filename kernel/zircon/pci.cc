// System calls on the PCI bus and its devices (83–94).
#include <zircon/syscalls/pci.h>

#include "object/dev/pci_device.h"
#include "object/vm/vmo_object.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

constexpr uint32_t kMostWindows = 2;

// What a program says of the windows is checked and then not needed: ACPI's tables have told it.
Result<> check_description(UserIn<zx_pci_init_arg_t> arg, uint32_t length) {
  constexpr uint32_t kFixed = sizeof(zx_pci_init_arg_t);
  constexpr uint32_t kWindow = sizeof(zx_pci_ecam_window_t);
  if (length < kFixed || length > kFixed + kMostWindows * kWindow) return fail(Status::InvalidArgs);
  const UserIn<uint32_t> irqs(arg.address() + offsetof(zx_pci_init_arg_t, num_irqs));
  if (TRY(irqs.read()) > ZX_PCI_MAX_IRQS) return fail(Status::InvalidArgs);
  const UserIn<uint32_t> windows(arg.address() + offsetof(zx_pci_init_arg_t, addr_window_count));
  const uint32_t count = TRY(windows.read());
  if (count > kMostWindows || length != kFixed + count * kWindow || count != 1)
    return fail(Status::InvalidArgs);
  const UserIn<zx_pci_ecam_window_t> window(arg.address() + kFixed);
  return TRY(window.read())
  .bus_start == 0 ? Result<>() : fail(Status::InvalidArgs);
}

static_assert(ZX_PCI_NO_IRQ_MAPPING == pci_bus::kNoLine);
static_assert(sizeof(pci_bus::Lines) == sizeof(zx_pci_init_arg_t::dev_pin_to_global_irq));

// Where the pins lead, which only ACPI's byte code tells: that is for the program to run.
Result<UniquePtr<pci_bus::Lines>> read_lines(UserIn<zx_pci_init_arg_t> arg) {
  auto lines = TRY(make_unique<pci_bus::Lines>());
  constexpr auto kOffset = offsetof(zx_pci_init_arg_t, dev_pin_to_global_irq);
  TRY(UserIn<uint32_t>(arg.address() + kOffset).read_array(lines->by_pin));
  return lines;
}

// INVALID_ARGS: there is no such mode.
Result<PciDevice::IrqMode> irq_mode(uint32_t mode) {
  using enum PciDevice::IrqMode;
  constexpr PciDevice::IrqMode kModes[] = {Disabled, Legacy, Msi, MsiX};
  static_assert(ZX_PCIE_IRQ_MODE_LEGACY == 1 && ZX_PCIE_IRQ_MODE_MSI_X == 3);
  if (mode > ZX_PCIE_IRQ_MODE_MSI_X) return fail(Status::InvalidArgs);
  return kModes[mode];
}

// A name like "pci-00:1f.2-bar5".
void name_bar(VmoObject& vmo, hal::PciAddress at, uint32_t bar) {
  constexpr char kDigits[] = "0123456789abcdef";
  char name[] = "pci-00:00.0-bar0";
  name[4] = kDigits[at.bus >> 4];
  name[5] = kDigits[at.bus & 0xf];
  name[7] = kDigits[at.device >> 4];
  name[8] = kDigits[at.device & 0xf];
  name[10] = kDigits[at.function];
  name[15] = kDigits[bar];
  (void)vmo.set_name(name);
}

exec::Task<Status> status_of_reset(exec::Eventually<Result<>> reset) {
  co_return to_status(co_await std::move(reset));
}

}  // namespace

Result<> sys_pci_init(SyscallContext& ctx, HandleValue handle, UserIn<zx_pci_init_arg_t> init_buf,
                      uint32_t len) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  TRY(check_description(init_buf, len));
  return pci_bus::start(TRY(read_lines(init_buf)));
}

// The firmware has given every device its place, so no ranges are needed to choose from.
Result<> sys_pci_add_subtract_io_range(SyscallContext& ctx, HandleValue handle, bool, uint64_t,
                                       uint64_t, bool) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  return hal::pci_config_bytes() != 0 ? Result<>() : fail(Status::NotSupported);
}

Result<> sys_pci_get_nth_device(SyscallContext& ctx, HandleValue handle, uint32_t index,
                                UserOut<zx_pcie_device_info_t> out_info,
                                UserOut<HandleValue> out_handle) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  if (out_info.is_null()) return fail(Status::InvalidArgs);
  auto device = TRY(pci_bus::nth_device(index));
  const PciDevice::Identity identity = device->identity();
  TRY(out_info.write({.vendor_id = identity.vendor,
                      .device_id = identity.device,
                      .base_class = identity.base_class,
                      .sub_class = identity.sub_class,
                      .program_interface = identity.program_interface,
                      .revision_id = identity.revision,
                      .bus_id = identity.at.bus,
                      .dev_id = identity.at.device,
                      .func_id = identity.at.function,
                      .padding1 = 0}));
  return ctx.deliver(out_handle, Handle(std::move(device)));
}

Result<> sys_pci_enable_bus_master(SyscallContext& ctx, HandleValue handle, bool enable) {
  auto device = TRY(ctx.get<PciDevice>(handle, rights::kWrite));
  device->enable_bus_master(enable);
  return {};
}

exec::Eventually<Status> sys_pci_reset_device(SyscallContext& ctx, HandleValue handle) {
  auto device = ctx.get<PciDevice>(handle, rights::kWrite);
  if (!device) return device.error();
  auto reset = PciDevice::reset(std::move(*device));
  if (reset.ready()) return to_status(reset.value());
  return status_of_reset(std::move(reset));
}

Result<> sys_pci_config_read(SyscallContext& ctx, HandleValue handle, uint16_t offset, size_t width,
                             UserOut<uint32_t> out_val) {
  auto device = TRY(ctx.get<PciDevice>(handle, rights::kRead | rights::kWrite));
  return out_val.write(TRY(device->read(offset, width)));
}

Result<> sys_pci_config_write(SyscallContext& ctx, HandleValue handle, uint16_t offset,
                              size_t width, uint32_t val) {
  auto device = TRY(ctx.get<PciDevice>(handle, rights::kRead | rights::kWrite));
  return device->write(offset, width, val);
}

Result<> sys_pci_cfg_pio_rw(SyscallContext& ctx, HandleValue handle, uint8_t bus, uint8_t dev,
                            uint8_t func, uint8_t offset, UserInOut<uint32_t> val, size_t width,
                            bool write) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  constexpr uint32_t kOldConfigBytes = 256;
  const bool has_width = width == 1 || width == 2 || width == 4;
  if (dev >= ZX_PCI_MAX_DEVICES_PER_BUS || func >= ZX_PCI_MAX_FUNCTIONS_PER_DEVICE || !has_width ||
      offset % width != 0 || offset + width > kOldConfigBytes)
    return fail(Status::InvalidArgs);
  if (hal::pci_config_bytes() == 0) return fail(Status::NotSupported);
  const hal::PciAddress at{bus, dev, func};
  const auto bytes = static_cast<uint32_t>(width);
  if (!write) return val.write(hal::pci_read(at, offset, bytes));
  hal::pci_write(at, offset, bytes, TRY(val.read()));
  return {};
}

Result<> sys_pci_get_bar(SyscallContext& ctx, HandleValue handle, uint32_t bar_num,
                         UserOut<zx_pci_bar_t> out_bar, UserOut<HandleValue> out_handle) {
  if (out_bar.is_null()) return fail(Status::InvalidArgs);
  auto device = TRY(ctx.get<PciDevice>(handle, rights::kRead | rights::kWrite));
  const PciDevice::Bar bar = TRY(device->bar(bar_num));
  zx_pci_bar_t told{};
  told.id = bar_num;
  told.type = bar.ports ? ZX_PCI_BAR_TYPE_PIO : ZX_PCI_BAR_TYPE_MMIO;
  told.size = bar.size;
  if (bar.ports) {
    told.addr = bar.base;
    return out_bar.write(told);
  }
  TRY(out_bar.write(told));
  auto vmo = TRY(VmoObject::create(TRY(
      vm::Vmo::create_physical(PhysAddr{page_floor(bar.base)}, bar.size + bar.base % kPageSize))));
  TRY(vmo->vmo()->set_cache_policy(hal::CachePolicy::UncachedDevice));
  name_bar(*vmo, device->identity().at, bar_num);
  return ctx.deliver(out_handle, Handle(std::move(vmo)));
}

Result<> sys_pci_map_interrupt(SyscallContext& ctx, HandleValue handle, int32_t which_irq,
                               UserOut<HandleValue> out_handle) {
  auto device = TRY(ctx.get<PciDevice>(handle, rights::kRead));
  // A negative one is more than any device has.
  return ctx.deliver(out_handle,
                     Handle(TRY(device->map_interrupt(static_cast<uint32_t>(which_irq)))));
}

Result<> sys_pci_query_irq_mode(SyscallContext& ctx, HandleValue handle, uint32_t mode,
                                UserOut<uint32_t> out_max_irqs) {
  auto device = TRY(ctx.get<PciDevice>(handle, rights::kRead));
  return out_max_irqs.write(TRY(device->most_interrupts(TRY(irq_mode(mode)))));
}

Result<> sys_pci_set_irq_mode(SyscallContext& ctx, HandleValue handle, uint32_t mode,
                              uint32_t requested_irq_count) {
  auto device = TRY(ctx.get<PciDevice>(handle, rights::kWrite));
  return device->set_irq_mode(TRY(irq_mode(mode)), requested_irq_count);
}

}  // namespace jacinth::zircon
