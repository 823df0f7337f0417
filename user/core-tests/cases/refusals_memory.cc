// What calls on memory objects, address regions and resources refuse: one thing at a time.
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include "refusal.h"

namespace core {
namespace {

constexpr uint64_t kPage = 4096;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;

Handle any_other() { return make_event(); }

char buffer[64];

zx_status_t create_vmo(uint64_t size, uint32_t options) {
  Handle vmo;
  return zx_vmo_create(size, options, vmo.out());
}
zx_status_t create_child(zx_handle_t vmo, uint32_t options, uint64_t offset, uint64_t size) {
  Handle child;
  return zx_vmo_create_child(vmo, options, offset, size, child.out());
}
zx_status_t op_range(zx_handle_t vmo, uint32_t op, uint64_t offset = 0, uint64_t size = kPage) {
  return zx_vmo_op_range(vmo, op, offset, size, nullptr, 0);
}
zx_status_t replace_as_executable(zx_handle_t vmo, zx_handle_t vmex) {
  Handle executable;
  return zx_vmo_replace_as_executable(vmo, vmex, executable.out());
}
zx_status_t create_physical(zx_handle_t resource, zx_paddr_t base, size_t size) {
  Handle vmo;
  return zx_vmo_create_physical(resource, base, size, vmo.out());
}
Handle vmo(uint64_t pages = 1, uint32_t options = 0) { return make_vmo(pages * kPage, options); }

// --- Memory objects
// -------------------------------------------------------------------------------

REFUSAL(refuse_vmos, unknown_options, ZX_ERR_INVALID_ARGS, create_vmo(kPage, 1u << 7))
REFUSAL(refuse_vmos, too_large, ZX_ERR_OUT_OF_RANGE, create_vmo(UINT64_MAX, 0))
REFUSAL(refuse_vmos, create_wants_somewhere, ZX_ERR_INVALID_ARGS,
        zx_vmo_create(kPage, 0, bad_pointer<zx_handle_t>()))
REFUSES_HANDLES(refuse_vmos, read, zx_vmo_read(it, buffer, 0, 8))
REFUSES_HANDLES(refuse_vmos, write, zx_vmo_write(it, buffer, 0, 8))
REFUSES_HANDLES(refuse_vmos, set_size, zx_vmo_set_size(it, 0))
REFUSES_HANDLES(refuse_vmos, op_range, op_range(it, ZX_VMO_OP_COMMIT))
REFUSES_HANDLES(refuse_vmos, create_child, create_child(it, ZX_VMO_CHILD_SNAPSHOT, 0, kPage))
REFUSES_HANDLES(refuse_vmos, set_cache_policy, zx_vmo_set_cache_policy(it, 0))
NEEDS(refuse_vmos, read_needs_to_read, ZX_RIGHT_READ, vmo(), zx_vmo_read(it, buffer, 0, 8))
NEEDS(refuse_vmos, write_needs_to_write, ZX_RIGHT_WRITE, vmo(), zx_vmo_write(it, buffer, 0, 8))
NEEDS(refuse_vmos, set_size_needs_to_write, ZX_RIGHT_WRITE, vmo(1, ZX_VMO_RESIZABLE),
      zx_vmo_set_size(it, 0))
NEEDS(refuse_vmos, commit_needs_to_write, ZX_RIGHT_WRITE, vmo(), op_range(it, ZX_VMO_OP_COMMIT))
NEEDS(refuse_vmos, decommit_needs_to_write, ZX_RIGHT_WRITE, vmo(), op_range(it, ZX_VMO_OP_DECOMMIT))
NEEDS(refuse_vmos, zero_needs_to_write, ZX_RIGHT_WRITE, vmo(), op_range(it, ZX_VMO_OP_ZERO))
NEEDS(refuse_vmos, invalidate_needs_to_write, ZX_RIGHT_WRITE, vmo(),
      op_range(it, ZX_VMO_OP_CACHE_INVALIDATE))
NEEDS(refuse_vmos, sync_needs_to_read, ZX_RIGHT_READ, vmo(), op_range(it, ZX_VMO_OP_CACHE_SYNC))
NEEDS(refuse_vmos, clean_needs_to_read, ZX_RIGHT_READ, vmo(), op_range(it, ZX_VMO_OP_CACHE_CLEAN))
NEEDS(refuse_vmos, clean_and_invalidate_needs_to_read, ZX_RIGHT_READ, vmo(),
      op_range(it, ZX_VMO_OP_CACHE_CLEAN_INVALIDATE))
NEEDS(refuse_vmos, create_child_needs_to_read, ZX_RIGHT_READ, vmo(),
      create_child(it, ZX_VMO_CHILD_SNAPSHOT, 0, kPage))
NEEDS(refuse_vmos, create_child_needs_to_duplicate, ZX_RIGHT_DUPLICATE, vmo(),
      create_child(it, ZX_VMO_CHILD_SNAPSHOT, 0, kPage))
NEEDS(refuse_vmos, set_cache_policy_needs_to_map, ZX_RIGHT_MAP, vmo(),
      zx_vmo_set_cache_policy(it, 0))
REFUSAL(refuse_vmos, read_beyond_the_end, ZX_ERR_OUT_OF_RANGE,
        zx_vmo_read(vmo().get(), buffer, kPage, 1))
REFUSAL(refuse_vmos, read_over_the_end, ZX_ERR_OUT_OF_RANGE,
        zx_vmo_read(vmo().get(), buffer, kPage - 1, 2))
REFUSAL(refuse_vmos, read_that_wraps, ZX_ERR_OUT_OF_RANGE,
        zx_vmo_read(vmo().get(), buffer, UINT64_MAX, 2))
REFUSAL(refuse_vmos, read_to_nowhere, ZX_ERR_INVALID_ARGS,
        zx_vmo_read(vmo().get(), bad_pointer<char>(), 0, 8))
REFUSAL(refuse_vmos, write_beyond_the_end, ZX_ERR_OUT_OF_RANGE,
        zx_vmo_write(vmo().get(), buffer, kPage, 1))
REFUSAL(refuse_vmos, write_over_the_end, ZX_ERR_OUT_OF_RANGE,
        zx_vmo_write(vmo().get(), buffer, kPage - 1, 2))
REFUSAL(refuse_vmos, write_that_wraps, ZX_ERR_OUT_OF_RANGE,
        zx_vmo_write(vmo().get(), buffer, UINT64_MAX, 2))
REFUSAL(refuse_vmos, write_from_nowhere, ZX_ERR_INVALID_ARGS,
        zx_vmo_write(vmo().get(), bad_pointer<char>(), 0, 8))
REFUSAL(refuse_vmos, size_of_a_fixed_one, ZX_ERR_UNAVAILABLE, zx_vmo_set_size(vmo().get(), 0))
REFUSAL(refuse_vmos, size_that_is_too_large, ZX_ERR_OUT_OF_RANGE,
        zx_vmo_set_size(vmo(1, ZX_VMO_RESIZABLE).get(), UINT64_MAX))
REFUSAL(refuse_vmos, size_that_goes_nowhere, ZX_ERR_INVALID_ARGS,
        zx_vmo_get_size(vmo().get(), bad_pointer<uint64_t>()))
REFUSAL(refuse_vmos, unknown_operations, ZX_ERR_INVALID_ARGS, op_range(vmo().get(), 99))
REFUSAL(refuse_vmos, locking, ZX_ERR_NOT_SUPPORTED, op_range(vmo().get(), ZX_VMO_OP_LOCK))
REFUSAL(refuse_vmos, unlocking, ZX_ERR_NOT_SUPPORTED, op_range(vmo().get(), ZX_VMO_OP_UNLOCK))
REFUSAL(refuse_vmos, commit_beyond_the_end, ZX_ERR_OUT_OF_RANGE,
        op_range(vmo().get(), ZX_VMO_OP_COMMIT, kPage, kPage))
REFUSAL(refuse_vmos, commit_that_wraps, ZX_ERR_OUT_OF_RANGE,
        op_range(vmo().get(), ZX_VMO_OP_COMMIT, kPage, UINT64_MAX))
REFUSAL(refuse_vmos, decommit_beyond_the_end, ZX_ERR_OUT_OF_RANGE,
        op_range(vmo().get(), ZX_VMO_OP_DECOMMIT, kPage, kPage))
REFUSAL(refuse_vmos, decommit_at_an_odd_offset, ZX_ERR_INVALID_ARGS,
        op_range(vmo().get(), ZX_VMO_OP_DECOMMIT, 1, kPage))
REFUSAL(refuse_vmos, decommit_of_an_odd_size, ZX_ERR_INVALID_ARGS,
        op_range(vmo().get(), ZX_VMO_OP_DECOMMIT, 0, 1))
REFUSAL(refuse_vmos, zero_beyond_the_end, ZX_ERR_OUT_OF_RANGE,
        op_range(vmo().get(), ZX_VMO_OP_ZERO, kPage, 1))
REFUSAL(refuse_vmos, sync_of_nothing, ZX_ERR_INVALID_ARGS,
        op_range(vmo().get(), ZX_VMO_OP_CACHE_SYNC, 0, 0))
REFUSAL(refuse_vmos, clean_of_nothing, ZX_ERR_INVALID_ARGS,
        op_range(vmo().get(), ZX_VMO_OP_CACHE_CLEAN, 0, 0))
REFUSAL(refuse_vmos, sync_beyond_the_end, ZX_ERR_OUT_OF_RANGE,
        op_range(vmo().get(), ZX_VMO_OP_CACHE_SYNC, 0, kPage + 1))
REFUSAL(refuse_vmos, children_of_no_kind, ZX_ERR_INVALID_ARGS,
        create_child(vmo().get(), 0, 0, kPage))
REFUSAL(refuse_vmos, children_of_two_kinds, ZX_ERR_INVALID_ARGS,
        create_child(vmo().get(), ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_SLICE, 0, kPage))
REFUSAL(refuse_vmos, children_of_an_unknown_kind, ZX_ERR_INVALID_ARGS,
        create_child(vmo().get(), ZX_VMO_CHILD_SNAPSHOT | 1u << 12, 0, kPage))
REFUSAL(refuse_vmos, slices_that_resize, ZX_ERR_INVALID_ARGS,
        create_child(vmo().get(), ZX_VMO_CHILD_SLICE | ZX_VMO_CHILD_RESIZABLE, 0, kPage))
REFUSAL(refuse_vmos, read_only_children_that_resize, ZX_ERR_INVALID_ARGS,
        create_child(vmo().get(),
                     ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_RESIZABLE | ZX_VMO_CHILD_NO_WRITE, 0,
                     kPage))
REFUSAL(refuse_vmos, children_at_an_odd_offset, ZX_ERR_INVALID_ARGS,
        create_child(vmo(2).get(), ZX_VMO_CHILD_SNAPSHOT, 1, kPage))
REFUSAL(refuse_vmos, children_that_wrap, ZX_ERR_OUT_OF_RANGE,
        create_child(vmo().get(), ZX_VMO_CHILD_SNAPSHOT, kPage, UINT64_MAX - kPage))
REFUSAL(refuse_vmos, slices_beyond_the_end, ZX_ERR_INVALID_ARGS,
        create_child(vmo().get(), ZX_VMO_CHILD_SLICE, 0, 2 * kPage))
REFUSAL(refuse_vmos, slices_of_what_resizes, ZX_ERR_NOT_SUPPORTED,
        create_child(vmo(1, ZX_VMO_RESIZABLE).get(), ZX_VMO_CHILD_SLICE, 0, kPage))
REFUSAL(refuse_vmos, unknown_cache_policies, ZX_ERR_INVALID_ARGS,
        zx_vmo_set_cache_policy(vmo().get(), 4))
REFUSAL(refuse_vmos, unknown_cache_policies_of_anything, ZX_ERR_INVALID_ARGS,
        zx_vmo_set_cache_policy(kBadHandle, 4))
REFUSAL(refuse_vmos, cache_policies_of_what_is_committed, ZX_ERR_BAD_STATE, [] {
  const Handle memory = vmo();
  EXPECT_OK(op_range(memory.get(), ZX_VMO_OP_COMMIT));
  return zx_vmo_set_cache_policy(memory.get(), ZX_CACHE_POLICY_UNCACHED);
}())
REFUSAL(refuse_vmos, executable_without_a_handle, ZX_ERR_BAD_HANDLE,
        replace_as_executable(kBadHandle, ZX_HANDLE_INVALID))
REFUSAL(refuse_vmos, executable_with_a_bad_resource, ZX_ERR_BAD_HANDLE,
        replace_as_executable(vmo().release(), kBadHandle))
REFUSAL(refuse_vmos, executable_with_something_else, ZX_ERR_WRONG_TYPE,
        replace_as_executable(vmo().release(), make_event().get()))
REFUSAL(refuse_vmos, executable_events, ZX_ERR_WRONG_TYPE,
        replace_as_executable(make_event().release(), ZX_HANDLE_INVALID))
REFUSAL(refuse_vmos, physical_without_a_resource, ZX_ERR_BAD_HANDLE,
        create_physical(kBadHandle, 0, kPage))
REFUSAL(refuse_vmos, physical_with_something_else, ZX_ERR_WRONG_TYPE,
        create_physical(make_event().get(), 0, kPage))
REFUSAL(refuse_vmos, physical_of_no_size, ZX_ERR_INVALID_ARGS,
        create_physical(root_resource(), 0, 0))
REFUSAL(refuse_vmos, physical_at_an_odd_address, ZX_ERR_INVALID_ARGS,
        create_physical(root_resource(), 1, kPage))
REFUSAL(refuse_vmos, physical_that_wraps, ZX_ERR_OUT_OF_RANGE,
        create_physical(root_resource(), UINT64_MAX & ~(kPage - 1), 2 * kPage))

// --- Address regions
// ------------------------------------------------------------------------------

zx_vaddr_t somewhere;

zx_status_t allocate(zx_handle_t parent, uint32_t options, uint64_t offset, uint64_t size) {
  Handle region;
  return zx_vmar_allocate(parent, options, offset, size, region.out(), &somewhere);
}
// A region of four pages that may hold anything, without rights that are taken away.
struct Region {
  explicit Region(uint32_t options = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE |
                                     ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC) {
    EXPECT_OK(zx_vmar_allocate(user::root_vmar(), options, 0, 4 * kPage, handle.out(), &base));
  }
  ~Region() { EXPECT_OK(zx_vmar_destroy(handle.get())); }
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  zx_handle_t get() const { return handle.get(); }
  zx_status_t map(uint32_t options, uint64_t offset, const Handle& memory, uint64_t from,
                  uint64_t size) const {
    return zx_vmar_map(get(), options, offset, memory.get(), from, size, &somewhere);
  }

