// Address-space regions: allocating, mapping, protecting, unmapping, destroying.
#include <zircon/syscalls/memory.h>

#include <algorithm>

#include "support.h"

namespace core {
namespace {

constexpr uint64_t kPage = 4096;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
constexpr zx_vm_option_t kAnyPlace =
    ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC;

// A region of this program's address space; destroyed with everything in it.
struct Region {
  Handle vmar;
  zx_vaddr_t base = 0;

  explicit Region(uint64_t size, zx_vm_option_t options = kAnyPlace) {
    EXPECT_OK(zx_vmar_allocate(user::root_vmar(), options, 0, size, vmar.out(), &base));
  }
  ~Region() {
    if (vmar) zx_vmar_destroy(vmar.get());
  }
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  // At `offset`, from the memory object's start.
  zx_status_t map_at(uint64_t offset, const Handle& vmo, uint64_t size,
                     zx_vm_option_t options = kReadWrite) const {
    zx_vaddr_t address = 0;
    return zx_vmar_map(vmar.get(), options | ZX_VM_SPECIFIC, offset, vmo.get(), 0, size, &address);
  }
  zx_status_t unmap(uint64_t offset, uint64_t size) const {
    return zx_vmar_unmap(vmar.get(), base + offset, size);
  }
  zx_status_t protect(zx_vm_option_t options, uint64_t offset, uint64_t size) const {
    return zx_vmar_protect(vmar.get(), options, base + offset, size);
  }
  char* bytes(uint64_t offset) const { return reinterpret_cast<char*>(base + offset); }
};

zx_status_t map(const Handle& vmar, zx_vm_option_t options, uint64_t offset, const Handle& vmo,
                uint64_t vmo_offset, uint64_t size) {
  zx_vaddr_t address = 0;
  return zx_vmar_map(vmar.get(), options, offset, vmo.get(), vmo_offset, size, &address);
}

zx_status_t allocate(const Handle& vmar, zx_vm_option_t options, uint64_t offset, uint64_t size,
                     Handle* child = nullptr) {
  Handle unused;
  zx_vaddr_t address = 0;
  return zx_vmar_allocate(vmar.get(), options, offset, size,
                          child == nullptr ? unused.out() : child->out(), &address);
}

// Whether this process can read or write there: asked of process_read_memory, which never faults.
bool is_mapped(zx_vaddr_t address) {
  char byte = 0;
  size_t actual = 0;
  return zx_process_read_memory(user::self_process(), address, &byte, 1, &actual) == ZX_OK;
}

TEST(vmar_allocate, gives_a_place_inside_the_parent) {
  const auto root = info<zx_info_vmar_t>(user::root_vmar(), ZX_INFO_VMAR);
  const Region region(4 * kPage);
  EXPECT_GE(region.base, root.base);
  EXPECT_GE(root.base + root.len, region.base + 4 * kPage);
  const auto told = info<zx_info_vmar_t>(region.vmar.get(), ZX_INFO_VMAR);
  EXPECT_EQ(told.base, region.base);
  EXPECT_EQ(told.len, 4 * kPage);
}

TEST(vmar_allocate, rights_follow_the_options) {
  const Region region(kPage, ZX_VM_CAN_MAP_READ);
  EXPECT_EQ(rights_of(region.vmar), (ZX_RIGHTS_BASIC & ~ZX_RIGHT_WAIT) | ZX_RIGHT_READ);
}

TEST(vmar_allocate, refuses_bad_sizes_and_offsets) {
  const Region region(4 * kPage);
  EXPECT_STATUS(allocate(region.vmar, 0, 0, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(allocate(region.vmar, 0, 0, kPage + 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(allocate(region.vmar, 0, 0, UINT64_MAX), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(allocate(region.vmar, 0, kPage, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_SPECIFIC, 4 * kPage, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_SPECIFIC, 2 * kPage, 3 * kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_SPECIFIC, 1, kPage), ZX_ERR_INVALID_ARGS);
}

TEST(vmar_allocate, refuses_bad_options) {
  const Region region(4 * kPage);
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_PERM_READ, 0, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(allocate(region.vmar, 1u << 20, 0, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_ALIGN(9), 0, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_ALIGN(33), 0, kPage), ZX_ERR_INVALID_ARGS);
}

TEST(vmar_allocate, when_the_parent_is_full_or_too_small) {
  const Region region(4 * kPage);
  EXPECT_STATUS(allocate(region.vmar, 0, 0, 5 * kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(allocate(region.vmar, 0, 0, 4 * kPage));
  EXPECT_STATUS(allocate(region.vmar, 0, 0, kPage), ZX_ERR_NO_MEMORY);
}

TEST(vmar_allocate, does_not_overlap_what_is_there) {
  const Region region(4 * kPage);
  EXPECT_OK(allocate(region.vmar, ZX_VM_SPECIFIC, kPage, kPage));
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_SPECIFIC, kPage, kPage), ZX_ERR_NO_MEMORY);
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_SPECIFIC, 0, 2 * kPage), ZX_ERR_NO_MEMORY);
}

TEST(vmar_allocate, cannot_allow_more_than_the_parent) {
  const Region region(4 * kPage, ZX_VM_CAN_MAP_READ);
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_CAN_MAP_WRITE, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(allocate(region.vmar, ZX_VM_SPECIFIC, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(allocate(region.vmar, ZX_VM_CAN_MAP_READ, 0, kPage));
}

TEST(vmar_allocate, aligns) {
  const Region region(1 << 20);
  Handle child;
  zx_vaddr_t address = 0;
  EXPECT_OK(zx_vmar_allocate(region.vmar.get(), ZX_VM_ALIGN(16), 0, kPage, child.out(), &address));
  EXPECT_EQ(address % (1 << 16), 0);
}

TEST(vmar_allocate, refuses_other_handles) {
  EXPECT_STATUS(allocate(make_event(), 0, 0, kPage), ZX_ERR_WRONG_TYPE);
  zx_handle_t child = 0;
  zx_vaddr_t address = 0;
  EXPECT_STATUS(zx_vmar_allocate(kBadHandle, 0, 0, kPage, &child, &address), ZX_ERR_BAD_HANDLE);
}

TEST(vmar_map, shows_the_memory_object) {
  const Region region(4 * kPage);
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_OK(zx_vmo_write(vmo.get(), "x", kPage, 1));
  EXPECT_OK(map(region.vmar, kReadWrite | ZX_VM_SPECIFIC, kPage, vmo, kPage, kPage));
  EXPECT_EQ(*region.bytes(kPage), 'x');
  *region.bytes(kPage + 1) = 'y';
  char byte = 0;
  EXPECT_OK(zx_vmo_read(vmo.get(), &byte, kPage + 1, 1));
  EXPECT_EQ(byte, 'y');
}

TEST(vmar_map, keeps_the_memory_object_alive) {
  const Region region(kPage);
  Handle vmo = make_vmo(kPage);
  EXPECT_OK(region.map_at(0, vmo, kPage));
  vmo.reset();
  *region.bytes(0) = 'z';
  EXPECT_EQ(*region.bytes(0), 'z');
}

TEST(vmar_map, rounds_the_length_up) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_OK(region.map_at(0, vmo, kPage + 1));
  *region.bytes(2 * kPage - 1) = 'e';
  EXPECT_STATUS(map(region.vmar, kReadWrite, 0, vmo, 0, kPage), ZX_ERR_NO_MEMORY);
}

TEST(vmar_map, refuses_bad_ranges) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_STATUS(map(region.vmar, kReadWrite, 0, vmo, 0, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(map(region.vmar, kReadWrite, 0, vmo, 0, UINT64_MAX), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(map(region.vmar, kReadWrite, 0, vmo, 1, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(map(region.vmar, kReadWrite, kPage, vmo, 0, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.map_at(kPage, vmo, 2 * kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.map_at(1, vmo, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(map(region.vmar, kReadWrite, 0, vmo, uint64_t{0} - kPage, 2 * kPage),
                ZX_ERR_INVALID_ARGS);
}

TEST(vmar_map, beyond_the_memory_objects_end) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(kPage);
  EXPECT_OK(region.map_at(0, vmo, 2 * kPage));
  *region.bytes(0) = 'a';
  EXPECT_TRUE(is_mapped(region.base));
}

TEST(vmar_map, refuses_bad_options) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(kPage);
  EXPECT_STATUS(map(region.vmar, ZX_VM_PERM_WRITE, 0, vmo, 0, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(map(region.vmar, kReadWrite | ZX_VM_CAN_MAP_READ, 0, vmo, 0, kPage),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(map(region.vmar, kReadWrite | ZX_VM_CAN_MAP_SPECIFIC, 0, vmo, 0, kPage),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(
      map(region.vmar, kReadWrite | ZX_VM_MAP_RANGE | ZX_VM_SPECIFIC_OVERWRITE, 0, vmo, 0, kPage),
      ZX_ERR_INVALID_ARGS);
}

TEST(vmar_map, with_no_access_at_all) {
  const Region region(kPage);
  const Handle vmo = make_vmo(kPage);
  EXPECT_OK(region.map_at(0, vmo, kPage, 0));
  EXPECT_OK(region.protect(kReadWrite, 0, kPage));
  *region.bytes(0) = 'x';
}

TEST(vmar_map, needs_the_rights_of_both_handles) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(kPage);
  EXPECT_STATUS(region.map_at(0, without(vmo, ZX_RIGHT_MAP), kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(region.map_at(0, without(vmo, ZX_RIGHT_MAP), kPage, ZX_VM_PERM_WRITE),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(region.map_at(0, without(vmo, ZX_RIGHT_WRITE), kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(region.map_at(0, without(vmo, ZX_RIGHT_READ), kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(region.map_at(0, vmo, kPage, kReadWrite | ZX_VM_PERM_EXECUTE),
                ZX_ERR_ACCESS_DENIED);
  const Handle fixed = without(region.vmar, ZX_RIGHT_WRITE);
  EXPECT_STATUS(map(fixed, kReadWrite, 0, vmo, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(map(fixed, ZX_VM_PERM_READ, 0, vmo, 0, kPage));
}

TEST(vmar_map, needs_what_the_region_allows) {
  const Region region(2 * kPage, ZX_VM_CAN_MAP_READ);
  const Handle vmo = make_vmo(kPage);
  EXPECT_STATUS(map(region.vmar, kReadWrite, 0, vmo, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(map(region.vmar, ZX_VM_PERM_READ | ZX_VM_SPECIFIC, 0, vmo, 0, kPage),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(map(region.vmar, ZX_VM_PERM_READ, 0, vmo, 0, kPage));
}

TEST(vmar_map, can_insist_on_a_fixed_size) {
  const Region region(2 * kPage);
  const Handle resizable = make_vmo(kPage, ZX_VMO_RESIZABLE);
  const Handle fixed = make_vmo(kPage);
  EXPECT_STATUS(region.map_at(0, resizable, kPage, kReadWrite | ZX_VM_REQUIRE_NON_RESIZABLE),
                ZX_ERR_NOT_SUPPORTED);
  EXPECT_OK(region.map_at(0, fixed, kPage, kReadWrite | ZX_VM_REQUIRE_NON_RESIZABLE));
}

TEST(vmar_map, refuses_other_handles) {
  const Region region(kPage);
  const Handle vmo = make_vmo(kPage);
  const Handle event = make_event();
  EXPECT_STATUS(map(event, kReadWrite, 0, vmo, 0, kPage), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(map(region.vmar, kReadWrite, 0, event, 0, kPage), ZX_ERR_WRONG_TYPE);
  zx_vaddr_t address = 0;
  EXPECT_STATUS(zx_vmar_map(kBadHandle, kReadWrite, 0, vmo.get(), 0, kPage, &address),
                ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmar_map(region.vmar.get(), kReadWrite, 0, kBadHandle, 0, kPage, &address),
                ZX_ERR_BAD_HANDLE);
}

TEST(vmar_map, does_not_overlap_unless_told_to) {
  const Region region(3 * kPage);
  const Handle first = make_vmo(3 * kPage);
  const Handle second = make_vmo(kPage);
  EXPECT_OK(region.map_at(0, first, 3 * kPage));
  *region.bytes(kPage) = 'f';
  *region.bytes(2 * kPage) = 'g';
  EXPECT_STATUS(region.map_at(kPage, second, kPage), ZX_ERR_NO_MEMORY);
  EXPECT_OK(region.map_at(kPage, second, kPage, kReadWrite | ZX_VM_SPECIFIC_OVERWRITE));
  EXPECT_EQ(*region.bytes(kPage), 0);
  EXPECT_EQ(*region.bytes(2 * kPage), 'g');
}

TEST(vmar_map, overwrites_no_regions) {
  const Region region(3 * kPage);
  const Handle vmo = make_vmo(3 * kPage);
  EXPECT_OK(allocate(region.vmar, ZX_VM_SPECIFIC, kPage, kPage));
  EXPECT_STATUS(region.map_at(0, vmo, 3 * kPage, kReadWrite | ZX_VM_SPECIFIC_OVERWRITE),
                ZX_ERR_INVALID_ARGS);
}

TEST(vmar_map, can_fill_the_pages_in_advance) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_OK(zx_vmo_write(vmo.get(), "r", 0, 1));
  EXPECT_OK(region.map_at(0, vmo, 2 * kPage, kReadWrite | ZX_VM_MAP_RANGE));
  EXPECT_EQ(*region.bytes(0), 'r');
}

TEST(vmar_unmap, splits_a_mapping) {
  const Region region(3 * kPage);
  const Handle vmo = make_vmo(3 * kPage);
  EXPECT_OK(region.map_at(0, vmo, 3 * kPage));
  *region.bytes(0) = 'a';
  *region.bytes(2 * kPage) = 'c';
  EXPECT_OK(region.unmap(kPage, kPage));
  EXPECT_EQ(*region.bytes(0), 'a');
  EXPECT_EQ(*region.bytes(2 * kPage), 'c');
  EXPECT_FALSE(is_mapped(region.base + kPage));
  EXPECT_EQ(info<zx_info_vmo_t>(vmo.get(), ZX_INFO_VMO).num_mappings, 2);
}

TEST(vmar_unmap, covers_holes_and_several_mappings) {
  const Region region(6 * kPage);
  const Handle vmo = make_vmo(kPage);
  EXPECT_OK(region.map_at(kPage, vmo, kPage));
  EXPECT_OK(region.map_at(4 * kPage, vmo, kPage));
  EXPECT_OK(region.unmap(0, 6 * kPage));
  EXPECT_FALSE(is_mapped(region.base + kPage));
  EXPECT_FALSE(is_mapped(region.base + 4 * kPage));
  EXPECT_OK(region.unmap(0, 6 * kPage));
}

TEST(vmar_unmap, destroys_regions_that_it_covers) {
  const Region region(4 * kPage);
  const Handle vmo = make_vmo(kPage);
  Handle child;
  EXPECT_OK(allocate(region.vmar, ZX_VM_SPECIFIC | ZX_VM_CAN_MAP_READ, kPage, kPage, &child));
  EXPECT_OK(region.unmap(0, 4 * kPage));
  EXPECT_STATUS(map(child, ZX_VM_PERM_READ, 0, vmo, 0, kPage), ZX_ERR_BAD_STATE);
}

TEST(vmar_unmap, does_not_cut_a_region) {
  const Region region(4 * kPage);
  const Handle vmo = make_vmo(kPage);
  EXPECT_OK(region.map_at(0, vmo, kPage));
  EXPECT_OK(allocate(region.vmar, ZX_VM_SPECIFIC, kPage, 2 * kPage));
  EXPECT_STATUS(region.unmap(0, 2 * kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_TRUE(is_mapped(region.base));
}

TEST(vmar_unmap, refuses_bad_ranges) {
  const Region region(2 * kPage);
  EXPECT_STATUS(region.unmap(1, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.unmap(0, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.unmap(0, UINT64_MAX), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.unmap(kPage, 2 * kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(region.unmap(0, kPage + 1));
}

TEST(vmar_protect, changes_what_is_allowed) {
  const Region region(3 * kPage);
  const Handle vmo = make_vmo(3 * kPage);
  EXPECT_OK(region.map_at(0, vmo, 3 * kPage));
  EXPECT_OK(region.protect(ZX_VM_PERM_READ, kPage, kPage));
  *region.bytes(0) = 'a';
  *region.bytes(2 * kPage) = 'c';
  EXPECT_EQ(*region.bytes(kPage), 0);
  EXPECT_OK(region.protect(kReadWrite, kPage, kPage));
  *region.bytes(kPage) = 'b';
}

TEST(vmar_protect, is_limited_by_the_handles_at_mapping_time) {
  const Region region(kPage);
  const Handle vmo = make_vmo(kPage);
  {
    const Handle fixed = without(vmo, ZX_RIGHT_WRITE);
    EXPECT_OK(region.map_at(0, fixed, kPage, ZX_VM_PERM_READ));
  }
  EXPECT_STATUS(region.protect(kReadWrite, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(region.protect(0, 0, kPage));
  EXPECT_OK(region.protect(ZX_VM_PERM_READ, 0, kPage));
}

TEST(vmar_protect, refuses_holes_and_regions) {
  const Region region(4 * kPage);
  const Handle vmo = make_vmo(kPage);
  EXPECT_STATUS(region.protect(ZX_VM_PERM_READ, 0, kPage), ZX_ERR_NOT_FOUND);
  EXPECT_OK(region.map_at(0, vmo, kPage));
  EXPECT_STATUS(region.protect(ZX_VM_PERM_READ, 0, 2 * kPage), ZX_ERR_NOT_FOUND);
  EXPECT_OK(allocate(region.vmar, ZX_VM_SPECIFIC, kPage, kPage));
  EXPECT_STATUS(region.protect(ZX_VM_PERM_READ, 0, 2 * kPage), ZX_ERR_INVALID_ARGS);
}

TEST(vmar_protect, refuses_bad_arguments) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_OK(region.map_at(0, vmo, 2 * kPage));
  EXPECT_STATUS(region.protect(ZX_VM_PERM_WRITE, 0, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.protect(ZX_VM_PERM_READ | ZX_VM_SPECIFIC, 0, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.protect(ZX_VM_PERM_READ, 1, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.protect(ZX_VM_PERM_READ, 0, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.protect(ZX_VM_PERM_READ, 0, UINT64_MAX), ZX_ERR_INVALID_ARGS);
  const Handle fixed = without(region.vmar, ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_vmar_protect(fixed.get(), kReadWrite, region.base, kPage), ZX_ERR_ACCESS_DENIED);
}

TEST(vmar_protect, of_a_large_untouched_range) {
  constexpr uint64_t kSize = uint64_t{1} << 30;
  const Region region(kSize);
  const Handle vmo = make_vmo(kSize);
  EXPECT_OK(region.map_at(0, vmo, kSize));
  EXPECT_OK(region.protect(ZX_VM_PERM_READ, 0, kSize));
  EXPECT_OK(region.unmap(kPage, kSize - kPage));
}

TEST(vmar_destroy, unmaps_and_frees_the_range) {
  const Region region(4 * kPage);
  const Handle vmo = make_vmo(kPage);
  Handle child;
  EXPECT_OK(allocate(region.vmar, ZX_VM_SPECIFIC | kAnyPlace, kPage, 2 * kPage, &child));
  Handle grandchild;
  EXPECT_OK(allocate(child, ZX_VM_SPECIFIC | kAnyPlace, 0, kPage, &grandchild));
  EXPECT_OK(map(grandchild, kReadWrite, 0, vmo, 0, kPage));
  EXPECT_TRUE(is_mapped(region.base + kPage));
  EXPECT_OK(zx_vmar_destroy(child.get()));
  EXPECT_FALSE(is_mapped(region.base + kPage));
  EXPECT_TRUE(is_valid(child.get()));
  EXPECT_TRUE(is_valid(grandchild.get()));
  EXPECT_OK(region.map_at(kPage, vmo, kPage));
}

TEST(vmar_destroy, leaves_handles_that_do_nothing) {
  const Region region(4 * kPage);
  const Handle vmo = make_vmo(kPage);
  Handle child;
  EXPECT_OK(allocate(region.vmar, ZX_VM_SPECIFIC | kAnyPlace, 0, kPage, &child));
  EXPECT_OK(zx_vmar_destroy(child.get()));
  EXPECT_STATUS(zx_vmar_destroy(child.get()), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(map(child, kReadWrite, 0, vmo, 0, kPage), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(allocate(child, 0, 0, kPage), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(zx_vmar_unmap(child.get(), region.base, kPage), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(zx_vmar_protect(child.get(), ZX_VM_PERM_READ, region.base, kPage),
                ZX_ERR_BAD_STATE);
}

TEST(vmar_destroy, happens_not_when_the_handle_is_closed) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(kPage);
  Handle child;
  EXPECT_OK(allocate(region.vmar, ZX_VM_SPECIFIC | kAnyPlace, 0, kPage, &child));
  EXPECT_OK(map(child, kReadWrite, 0, vmo, 0, kPage));
  child.reset();
  *region.bytes(0) = 'x';
  EXPECT_EQ(*region.bytes(0), 'x');
}

TEST(vmar_map, nothing_lies_beyond_the_root) {
  const auto root = info<zx_info_vmar_t>(user::root_vmar(), ZX_INFO_VMAR);
  const Handle vmo = make_vmo(kPage);
  zx_vaddr_t address = 0;
  for (const uint64_t offset :
       {root.len, root.len - kPage + 1, uint64_t{1} << 47, uint64_t{0} - kPage})
    EXPECT_STATUS(zx_vmar_map(user::root_vmar(), kReadWrite | ZX_VM_SPECIFIC, offset, vmo.get(), 0,
                              kPage, &address),
                  ZX_ERR_INVALID_ARGS);
}

// What a machine needs in order to map a page far from all others is many times the page's size.
TEST(vmar_unmap, gives_back_what_the_mapping_needed) {
  constexpr uint64_t kApart = uint64_t{64} << 20;
  constexpr int kTimes = 2000;
  constexpr uint64_t kBound = 4 << 20;
  auto free_bytes = [] {
    return info<zx_info_kmem_stats_t>(root_resource(), ZX_INFO_KMEM_STATS).free_bytes;
  };
  const Region region(kTimes * kApart);
  const Handle vmo = make_vmo(kPage);
  const uint64_t before = free_bytes();
  for (int i = 0; i < kTimes; ++i) {
    const uint64_t offset = static_cast<uint64_t>(i) * kApart;
    ASSERT_TRUE(region.map_at(offset, vmo, kPage) == ZX_OK);
    *region.bytes(offset) = 'x';
    ASSERT_TRUE(region.unmap(offset, kPage) == ZX_OK);
  }
  EXPECT_LT(before - std::min(before, free_bytes()), kBound);
}

TEST(vmar_unmap, can_end_the_thread_on_that_stack) {
  const Handle event = make_event();
  EXPECT_STATUS(zx_vmar_unmap_handle_close_thread_exit(kBadHandle, 0, kPage, event.get()),
                ZX_ERR_BAD_HANDLE);
  EXPECT_TRUE(is_valid(event.get()));
}

TEST(vmar_op_range, decommits_through_mappings) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_OK(region.map_at(0, vmo, 2 * kPage));
  *region.bytes(0) = 'a';
  *region.bytes(kPage) = 'b';
  EXPECT_OK(zx_vmar_op_range(region.vmar.get(), ZX_VMAR_OP_DECOMMIT, region.base + kPage, kPage,
                             nullptr, 0));
  EXPECT_EQ(*region.bytes(0), 'a');
  EXPECT_EQ(*region.bytes(kPage), 0);
}

TEST(vmar_op_range, refuses_bad_arguments) {
  const Region region(2 * kPage);
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_OK(region.map_at(0, vmo, kPage));
  const auto operate = [&](uint32_t op, zx_vaddr_t address, size_t size) {
    return zx_vmar_op_range(region.vmar.get(), op, address, size, nullptr, 0);
  };
  EXPECT_STATUS(operate(ZX_VMAR_OP_DECOMMIT, region.base, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(operate(ZX_VMAR_OP_DECOMMIT, region.base + 1, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(operate(ZX_VMAR_OP_DECOMMIT, region.base, 2 * kPage), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(operate(ZX_VMAR_OP_DECOMMIT, region.base + 2 * kPage, kPage), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(operate(99, region.base, kPage), ZX_ERR_NOT_SUPPORTED);
  char buffer = 0;
  EXPECT_STATUS(
      zx_vmar_op_range(region.vmar.get(), ZX_VMAR_OP_DECOMMIT, region.base, kPage, &buffer, 1),
      ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace core
