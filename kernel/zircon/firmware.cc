// System calls on what the machine's firmware and its processor modes offer (32–33, 54–55, 82,
// 107).
#include "hal/devices.h"
#include "hal/io_ports.h"

#include <zircon/syscalls/smc.h>

#include "object/vm/vmo_object.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// A secure monitor's service, as the resource to it names it.
constexpr uint32_t smc_service(uint32_t function) { return function >> 24 & 0x3f; }

Result<> check_ports(SyscallContext& ctx, HandleValue resource, uint16_t first, uint32_t count) {
  TRY(validate_resource(ctx, resource, ResourceKind::IoPort, first, count));
  if (count == 0 || count > hal::kIoPorts - first) return fail(Status::InvalidArgs);
  return {};
}

}  // namespace

Result<> sys_pc_firmware_tables(SyscallContext& ctx, HandleValue handle,
                                UserOut<zx_paddr_t> acpi_rsdp, UserOut<zx_paddr_t> smbios) {
  TRY(validate_resource(ctx, handle, ResourceKind::Root));
  const auto tables = hal::firmware_tables();
  if (!tables) return fail(Status::NotSupported);
  TRY(acpi_rsdp.write(raw(tables->acpi_rsdp)));
  return smbios.write(raw(tables->smbios));
}

// No machine here has set up a framebuffer when the kernel starts.
Result<> sys_framebuffer_get_info(SyscallContext& ctx, HandleValue resource, UserOut<uint32_t>,
                                  UserOut<uint32_t>, UserOut<uint32_t>, UserOut<uint32_t>) {
  TRY(validate_resource(ctx, resource, ResourceKind::Root));
  return fail(Status::InvalidArgs);
}

// So there is no console of the kernel's that could go elsewhere; taking none away is fine.
Result<> sys_framebuffer_set_range(SyscallContext& ctx, HandleValue resource, HandleValue vmo,
                                   uint32_t, uint32_t, uint32_t, uint32_t, uint32_t) {
  TRY(validate_resource(ctx, resource, ResourceKind::Root));
  if (vmo == kInvalidHandle) return {};
  TRY(ctx.get<VmoObject>(vmo));
  return fail(Status::NotSupported);
}

// Only ARM has a secure monitor to call.
Result<> sys_smc_call(SyscallContext& ctx, HandleValue handle,
                      UserIn<zx_smc_parameters_t> parameters,
                      UserOut<zx_smc_result_t> out_smc_result) {
  if (parameters.is_null() || out_smc_result.is_null()) return fail(Status::InvalidArgs);
  const auto wanted = TRY(parameters.read());
  TRY(validate_resource(ctx, handle, ResourceKind::Smc, smc_service(wanted.func_id), 1));
  return fail(Status::NotSupported);
}

// Of the calling process.
Result<> sys_ioports_request(SyscallContext& ctx, HandleValue resource, uint16_t io_addr,
                             uint32_t len) {
  TRY(check_ports(ctx, resource, io_addr, len));
  return hal::set_io_ports(ctx.thread().process().address_space().machine(), io_addr, len, true);
}

Result<> sys_ioports_release(SyscallContext& ctx, HandleValue resource, uint16_t io_addr,
                             uint32_t len) {
  TRY(check_ports(ctx, resource, io_addr, len));
  return hal::set_io_ports(ctx.thread().process().address_space().machine(), io_addr, len, false);
}

}  // namespace jacinth::zircon