  Handle handle;
  zx_vaddr_t base = 0;
};

zx_status_t map(zx_handle_t region, const Handle& memory, uint32_t options = kReadWrite) {
  return zx_vmar_map(region, options, 0, memory.get(), 0, kPage, &somewhere);
}

REFUSES_HANDLES(refuse_vmars, allocate, allocate(it, 0, 0, kPage))
REFUSES_HANDLES(refuse_vmars, map, map(it, vmo()))
REFUSES_HANDLES(refuse_vmars, map_of,
                zx_vmar_map(user::root_vmar(), kReadWrite, 0, it, 0, kPage, &somewhere))
REFUSES_HANDLES(refuse_vmars, unmap, zx_vmar_unmap(it, 0, kPage))
REFUSES_HANDLES(refuse_vmars, protect, zx_vmar_protect(it, ZX_VM_PERM_READ, 0, kPage))
REFUSES_HANDLES(refuse_vmars, destroy, zx_vmar_destroy(it))
REFUSES_HANDLES(refuse_vmars, op_range,
                zx_vmar_op_range(it, ZX_VMO_OP_DECOMMIT, 0, kPage, nullptr, 0))
REFUSAL(refuse_vmars, allocate_of_nothing, ZX_ERR_INVALID_ARGS, allocate(Region().get(), 0, 0, 0))
REFUSAL(refuse_vmars, allocate_of_an_odd_size, ZX_ERR_INVALID_ARGS,
        allocate(Region().get(), 0, 0, 1))
REFUSAL(refuse_vmars, allocate_with_access, ZX_ERR_INVALID_ARGS,
        allocate(Region().get(), ZX_VM_PERM_READ, 0, kPage))
REFUSAL(refuse_vmars, allocate_at_an_offset_anywhere, ZX_ERR_INVALID_ARGS,
        allocate(Region().get(), 0, kPage, kPage))
REFUSAL(refuse_vmars, allocate_at_an_odd_offset, ZX_ERR_INVALID_ARGS,
        allocate(Region().get(), ZX_VM_SPECIFIC, 1, kPage))
REFUSAL(refuse_vmars, allocate_outside, ZX_ERR_INVALID_ARGS,
        allocate(Region().get(), ZX_VM_SPECIFIC, 4 * kPage, kPage))
REFUSAL(refuse_vmars, allocate_over_the_end, ZX_ERR_INVALID_ARGS,
        allocate(Region().get(), ZX_VM_SPECIFIC, 3 * kPage, 2 * kPage))
REFUSAL(refuse_vmars, allocate_at_places_where_that_may_not_be, ZX_ERR_ACCESS_DENIED,
        allocate(Region(ZX_VM_CAN_MAP_READ).get(), ZX_VM_SPECIFIC, 0, kPage))
REFUSAL(refuse_vmars, allocate_with_more_access, ZX_ERR_ACCESS_DENIED,
        allocate(Region(ZX_VM_CAN_MAP_READ).get(), ZX_VM_CAN_MAP_WRITE, 0, kPage))
REFUSAL(refuse_vmars, allocate_aligned_to_less_than_a_page, ZX_ERR_INVALID_ARGS,
        allocate(Region().get(), 9u << 24, 0, kPage))
REFUSAL(refuse_vmars, allocate_more_than_there_is, ZX_ERR_INVALID_ARGS,
        allocate(Region().get(), 0, 0, 8 * kPage))
REFUSAL(refuse_vmars, map_of_nothing, ZX_ERR_INVALID_ARGS, Region().map(kReadWrite, 0, vmo(), 0, 0))
REFUSAL(refuse_vmars, map_from_an_odd_offset, ZX_ERR_INVALID_ARGS,
        Region().map(kReadWrite, 0, vmo(), 1, kPage))
REFUSAL(refuse_vmars, map_to_write_alone, ZX_ERR_INVALID_ARGS,
        Region().map(ZX_VM_PERM_WRITE, 0, vmo(), 0, kPage))
REFUSAL(refuse_vmars, map_to_execute_alone, ZX_ERR_INVALID_ARGS,
        Region().map(ZX_VM_PERM_EXECUTE, 0, vmo(), 0, kPage))
REFUSAL(refuse_vmars, map_at_an_offset_anywhere, ZX_ERR_INVALID_ARGS,
        Region().map(kReadWrite, kPage, vmo(), 0, kPage))
REFUSAL(refuse_vmars, map_at_an_odd_offset, ZX_ERR_INVALID_ARGS,
        Region().map(kReadWrite | ZX_VM_SPECIFIC, 1, vmo(), 0, kPage))
REFUSAL(refuse_vmars, map_outside, ZX_ERR_INVALID_ARGS,
        Region().map(kReadWrite | ZX_VM_SPECIFIC, 4 * kPage, vmo(), 0, kPage))
REFUSAL(refuse_vmars, map_with_what_regions_may, ZX_ERR_INVALID_ARGS,
        Region().map(kReadWrite | ZX_VM_CAN_MAP_READ, 0, vmo(), 0, kPage))
REFUSAL(refuse_vmars, map_over_and_at_once, ZX_ERR_INVALID_ARGS,
        Region().map(kReadWrite | ZX_VM_SPECIFIC_OVERWRITE | ZX_VM_MAP_RANGE, 0, vmo(), 0, kPage))
REFUSAL(refuse_vmars, map_of_what_may_resize, ZX_ERR_NOT_SUPPORTED,
        Region().map(kReadWrite | ZX_VM_REQUIRE_NON_RESIZABLE, 0, vmo(1, ZX_VMO_RESIZABLE), 0,
                     kPage))
REFUSAL(refuse_vmars, map_at_places_where_that_may_not_be, ZX_ERR_ACCESS_DENIED,
        Region(ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE)
            .map(kReadWrite | ZX_VM_SPECIFIC, 0, vmo(), 0, kPage))
REFUSAL(refuse_vmars, map_to_write_where_that_may_not_be, ZX_ERR_ACCESS_DENIED,
        Region(ZX_VM_CAN_MAP_READ).map(kReadWrite, 0, vmo(), 0, kPage))
REFUSAL(refuse_vmars, map_more_than_there_is, ZX_ERR_INVALID_ARGS,
        Region().map(kReadWrite, 0, vmo(8), 0, 8 * kPage))
NEEDS(refuse_vmars, map_needs_to_map, ZX_RIGHT_MAP, vmo(),
      zx_vmar_map(user::root_vmar(), kReadWrite, 0, it, 0, kPage, &somewhere))
NEEDS(refuse_vmars, map_to_read_needs_to_read, ZX_RIGHT_READ, vmo(),
      zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ, 0, it, 0, kPage, &somewhere))
NEEDS(refuse_vmars, map_to_write_needs_to_write, ZX_RIGHT_WRITE, vmo(),
      zx_vmar_map(user::root_vmar(), kReadWrite, 0, it, 0, kPage, &somewhere))
REFUSAL(refuse_vmars, map_to_execute_needs_to_execute, ZX_ERR_ACCESS_DENIED,
        zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, vmo().get(), 0,
                    kPage, &somewhere))
