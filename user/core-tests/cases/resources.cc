// Resources: who may use which range.
#include <zircon/syscalls/resource.h>

#include "support.h"

namespace core {
namespace {

constexpr uint64_t kBase = 0x7000'0000'0000;

zx_status_t create(zx_handle_t parent, uint32_t options, uint64_t base, size_t size, Handle* out,
                   std::string_view name = "range") {
  return zx_resource_create(parent, options, base, size, name.data(), name.size(), out->out());
}

Handle make_range(uint32_t kind, uint64_t base, size_t size) {
  Handle resource;
  EXPECT_OK(create(root_resource(), kind, base, size, &resource));
  return resource;
}

TEST(resources, the_root) {
  const auto root = info<zx_info_resource_t>(root_resource(), ZX_INFO_RESOURCE);
  EXPECT_EQ(root.kind, ZX_RSRC_KIND_ROOT);
  EXPECT_EQ(root.flags, 0);
  EXPECT_EQ(root.base, 0);
  EXPECT_EQ(root.size, 0);
}

TEST(resources, tell_of_themselves) {
  const Handle range = make_range(ZX_RSRC_KIND_MMIO, kBase, 0x1000);
  const auto told = info<zx_info_resource_t>(range.get(), ZX_INFO_RESOURCE);
  EXPECT_EQ(told.kind, ZX_RSRC_KIND_MMIO);
  EXPECT_EQ(told.base, kBase);
  EXPECT_EQ(told.size, 0x1000);
  EXPECT_EQ(std::string_view(told.name), "range");
  EXPECT_EQ(rights_of(range),
            ZX_RIGHT_TRANSFER | ZX_RIGHT_DUPLICATE | ZX_RIGHT_WRITE | ZX_RIGHT_INSPECT);
}

TEST(resources, names_are_cut) {
  constexpr std::string_view kLong = "a name that is longer than thirty-two bytes";
  Handle range;
  EXPECT_OK(create(root_resource(), ZX_RSRC_KIND_MMIO, kBase, 0x1000, &range, kLong));
  const auto told = info<zx_info_resource_t>(range.get(), ZX_INFO_RESOURCE);
  EXPECT_EQ(std::string_view(told.name), kLong.substr(0, ZX_MAX_NAME_LEN - 1));
}

TEST(resources, children_are_within_their_parent) {
  const Handle parent = make_range(ZX_RSRC_KIND_MMIO, kBase, 0x4000);
  Handle child;
  EXPECT_OK(create(parent.get(), ZX_RSRC_KIND_MMIO, kBase + 0x1000, 0x1000, &child));
  EXPECT_STATUS(create(parent.get(), ZX_RSRC_KIND_MMIO, kBase + 0x3000, 0x2000, &child),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(create(parent.get(), ZX_RSRC_KIND_IRQ, 1, 1, &child), ZX_ERR_ACCESS_DENIED);
}

TEST(resources, refuse_bad_arguments) {
  Handle out;
  EXPECT_STATUS(create(root_resource(), ZX_RSRC_KIND_COUNT, 0, 1, &out), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(root_resource(), 0x80000000, 0, 1, &out), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(root_resource(), ZX_RSRC_KIND_MMIO, UINT64_MAX, 2, &out),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(root_resource(), ZX_RSRC_KIND_ROOT, 1, 0, &out), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(kBadHandle, ZX_RSRC_KIND_MMIO, 0, 1, &out), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(create(make_event().get(), ZX_RSRC_KIND_MMIO, 0, 1, &out), ZX_ERR_WRONG_TYPE);
  const Handle parent = make_range(ZX_RSRC_KIND_MMIO, kBase, 0x4000);
  EXPECT_STATUS(create(without(parent, ZX_RIGHT_WRITE).get(), ZX_RSRC_KIND_MMIO, kBase, 1, &out),
                ZX_ERR_ACCESS_DENIED);
}

TEST(resources, exclusive_ranges_overlap_nothing) {
  constexpr uint32_t kExclusive = ZX_RSRC_KIND_MMIO | ZX_RSRC_FLAG_EXCLUSIVE;
  Handle exclusive;
  Handle other;
  EXPECT_OK(create(root_resource(), kExclusive, kBase, 0x2000, &exclusive));
  EXPECT_STATUS(create(root_resource(), ZX_RSRC_KIND_MMIO, kBase + 0x1000, 0x2000, &other),
                ZX_ERR_NOT_FOUND);
  exclusive.reset();
  EXPECT_OK(create(root_resource(), ZX_RSRC_KIND_MMIO, kBase + 0x1000, 0x2000, &other));
  EXPECT_STATUS(create(root_resource(), kExclusive, kBase, 0x2000, &exclusive), ZX_ERR_NOT_FOUND);
}

TEST(vmo_physical, needs_the_range) {
  const Handle range = make_range(ZX_RSRC_KIND_MMIO, kBase, 0x1000);
  const Handle irq = make_range(ZX_RSRC_KIND_IRQ, 1, 1);
  Handle vmo;
  const auto create_vmo = [&](zx_handle_t resource, zx_paddr_t base, size_t size) {
    return zx_vmo_create_physical(resource, base, size, vmo.out());
  };
  EXPECT_STATUS(create_vmo(range.get(), kBase, 0x2000), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(create_vmo(irq.get(), kBase, 0x1000), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(create_vmo(kBadHandle, kBase, 0x1000), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(create_vmo(range.get(), kBase, 0), ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace core
