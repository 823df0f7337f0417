// What the machine's firmware and its processor offer: tables, ports, secure calls, framebuffers.
#include <zircon/syscalls/resource.h>
#include <zircon/syscalls/smc.h>

#include "support.h"

namespace core {
namespace {

Handle make_resource(uint32_t kind, uint64_t base, size_t size) {
  Handle resource;
  EXPECT_OK(zx_resource_create(root_resource(), kind, base, size, nullptr, 0, resource.out()));
  return resource;
}

TEST(firmware, tables_need_the_root_resource) {
  zx_paddr_t acpi = 0;
  zx_paddr_t smbios = 0;
  EXPECT_STATUS(zx_pc_firmware_tables(kBadHandle, &acpi, &smbios), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_pc_firmware_tables(make_event().get(), &acpi, &smbios), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_pc_firmware_tables(make_resource(ZX_RSRC_KIND_VMEX, 0, 0).get(), &acpi, &smbios),
                ZX_ERR_WRONG_TYPE);
}

// A PC says where its tables are; other machines have none.
TEST(firmware, tables_are_where_the_machine_says) {
  zx_paddr_t acpi = 0;
  zx_paddr_t smbios = 0;
  const zx_status_t status = zx_pc_firmware_tables(root_resource(), &acpi, &smbios);
  if (status == ZX_OK) {
    EXPECT_NE(acpi, 0u);
  } else {
    EXPECT_EQ(status, ZX_ERR_NOT_SUPPORTED);
  }
}

TEST(firmware, framebuffers_need_the_root_resource) {
  uint32_t format, width, height, stride;
  const auto get = [&](zx_handle_t resource) {
    return zx_framebuffer_get_info(resource, &format, &width, &height, &stride);
  };
  EXPECT_STATUS(get(kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(get(make_event().get()), ZX_ERR_WRONG_TYPE);
}

TEST(firmware, there_is_no_framebuffer) {
  uint32_t format, width, height, stride;
  EXPECT_STATUS(zx_framebuffer_get_info(root_resource(), &format, &width, &height, &stride),
                ZX_ERR_INVALID_ARGS);
}

TEST(firmware, setting_a_framebuffer_needs_the_root_resource) {
  EXPECT_STATUS(zx_framebuffer_set_range(kBadHandle, 0, 0, 0, 0, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_framebuffer_set_range(make_event().get(), 0, 0, 0, 0, 0, 0), ZX_ERR_WRONG_TYPE);
}

TEST(firmware, a_framebuffer_is_a_memory_object) {
  EXPECT_STATUS(zx_framebuffer_set_range(root_resource(), kBadHandle, 0, 0, 0, 0, 0),
                ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_framebuffer_set_range(root_resource(), make_event().get(), 0, 0, 0, 0, 0),
                ZX_ERR_WRONG_TYPE);
}

TEST(firmware, taking_no_framebuffer_away_is_fine) {
  EXPECT_OK(zx_framebuffer_set_range(root_resource(), ZX_HANDLE_INVALID, 0, 0, 0, 0, 0));
}

TEST(firmware, secure_calls_want_arguments) {
  zx_smc_parameters_t parameters{};
  zx_smc_result_t result{};
  EXPECT_STATUS(zx_smc_call(root_resource(), nullptr, &result), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_smc_call(root_resource(), &parameters, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_smc_call(root_resource(), bad_pointer<zx_smc_parameters_t>(), &result),
                ZX_ERR_INVALID_ARGS);
}

TEST(firmware, secure_calls_need_a_resource) {
  zx_smc_parameters_t parameters{};
  zx_smc_result_t result{};
  EXPECT_STATUS(zx_smc_call(kBadHandle, &parameters, &result), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_smc_call(make_event().get(), &parameters, &result), ZX_ERR_WRONG_TYPE);
}

TEST(firmware, secure_calls_need_a_resource_for_the_service) {
  zx_smc_parameters_t parameters{};
  parameters.func_id = 5u << 24;
  zx_smc_result_t result{};
  EXPECT_STATUS(zx_smc_call(make_resource(ZX_RSRC_KIND_SMC, 4, 1).get(), &parameters, &result),
                ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(zx_smc_call(make_resource(ZX_RSRC_KIND_SMC, 5, 1).get(), &parameters, &result),
                ZX_ERR_NOT_SUPPORTED);
}

TEST(firmware, ports_need_a_resource) {
  EXPECT_STATUS(zx_ioports_request(kBadHandle, 0x80, 1), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_ioports_request(make_event().get(), 0x80, 1), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_ioports_release(kBadHandle, 0x80, 1), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_ioports_release(make_event().get(), 0x80, 1), ZX_ERR_WRONG_TYPE);
}

TEST(firmware, ports_need_a_resource_of_their_kind) {
  const Handle irq = make_resource(ZX_RSRC_KIND_IRQ, 0, 0x100);
  EXPECT_STATUS(zx_ioports_request(irq.get(), 0x80, 1), ZX_ERR_WRONG_TYPE);
}

TEST(firmware, ports_need_a_resource_that_has_them) {
  const Handle few = make_resource(ZX_RSRC_KIND_IOPORT, 0x80, 4);
  EXPECT_STATUS(zx_ioports_request(few.get(), 0x7f, 1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(zx_ioports_request(few.get(), 0x80, 5), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(zx_ioports_release(few.get(), 0x84, 1), ZX_ERR_OUT_OF_RANGE);
}

TEST(firmware, there_are_only_so_many_ports) {
  EXPECT_STATUS(zx_ioports_request(root_resource(), 0xffff, 2), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_ioports_request(root_resource(), 0, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_ioports_release(root_resource(), 0xffff, UINT32_MAX), ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace core