REFUSAL(refuse_vmars, unmap_of_nothing, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  return zx_vmar_unmap(region.get(), region.base, 0);
}())
REFUSAL(refuse_vmars, unmap_at_an_odd_address, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  return zx_vmar_unmap(region.get(), region.base + 1, kPage);
}())
REFUSAL(refuse_vmars, unmap_outside, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  return zx_vmar_unmap(region.get(), region.base + 4 * kPage, kPage);
}())
REFUSAL(refuse_vmars, unmap_over_the_end, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  return zx_vmar_unmap(region.get(), region.base + 3 * kPage, 2 * kPage);
}())
REFUSAL(refuse_vmars, unmap_of_half_a_region, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  Handle inner;
  EXPECT_OK(zx_vmar_allocate(region.get(), ZX_VM_SPECIFIC, 0, 2 * kPage, inner.out(), &somewhere));
  return zx_vmar_unmap(region.get(), region.base, kPage);
}())
REFUSAL(refuse_vmars, protect_of_a_hole, ZX_ERR_NOT_FOUND, [] {
  const Region region;
  return zx_vmar_protect(region.get(), ZX_VM_PERM_READ, region.base, kPage);
}())
REFUSAL(refuse_vmars, protect_of_nothing, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  return zx_vmar_protect(region.get(), ZX_VM_PERM_READ, region.base, 0);
}())
REFUSAL(refuse_vmars, protect_at_an_odd_address, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  return zx_vmar_protect(region.get(), ZX_VM_PERM_READ, region.base + 1, kPage);
}())
REFUSAL(refuse_vmars, protect_to_write_alone, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  EXPECT_OK(region.map(kReadWrite | ZX_VM_SPECIFIC, 0, vmo(), 0, kPage));
  return zx_vmar_protect(region.get(), ZX_VM_PERM_WRITE, region.base, kPage);
}())
REFUSAL(refuse_vmars, protect_with_other_options, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  EXPECT_OK(region.map(kReadWrite | ZX_VM_SPECIFIC, 0, vmo(), 0, kPage));
  return zx_vmar_protect(region.get(), ZX_VM_PERM_READ | ZX_VM_SPECIFIC, region.base, kPage);
}())
REFUSAL(refuse_vmars, protect_beyond_the_handles_rights, ZX_ERR_ACCESS_DENIED, [] {
  const Region region;
  EXPECT_OK(
      region.map(ZX_VM_PERM_READ | ZX_VM_SPECIFIC, 0, without(vmo(), ZX_RIGHT_WRITE), 0, kPage));
  return zx_vmar_protect(region.get(), kReadWrite, region.base, kPage);
}())
REFUSAL(refuse_vmars, dead_regions_allocate_nothing, ZX_ERR_BAD_STATE, [] {
  Handle region;
  EXPECT_OK(zx_vmar_allocate(user::root_vmar(), 0, 0, kPage, region.out(), &somewhere));
  EXPECT_OK(zx_vmar_destroy(region.get()));
  return allocate(region.get(), 0, 0, kPage);
}())
REFUSAL(refuse_vmars, dead_regions_do_not_die_again, ZX_ERR_BAD_STATE, [] {
  Handle region;
  EXPECT_OK(zx_vmar_allocate(user::root_vmar(), 0, 0, kPage, region.out(), &somewhere));
  EXPECT_OK(zx_vmar_destroy(region.get()));
  return zx_vmar_destroy(region.get());
}())
REFUSAL(refuse_vmars, op_range_of_nothing, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  return zx_vmar_op_range(region.get(), ZX_VMO_OP_DECOMMIT, region.base, 0, nullptr, 0);
}())
REFUSAL(refuse_vmars, op_range_at_an_odd_address, ZX_ERR_INVALID_ARGS, [] {
  const Region region;
  return zx_vmar_op_range(region.get(), ZX_VMO_OP_DECOMMIT, region.base + 1, kPage, nullptr, 0);
}())
REFUSAL(refuse_vmars, op_range_of_a_hole, ZX_ERR_BAD_STATE, [] {
  const Region region;
  return zx_vmar_op_range(region.get(), ZX_VMO_OP_DECOMMIT, region.base, kPage, nullptr, 0);
}())

