// What the calls of pagers check, and what supplying does.
#include "mapped.h"
#include "paged.h"

namespace core {
namespace {

constexpr uint64_t kPages = Paged::kPages;

TEST(pagers, detach_checks_its_handles) {
  const Paged paged;
  EXPECT_STATUS(zx_pager_detach_vmo(kBadHandle, paged.vmo.get()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_pager_detach_vmo(paged.vmo.get(), paged.vmo.get()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_pager_detach_vmo(paged.pager.get(), kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_pager_detach_vmo(paged.pager.get(), paged.port.get()), ZX_ERR_WRONG_TYPE);
}

TEST(pagers, detach_knows_its_vmos) {
  const Paged paged;
  EXPECT_STATUS(zx_pager_detach_vmo(make_pager().get(), paged.vmo.get()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_pager_detach_vmo(paged.pager.get(), make_vmo(kPage).get()), ZX_ERR_INVALID_ARGS);
}

TEST(pagers, supply_checks_its_handles) {
  const Paged paged;
  const Handle donor = make_vmo(kPage);
  const auto supply = [](zx_handle_t pager, zx_handle_t vmo, zx_handle_t aux) {
    return zx_pager_supply_pages(pager, vmo, 0, kPage, aux, 0);
  };
  EXPECT_STATUS(supply(kBadHandle, paged.vmo.get(), donor.get()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(supply(donor.get(), paged.vmo.get(), donor.get()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(supply(paged.pager.get(), kBadHandle, donor.get()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(supply(paged.pager.get(), paged.port.get(), donor.get()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(supply(paged.pager.get(), paged.vmo.get(), kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(supply(paged.pager.get(), paged.vmo.get(), paged.port.get()), ZX_ERR_WRONG_TYPE);
}

TEST(pagers, supply_needs_to_read_the_donor) {
  const Paged paged;
  const Handle donor = without(make_vmo(kPage), ZX_RIGHT_READ);
  EXPECT_STATUS(zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), 0, kPage, donor.get(), 0),
                ZX_ERR_ACCESS_DENIED);
}

TEST(pagers, supply_needs_to_write_the_donor) {
  const Paged paged;
  const Handle donor = without(make_vmo(kPage), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), 0, kPage, donor.get(), 0),
                ZX_ERR_ACCESS_DENIED);
}

TEST(pagers, supply_wants_its_own_vmo) {
  const Paged paged;
  const Handle donor = make_vmo(kPage);
  EXPECT_STATUS(
      zx_pager_supply_pages(make_pager().get(), paged.vmo.get(), 0, kPage, donor.get(), 0),
      ZX_ERR_INVALID_ARGS);
}

TEST(pagers, supply_wants_aligned_ranges) {
  const Paged paged;
  const Handle donor = make_vmo(2 * kPage);
  const auto supply = [&](uint64_t offset, uint64_t length, uint64_t from) {
    return zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), offset, length, donor.get(),
                                 from);
  };
  EXPECT_STATUS(supply(1, kPage, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(supply(0, 1, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(supply(0, kPage, 1), ZX_ERR_INVALID_ARGS);
}

TEST(pagers, supply_stays_inside_both) {
  const Paged paged;
  EXPECT_STATUS(paged.supply(kPages, 1, 'a'), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(paged.supply(0, kPages + 1, 'a'), ZX_ERR_OUT_OF_RANGE);
  const Handle donor = make_vmo(kPage);
  EXPECT_STATUS(
      zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), 0, kPage, donor.get(), kPage),
      ZX_ERR_OUT_OF_RANGE);
}

TEST(pagers, supply_wants_committed_donors) {
  const Paged paged;
  const Handle donor = make_vmo(kPage);
  EXPECT_STATUS(zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), 0, kPage, donor.get(), 0),
                ZX_ERR_BAD_STATE);
}

TEST(pagers, supply_wants_unmapped_donors) {
  const Paged paged;
  const Handle donor = make_vmo(kPage);
  const Mapped mapped(donor, kPage);
  mapped.bytes()[0] = 1;
  EXPECT_STATUS(zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), 0, kPage, donor.get(), 0),
                ZX_ERR_BAD_STATE);
}

TEST(pagers, supply_wants_childless_donors) {
  const Paged paged;
  const Handle donor = make_vmo(kPage);
  EXPECT_OK(zx_vmo_op_range(donor.get(), ZX_VMO_OP_COMMIT, 0, kPage, nullptr, 0));
  Handle child;
  EXPECT_OK(zx_vmo_create_child(donor.get(), ZX_VMO_CHILD_SNAPSHOT, 0, kPage, child.out()));
  EXPECT_STATUS(zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), 0, kPage, donor.get(), 0),
                ZX_ERR_BAD_STATE);
}

TEST(pagers, supply_refuses_paged_donors) {
  const Paged paged;
  const Paged donor;
  EXPECT_OK(donor.supply(0, 1, 'a'));
  EXPECT_STATUS(
      zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), 0, kPage, donor.vmo.get(), 0),
      ZX_ERR_BAD_STATE);
}

TEST(pagers, supply_takes_the_pages_away) {
  const Paged paged;
  const Handle donor = make_vmo(2 * kPage);
  EXPECT_OK(zx_vmo_write(donor.get(), "x", kPage, 1));
  EXPECT_OK(
      zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), 0, kPage, donor.get(), kPage));
  EXPECT_EQ(info<zx_info_vmo_t>(donor.get(), ZX_INFO_VMO).committed_bytes, 0u);
  EXPECT_EQ(info<zx_info_vmo_t>(paged.vmo.get(), ZX_INFO_VMO).committed_bytes, kPage);
  char value = 1;
  EXPECT_OK(zx_vmo_read(donor.get(), &value, kPage, 1));
  EXPECT_EQ(value, '\0');
}

TEST(pagers, supplied_pages_are_not_replaced) {
  const Paged paged;
  EXPECT_OK(paged.supply(0, 1, 'a'));
  EXPECT_OK(paged.supply(0, 1, 'b'));
  EXPECT_EQ(paged.read(0), 'a');
}

zx_status_t fail_range(const Paged& paged, uint64_t offset, uint64_t length,
                       uint64_t data = static_cast<uint64_t>(int64_t{ZX_ERR_IO})) {
  return zx_pager_op_range(paged.pager.get(), ZX_PAGER_OP_FAIL, paged.vmo.get(), offset, length,
                           data);
}

TEST(pagers, op_range_knows_one_operation) {
  const Paged paged;
  EXPECT_STATUS(zx_pager_op_range(paged.pager.get(), 0, paged.vmo.get(), 0, kPage, 0),
                ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(zx_pager_op_range(paged.pager.get(), 2, paged.vmo.get(), 0, kPage, 0),
                ZX_ERR_NOT_SUPPORTED);
}

TEST(pagers, op_range_fails_with_some_statuses_only) {
  const Paged paged;
  EXPECT_STATUS(fail_range(paged, 0, kPage, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(fail_range(paged, 0, kPage, static_cast<uint64_t>(int64_t{ZX_ERR_NO_MEMORY})),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(fail_range(paged, 0, kPage, static_cast<uint32_t>(ZX_ERR_IO)), ZX_ERR_INVALID_ARGS);
}

TEST(pagers, op_range_wants_aligned_ranges) {
  const Paged paged;
  EXPECT_STATUS(fail_range(paged, 1, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(fail_range(paged, 0, 1), ZX_ERR_INVALID_ARGS);
}

TEST(pagers, op_range_stays_inside) {
  const Paged paged;
  EXPECT_STATUS(fail_range(paged, kPages * kPage, kPage), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(fail_range(paged, 0, (kPages + 1) * kPage), ZX_ERR_OUT_OF_RANGE);
}

TEST(pagers, op_range_checks_its_handles) {
  const Paged paged;
  const auto fail = [](zx_handle_t pager, zx_handle_t vmo) {
    return zx_pager_op_range(pager, ZX_PAGER_OP_FAIL, vmo, 0, kPage,
                             static_cast<uint64_t>(int64_t{ZX_ERR_IO}));
  };
  EXPECT_STATUS(fail(kBadHandle, paged.vmo.get()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(fail(paged.port.get(), paged.vmo.get()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(fail(paged.pager.get(), kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(fail(paged.pager.get(), paged.port.get()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(fail(paged.pager.get(), make_vmo(kPage).get()), ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace core
