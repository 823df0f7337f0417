// Memory that devices reach: IOMMUs, initiators, pinned and contiguous memory.
#include <zircon/syscalls/iommu.h>
#include <zircon/syscalls/memory.h>

#include <algorithm>

#include "paged.h"
#include "support.h"

namespace core {
namespace {

constexpr uint32_t kReadWrite = ZX_BTI_PERM_READ | ZX_BTI_PERM_WRITE;

zx_status_t create_iommu(zx_handle_t resource, uint32_t type, size_t size, Handle& iommu) {
  const char description[8192] = {};
  return zx_iommu_create(resource, type, description, size, iommu.out());
}

Handle make_iommu() {
  Handle iommu;
  EXPECT_OK(create_iommu(root_resource(), ZX_IOMMU_TYPE_DUMMY, 1, iommu));
  return iommu;
}

Handle make_bti() {
  Handle bti;
  EXPECT_OK(zx_bti_create(make_iommu().get(), 0, 7, bti.out()));
  return bti;
}

zx_info_bti_t counts(const Handle& bti) { return info<zx_info_bti_t>(bti.get(), ZX_INFO_BTI); }

struct Pin {
  zx_paddr_t addresses[4] = {};
  Handle pmt;
  zx_status_t status;

  Pin(const Handle& bti, const Handle& vmo, uint64_t offset, uint64_t size, size_t count,
      uint32_t options = kReadWrite)
      : status(
            zx_bti_pin(bti.get(), options, vmo.get(), offset, size, addresses, count, pmt.out())) {}
  ~Pin() {
    if (pmt) EXPECT_OK(zx_pmt_unpin(pmt.release()));
  }
};

zx_status_t pin_status(const Handle& bti, const Handle& vmo, uint64_t offset, uint64_t size,
                       size_t count, uint32_t options = kReadWrite) {
  return Pin(bti, vmo, offset, size, count, options).status;
}

// --- IOMMUs
// ---------------------------------------------------------------------------------------

TEST(bus_memory, iommus_need_the_root_resource) {
  Handle iommu;
  EXPECT_STATUS(create_iommu(kBadHandle, ZX_IOMMU_TYPE_DUMMY, 1, iommu), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(create_iommu(make_event().get(), ZX_IOMMU_TYPE_DUMMY, 1, iommu), ZX_ERR_WRONG_TYPE);
}

TEST(bus_memory, descriptions_of_iommus_have_a_size) {
  Handle iommu;
  for (const size_t size : {0u, 2u, 4096u}) {
    EXPECT_STATUS(create_iommu(root_resource(), ZX_IOMMU_TYPE_DUMMY, size, iommu),
                  ZX_ERR_INVALID_ARGS);
  }
}

TEST(bus_memory, descriptions_of_iommus_are_limited) {
  Handle iommu;
  EXPECT_STATUS(create_iommu(root_resource(), 99, 4097, iommu), ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, other_iommus_are_not_there) {
  Handle iommu;
  EXPECT_STATUS(create_iommu(root_resource(), ZX_IOMMU_TYPE_INTEL, 16, iommu),
                ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(create_iommu(root_resource(), 2, 1, iommu), ZX_ERR_NOT_SUPPORTED);
}

TEST(bus_memory, descriptions_of_iommus_are_read) {
  Handle iommu;
  EXPECT_STATUS(
      zx_iommu_create(root_resource(), ZX_IOMMU_TYPE_DUMMY, bad_pointer<char>(), 1, iommu.out()),
      ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, iommus_have_their_rights) {
  EXPECT_EQ(rights_of(make_iommu()), ZX_RIGHTS_BASIC & ~ZX_RIGHT_WAIT);
  EXPECT_EQ(basic_info(make_iommu().get()).type, ZX_OBJ_TYPE_IOMMU);
}

// --- Initiators
// -----------------------------------------------------------------------------------

TEST(bus_memory, initiators_refuse_options) {
  Handle bti;
  EXPECT_STATUS(zx_bti_create(make_iommu().get(), 1, 0, bti.out()), ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, initiators_need_an_iommu) {
  Handle bti;
  EXPECT_STATUS(zx_bti_create(kBadHandle, 0, 0, bti.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_bti_create(make_event().get(), 0, 0, bti.out()), ZX_ERR_WRONG_TYPE);
}

TEST(bus_memory, initiators_have_their_rights) {
  EXPECT_EQ(rights_of(make_bti()),
            (ZX_RIGHTS_BASIC & ~ZX_RIGHT_WAIT) | ZX_RIGHTS_IO | ZX_RIGHT_MAP);
  EXPECT_EQ(basic_info(make_bti().get()).type, ZX_OBJ_TYPE_BTI);
}

TEST(bus_memory, initiators_start_with_nothing_pinned) {
  const zx_info_bti_t record = counts(make_bti());
  EXPECT_EQ(record.minimum_contiguity, kPage);
  EXPECT_EQ(record.pmo_count, 0u);
  EXPECT_EQ(record.quarantine_count, 0u);
}

TEST(bus_memory, information_on_initiators_needs_its_right) {
  const Handle bti = without(make_bti(), ZX_RIGHT_INSPECT);
  zx_info_bti_t record;
  EXPECT_STATUS(
      zx_object_get_info(bti.get(), ZX_INFO_BTI, &record, sizeof(record), nullptr, nullptr),
      ZX_ERR_ACCESS_DENIED);
}

TEST(bus_memory, information_on_initiators_is_about_initiators) {
  zx_info_bti_t record;
  EXPECT_STATUS(zx_object_get_info(make_event().get(), ZX_INFO_BTI, &record, sizeof(record),
                                   nullptr, nullptr),
                ZX_ERR_WRONG_TYPE);
}

// --- Pinning
// --------------------------------------------------------------------------------------

TEST(bus_memory, pinning_tells_the_addresses) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(4 * kPage);
  const Pin pin(bti, vmo, kPage, 2 * kPage, 2);
  ASSERT_OK(pin.status);
  EXPECT_NE(pin.addresses[0], 0u);
  EXPECT_NE(pin.addresses[0], pin.addresses[1]);
  EXPECT_EQ(pin.addresses[0] % kPage, 0u);
  EXPECT_EQ(info<zx_info_vmo_t>(vmo.get(), ZX_INFO_VMO).committed_bytes, 2 * kPage);
}

TEST(bus_memory, pinning_again_tells_the_same_addresses) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(kPage);
  const Pin one(bti, vmo, 0, kPage, 1);
  const Pin two(bti, vmo, 0, kPage, 1);
  EXPECT_EQ(one.addresses[0], two.addresses[0]);
}

TEST(bus_memory, pins_are_counted) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(kPage);
  {
    const Pin pin(bti, vmo, 0, kPage, 1);
    EXPECT_EQ(counts(bti).pmo_count, 1u);
    EXPECT_EQ(rights_of(pin.pmt), ZX_RIGHT_INSPECT);
    EXPECT_EQ(basic_info(pin.pmt.get()).type, ZX_OBJ_TYPE_PMT);
  }
  EXPECT_EQ(counts(bti).pmo_count, 0u);
}

TEST(bus_memory, pinned_pages_stay) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(kPage, ZX_VMO_RESIZABLE);
  const Pin pin(bti, vmo, 0, kPage, 1);
  EXPECT_STATUS(zx_vmo_set_size(vmo.get(), 0), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(zx_vmo_op_range(vmo.get(), ZX_VMO_OP_DECOMMIT, 0, kPage, nullptr, 0),
                ZX_ERR_BAD_STATE);
}

TEST(bus_memory, unpinned_pages_may_go) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(kPage, ZX_VMO_RESIZABLE);
  {
    const Pin pin(bti, vmo, 0, kPage, 1);
  }
  EXPECT_OK(zx_vmo_set_size(vmo.get(), 0));
}

TEST(bus_memory, pinning_checks_its_handles) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(kPage);
  const Handle event = make_event();
  Handle pmt;
  zx_paddr_t address = 0;
  const auto pin = [&](zx_handle_t initiator, zx_handle_t memory) {
    return zx_bti_pin(initiator, kReadWrite, memory, 0, kPage, &address, 1, pmt.out());
  };
  EXPECT_STATUS(pin(kBadHandle, vmo.get()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(pin(event.get(), vmo.get()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(pin(bti.get(), kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(pin(bti.get(), event.get()), ZX_ERR_WRONG_TYPE);
}

TEST(bus_memory, pinning_needs_the_initiators_right) {
  EXPECT_STATUS(pin_status(without(make_bti(), ZX_RIGHT_MAP), make_vmo(kPage), 0, kPage, 1),
                ZX_ERR_ACCESS_DENIED);
}

TEST(bus_memory, pinning_needs_to_map) {
  EXPECT_STATUS(pin_status(make_bti(), without(make_vmo(kPage), ZX_RIGHT_MAP), 0, kPage, 1),
                ZX_ERR_ACCESS_DENIED);
}

TEST(bus_memory, pinning_to_read_needs_to_read) {
  const Handle vmo = without(make_vmo(kPage), ZX_RIGHT_READ);
  EXPECT_STATUS(pin_status(make_bti(), vmo, 0, kPage, 1, ZX_BTI_PERM_READ), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(pin_status(make_bti(), vmo, 0, kPage, 1, ZX_BTI_PERM_WRITE));
}

TEST(bus_memory, pinning_to_write_needs_to_write) {
  const Handle vmo = without(make_vmo(kPage), ZX_RIGHT_WRITE);
  EXPECT_STATUS(pin_status(make_bti(), vmo, 0, kPage, 1, ZX_BTI_PERM_WRITE), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(pin_status(make_bti(), vmo, 0, kPage, 1, ZX_BTI_PERM_READ));
}

TEST(bus_memory, pinning_wants_a_purpose) {
  EXPECT_STATUS(pin_status(make_bti(), make_vmo(kPage), 0, kPage, 1, 0), ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, pinning_refuses_unknown_options) {
  EXPECT_STATUS(pin_status(make_bti(), make_vmo(kPage), 0, kPage, 1, kReadWrite | 1u << 5),
                ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, pinning_is_compressed_or_contiguous) {
  EXPECT_STATUS(pin_status(make_bti(), make_vmo(kPage), 0, kPage, 1,
                           kReadWrite | ZX_BTI_COMPRESS | ZX_BTI_CONTIGUOUS),
                ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, compressed_pins_have_an_address_for_each_page) {
  EXPECT_OK(
      pin_status(make_bti(), make_vmo(2 * kPage), 0, 2 * kPage, 2, kReadWrite | ZX_BTI_COMPRESS));
}

TEST(bus_memory, pinning_wants_aligned_ranges) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_STATUS(pin_status(bti, vmo, 1, kPage, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pin_status(bti, vmo, 0, 1, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pin_status(bti, vmo, 0, 0, 0), ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, pinning_stays_inside) {
  EXPECT_STATUS(pin_status(make_bti(), make_vmo(kPage), 0, 2 * kPage, 2), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(pin_status(make_bti(), make_vmo(kPage), kPage, kPage, 1), ZX_ERR_OUT_OF_RANGE);
}

TEST(bus_memory, pinning_wants_room_for_all_addresses) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_STATUS(pin_status(bti, vmo, 0, 2 * kPage, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(pin_status(bti, vmo, 0, 2 * kPage, 3), ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, what_cannot_be_told_is_not_pinned) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(kPage);
  Handle pmt;
  EXPECT_STATUS(zx_bti_pin(bti.get(), kReadWrite, vmo.get(), 0, kPage, bad_pointer<zx_paddr_t>(), 1,
                           pmt.out()),
                ZX_ERR_INVALID_ARGS);
  zx_paddr_t address = 0;
  EXPECT_STATUS(zx_bti_pin(bti.get(), kReadWrite, vmo.get(), 0, kPage, &address, 1,
                           bad_pointer<zx_handle_t>()),
                ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(counts(bti).pmo_count, 0u);
  EXPECT_OK(zx_vmo_op_range(vmo.get(), ZX_VMO_OP_DECOMMIT, 0, kPage, nullptr, 0));
}

// --- Quarantine
// -----------------------------------------------------------------------------------

TEST(bus_memory, what_is_not_unpinned_goes_into_quarantine) {
  const Handle bti = make_bti();
  const Handle vmo = make_vmo(kPage);
  {
    Pin pin(bti, vmo, 0, kPage, 1);
    pin.pmt.reset();
  }
  EXPECT_EQ(counts(bti).quarantine_count, 1u);
  EXPECT_EQ(counts(bti).pmo_count, 1u);
  EXPECT_STATUS(zx_vmo_op_range(vmo.get(), ZX_VMO_OP_DECOMMIT, 0, kPage, nullptr, 0),
                ZX_ERR_BAD_STATE);
  EXPECT_OK(zx_bti_release_quarantine(bti.get()));
  EXPECT_EQ(counts(bti).quarantine_count, 0u);
  EXPECT_EQ(counts(bti).pmo_count, 0u);
  EXPECT_OK(zx_vmo_op_range(vmo.get(), ZX_VMO_OP_DECOMMIT, 0, kPage, nullptr, 0));
}

TEST(bus_memory, what_is_unpinned_is_not_in_quarantine) {
  const Handle bti = make_bti();
  {
    const Pin pin(bti, make_vmo(kPage), 0, kPage, 1);
  }
  EXPECT_EQ(counts(bti).quarantine_count, 0u);
}

TEST(bus_memory, an_empty_quarantine_may_be_released) {
  EXPECT_OK(zx_bti_release_quarantine(make_bti().get()));
}

TEST(bus_memory, releasing_checks_its_handle) {
  EXPECT_STATUS(zx_bti_release_quarantine(kBadHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_bti_release_quarantine(make_event().get()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_bti_release_quarantine(without(make_bti(), ZX_RIGHT_WRITE).get()),
                ZX_ERR_ACCESS_DENIED);
}

TEST(bus_memory, unpinning_checks_its_handle) {
  EXPECT_STATUS(zx_pmt_unpin(kBadHandle), ZX_ERR_BAD_HANDLE);
}

TEST(bus_memory, unpinning_takes_any_handle) {
  Handle event = make_event();
  const zx_handle_t value = event.release();
  EXPECT_STATUS(zx_pmt_unpin(value), ZX_ERR_WRONG_TYPE);
  EXPECT_FALSE(is_valid(value));
}

// --- Contiguous memory
// ----------------------------------------------------------------------------

zx_status_t create_contiguous(const Handle& bti, size_t size, uint32_t align, Handle& vmo) {
  return zx_vmo_create_contiguous(bti.get(), size, align, vmo.out());
}

TEST(bus_memory, contiguous_memory_is_committed_and_zero) {
  Handle vmo;
  ASSERT_OK(create_contiguous(make_bti(), 2 * kPage, 0, vmo));
  const auto record = info<zx_info_vmo_t>(vmo.get(), ZX_INFO_VMO);
  EXPECT_TRUE(record.flags & ZX_INFO_VMO_CONTIGUOUS);
  EXPECT_EQ(record.committed_bytes, 2 * kPage);
  char byte = 1;
  EXPECT_OK(zx_vmo_read(vmo.get(), &byte, kPage, 1));
  EXPECT_EQ(byte, '\0');
}

TEST(bus_memory, contiguous_memory_has_one_address) {
  const Handle bti = make_bti();
  Handle vmo;
  ASSERT_OK(create_contiguous(bti, 3 * kPage, 14, vmo));
  const Pin all(bti, vmo, 0, 3 * kPage, 1, kReadWrite | ZX_BTI_CONTIGUOUS);
  ASSERT_OK(all.status);
  EXPECT_EQ(all.addresses[0] % (1u << 14), 0u);
  const Pin last(bti, vmo, 2 * kPage, kPage, 1);
  EXPECT_EQ(last.addresses[0], all.addresses[0] + 2 * kPage);
}

TEST(bus_memory, only_contiguous_memory_has_one_address) {
  EXPECT_STATUS(
      pin_status(make_bti(), make_vmo(2 * kPage), 0, 2 * kPage, 1, kReadWrite | ZX_BTI_CONTIGUOUS),
      ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, contiguous_memory_has_a_size) {
  Handle vmo;
  EXPECT_STATUS(create_contiguous(make_bti(), 0, 0, vmo), ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, contiguous_memory_is_aligned_to_pages_at_least) {
  Handle vmo;
  EXPECT_STATUS(create_contiguous(make_bti(), kPage, 11, vmo), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create_contiguous(make_bti(), kPage, 64, vmo), ZX_ERR_INVALID_ARGS);
}

TEST(bus_memory, contiguous_memory_needs_an_initiator) {
  Handle vmo;
  EXPECT_STATUS(zx_vmo_create_contiguous(kBadHandle, kPage, 0, vmo.out()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(create_contiguous(make_event(), kPage, 0, vmo), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(create_contiguous(without(make_bti(), ZX_RIGHT_MAP), kPage, 0, vmo),
                ZX_ERR_ACCESS_DENIED);
}

TEST(bus_memory, there_is_not_that_much_contiguous_memory) {
  Handle vmo;
  EXPECT_STATUS(create_contiguous(make_bti(), uint64_t{1} << 46, 0, vmo), ZX_ERR_NO_MEMORY);
}

TEST(bus_memory, contiguous_memory_cannot_be_cloned) {
  Handle vmo;
  ASSERT_OK(create_contiguous(make_bti(), kPage, 0, vmo));
  Handle child;
  EXPECT_STATUS(zx_vmo_create_child(vmo.get(), ZX_VMO_CHILD_SNAPSHOT, 0, kPage, child.out()),
                ZX_ERR_INVALID_ARGS);
}

// What a pager supplies is the donor's very page: its place in memory shows it.
TEST(bus_memory, supplied_pages_are_moved) {
  const Handle bti = make_bti();
  const Handle donor = make_vmo(2 * kPage);
  zx_paddr_t before[2] = {};
  {
    const Pin pin(bti, donor, 0, 2 * kPage, 2);
    ASSERT_OK(pin.status);
    std::copy_n(pin.addresses, 2, before);
  }
  const Paged paged;
  ASSERT_OK(
      zx_pager_supply_pages(paged.pager.get(), paged.vmo.get(), kPage, 2 * kPage, donor.get(), 0));
  const Pin pin(bti, paged.vmo, kPage, 2 * kPage, 2);
  ASSERT_OK(pin.status);
  EXPECT_EQ(pin.addresses[0], before[0]);
  EXPECT_EQ(pin.addresses[1], before[1]);
}

}  // namespace
}  // namespace core