// --- Resources
// ------------------------------------------------------------------------------------

zx_status_t create_resource(zx_handle_t parent, uint32_t options, uint64_t base = 0,
                            size_t size = 0) {
  Handle resource;
  return zx_resource_create(parent, options, base, size, nullptr, 0, resource.out());
}
Handle irq_resource() {
  Handle resource;
  EXPECT_OK(
      zx_resource_create(root_resource(), ZX_RSRC_KIND_IRQ, 16, 16, nullptr, 0, resource.out()));
  return resource;
}

REFUSES_HANDLES(refuse_resources, create, create_resource(it, ZX_RSRC_KIND_IRQ, 0, 1))
NEEDS(refuse_resources, create_needs_to_write, ZX_RIGHT_WRITE, irq_resource(),
      create_resource(it, ZX_RSRC_KIND_IRQ, 16, 1))
REFUSAL(refuse_resources, unknown_kinds, ZX_ERR_INVALID_ARGS, create_resource(root_resource(), 7))
REFUSAL(refuse_resources, unknown_flags, ZX_ERR_INVALID_ARGS,
        create_resource(root_resource(), ZX_RSRC_KIND_IRQ | 0x20000, 0, 1))
REFUSAL(refuse_resources, ranges_of_roots, ZX_ERR_INVALID_ARGS,
        create_resource(root_resource(), ZX_RSRC_KIND_ROOT, 0, 1))
REFUSAL(refuse_resources, ranges_of_executables, ZX_ERR_INVALID_ARGS,
        create_resource(root_resource(), ZX_RSRC_KIND_VMEX, 1, 0))
REFUSAL(refuse_resources, ranges_that_wrap, ZX_ERR_INVALID_ARGS,
        create_resource(root_resource(), ZX_RSRC_KIND_MMIO, UINT64_MAX, 2))
REFUSAL(refuse_resources, more_than_the_parents, ZX_ERR_ACCESS_DENIED,
        create_resource(irq_resource().get(), ZX_RSRC_KIND_IRQ, 16, 17))
REFUSAL(refuse_resources, before_the_parents, ZX_ERR_ACCESS_DENIED,
        create_resource(irq_resource().get(), ZX_RSRC_KIND_IRQ, 15, 1))
REFUSAL(refuse_resources, another_kind_than_the_parents, ZX_ERR_ACCESS_DENIED,
        create_resource(irq_resource().get(), ZX_RSRC_KIND_IOPORT, 16, 1))
REFUSAL(refuse_resources, names_that_are_not_there, ZX_ERR_INVALID_ARGS, [] {
  Handle resource;
  return zx_resource_create(root_resource(), ZX_RSRC_KIND_IRQ, 0, 1, bad_pointer<char>(), 4,
                            resource.out());
}())

}  // namespace
}  // namespace core
