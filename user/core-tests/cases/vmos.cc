// Memory objects: sizes, contents, ranges, cache policy.
#include <zircon/syscalls/memory.h>

#include <cstring>

#include "mapped.h"
#include "support.h"

namespace core {
namespace {

constexpr uint64_t kPage = 4096;

uint64_t size_of(const Handle& vmo) {
  uint64_t size = 0;
  EXPECT_OK(zx_vmo_get_size(vmo.get(), &size));
  return size;
}

zx_status_t read_at(const Handle& vmo, uint64_t offset, size_t size) {
  static char buffer[2 * kPage];
  return zx_vmo_read(vmo.get(), buffer, offset, size);
}

zx_status_t write_at(const Handle& vmo, uint64_t offset, size_t size) {
  static char buffer[2 * kPage];
  return zx_vmo_write(vmo.get(), buffer, offset, size);
}

zx_status_t operate(const Handle& vmo, uint32_t op, uint64_t offset, uint64_t size) {
  return zx_vmo_op_range(vmo.get(), op, offset, size, nullptr, 0);
}

zx_info_vmo_t vmo_info(const Handle& vmo) { return info<zx_info_vmo_t>(vmo.get(), ZX_INFO_VMO); }

TEST(vmos, sizes_are_rounded_up_to_pages) {
  for (const uint64_t size : {uint64_t{0}, uint64_t{1}, kPage - 1, kPage, kPage + 1}) {
    const Handle vmo = make_vmo(size);
    EXPECT_EQ(size_of(vmo), (size + kPage - 1) / kPage * kPage);
    EXPECT_EQ(vmo_info(vmo).size_bytes, size_of(vmo));
  }
}

TEST(vmos, create_refuses_bad_arguments) {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_vmo_create(1, 1, &vmo), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmo_create(1, 4, &vmo), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmo_create(UINT64_MAX, 0, &vmo), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(vmo, ZX_HANDLE_INVALID);
}

TEST(vmos, are_zero_at_first_and_keep_what_is_written) {
  const Handle vmo = make_vmo(3 * kPage);
  char text[6] = "xxxxx";
  EXPECT_OK(zx_vmo_read(vmo.get(), text, kPage - 2, 5));
  EXPECT_EQ(memcmp(text, "\0\0\0\0\0", 5), 0);
  EXPECT_OK(zx_vmo_write(vmo.get(), "hello", kPage - 2, 5));
  EXPECT_OK(zx_vmo_read(vmo.get(), text, kPage - 2, 5));
  EXPECT_EQ(std::string_view(text, 5), "hello");
}

TEST(vmos, have_an_end) {
  const Handle vmo = make_vmo(kPage);
  EXPECT_OK(read_at(vmo, kPage, 0));
  EXPECT_OK(write_at(vmo, kPage, 0));
  EXPECT_OK(read_at(vmo, kPage - 1, 1));
  EXPECT_STATUS(read_at(vmo, kPage + 1, 0), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(read_at(vmo, kPage - 1, 2), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(write_at(vmo, kPage, 1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(read_at(vmo, UINT64_MAX, 2), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(write_at(vmo, UINT64_MAX - 1, 8), ZX_ERR_OUT_OF_RANGE);
}

TEST(vmos, read_and_write_check_their_buffers) {
  const Handle vmo = make_vmo(kPage);
  EXPECT_STATUS(zx_vmo_read(vmo.get(), bad_pointer<char>(), 0, 8), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmo_write(vmo.get(), bad_pointer<char>(), 0, 8), ZX_ERR_INVALID_ARGS);
}

TEST(vmos, need_rights) {
  const Handle vmo = make_vmo(kPage, ZX_VMO_RESIZABLE);
  const Handle unreadable = without(vmo, ZX_RIGHT_READ);
  const Handle unwritable = without(vmo, ZX_RIGHT_WRITE);
  EXPECT_STATUS(read_at(unreadable, 0, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(write_at(unwritable, 0, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_vmo_set_size(unwritable.get(), 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(operate(unwritable, ZX_VMO_OP_COMMIT, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(operate(unwritable, ZX_VMO_OP_DECOMMIT, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(operate(unwritable, ZX_VMO_OP_ZERO, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(operate(unreadable, ZX_VMO_OP_CACHE_SYNC, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(operate(unwritable, ZX_VMO_OP_CACHE_INVALIDATE, 0, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(size_of(with_rights(vmo, ZX_RIGHT_NONE)), kPage);
}

TEST(vmos, refuse_other_objects) {
  const Handle event = make_event();
  uint64_t size = 0;
  EXPECT_STATUS(zx_vmo_get_size(event.get(), &size), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(read_at(event, 0, 1), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_vmo_set_size(event.get(), 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(operate(event, ZX_VMO_OP_COMMIT, 0, 1), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_vmo_get_size(kBadHandle, &size), ZX_ERR_BAD_HANDLE);
}

TEST(vmos, only_resizable_ones_change_their_size) {
  const Handle fixed = make_vmo(kPage);
  EXPECT_STATUS(zx_vmo_set_size(fixed.get(), 2 * kPage), ZX_ERR_UNAVAILABLE);
  EXPECT_STATUS(zx_vmo_set_size(fixed.get(), kPage), ZX_ERR_UNAVAILABLE);
  const Handle vmo = make_vmo(kPage, ZX_VMO_RESIZABLE);
  EXPECT_OK(zx_vmo_set_size(vmo.get(), 3 * kPage - 1));
  EXPECT_EQ(size_of(vmo), 3 * kPage);
  EXPECT_STATUS(zx_vmo_set_size(vmo.get(), UINT64_MAX), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(size_of(vmo), 3 * kPage);
}

TEST(vmos, shrinking_forgets_the_contents) {
  const Handle vmo = make_vmo(2 * kPage, ZX_VMO_RESIZABLE);
  EXPECT_OK(zx_vmo_write(vmo.get(), "left", kPage, 4));
  EXPECT_OK(zx_vmo_set_size(vmo.get(), kPage));
  EXPECT_STATUS(read_at(vmo, kPage, 1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_OK(zx_vmo_set_size(vmo.get(), 2 * kPage));
  char text[4] = {'x', 'x', 'x', 'x'};
  EXPECT_OK(zx_vmo_read(vmo.get(), text, kPage, 4));
  EXPECT_EQ(memcmp(text, "\0\0\0\0", 4), 0);
}

TEST(vmos, are_committed_page_by_page) {
  const Handle vmo = make_vmo(4 * kPage);
  EXPECT_EQ(vmo_info(vmo).committed_bytes, 0);
  EXPECT_OK(read_at(vmo, 0, 2 * kPage));
  EXPECT_EQ(vmo_info(vmo).committed_bytes, 0);
  EXPECT_OK(write_at(vmo, kPage, 1));
  EXPECT_EQ(vmo_info(vmo).committed_bytes, kPage);
  EXPECT_OK(operate(vmo, ZX_VMO_OP_COMMIT, kPage + 1, kPage));
  EXPECT_EQ(vmo_info(vmo).committed_bytes, 2 * kPage);
  EXPECT_OK(operate(vmo, ZX_VMO_OP_DECOMMIT, 0, 4 * kPage));
  EXPECT_EQ(vmo_info(vmo).committed_bytes, 0);
}

TEST(vmos, decommit_drops_the_contents) {
  const Handle vmo = make_vmo(2 * kPage);
  const Mapped mapped(vmo, 2 * kPage);
  mapped.bytes()[kPage] = 'x';
  EXPECT_OK(operate(vmo, ZX_VMO_OP_DECOMMIT, kPage, kPage));
  EXPECT_EQ(mapped.bytes()[kPage], 0);
  mapped.bytes()[kPage] = 'y';
  char byte = 0;
  EXPECT_OK(zx_vmo_read(vmo.get(), &byte, kPage, 1));
  EXPECT_EQ(byte, 'y');
}

TEST(vmos, zeroing_a_range) {
  const Handle vmo = make_vmo(2 * kPage);
  const Mapped mapped(vmo, 2 * kPage);
  memset(mapped.bytes(), 'x', 2 * kPage);
  EXPECT_OK(operate(vmo, ZX_VMO_OP_ZERO, kPage - 1, 2));
  EXPECT_EQ(mapped.bytes()[kPage - 2], 'x');
  EXPECT_EQ(mapped.bytes()[kPage - 1], 0);
  EXPECT_EQ(mapped.bytes()[kPage], 0);
  EXPECT_EQ(mapped.bytes()[kPage + 1], 'x');
}

TEST(vmos, operations_check_their_range) {
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_STATUS(operate(vmo, ZX_VMO_OP_DECOMMIT, 1, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(operate(vmo, ZX_VMO_OP_COMMIT, kPage, 2 * kPage), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(operate(vmo, ZX_VMO_OP_ZERO, kPage, 2 * kPage), ZX_ERR_OUT_OF_RANGE);
  EXPECT_STATUS(operate(vmo, ZX_VMO_OP_COMMIT, UINT64_MAX - kPage + 1, 2 * kPage),
                ZX_ERR_OUT_OF_RANGE);
}

TEST(vmos, unknown_operations_are_refused) {
  const Handle vmo = make_vmo(kPage);
  EXPECT_STATUS(operate(vmo, 0, 0, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(operate(vmo, 99, 0, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(operate(vmo, ZX_VMO_OP_LOCK, 0, kPage), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(operate(vmo, ZX_VMO_OP_UNLOCK, 0, kPage), ZX_ERR_NOT_SUPPORTED);
}

TEST(vmos, cache_operations) {
  const Handle vmo = make_vmo(2 * kPage);
  for (const uint32_t op : {ZX_VMO_OP_CACHE_SYNC, ZX_VMO_OP_CACHE_INVALIDATE, ZX_VMO_OP_CACHE_CLEAN,
                            ZX_VMO_OP_CACHE_CLEAN_INVALIDATE}) {
    EXPECT_OK(operate(vmo, op, 0, 2 * kPage));
    EXPECT_OK(operate(vmo, op, 7, 13));
    EXPECT_STATUS(operate(vmo, op, 0, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(operate(vmo, op, 1, 2 * kPage), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(operate(vmo, op, UINT64_MAX, 2), ZX_ERR_OUT_OF_RANGE);
  }
}

TEST(vmos, mappings_and_calls_see_the_same_bytes) {
  const Handle vmo = make_vmo(kPage);
  const Mapped first(vmo, kPage);
  const Mapped second(vmo, kPage);
  // Both have looked at the page before anything was written to it.
  EXPECT_EQ(first.bytes()[5], 0);
  EXPECT_EQ(second.bytes()[5], 0);
  first.bytes()[5] = 'a';
  EXPECT_EQ(second.bytes()[5], 'a');
  EXPECT_OK(zx_vmo_write(vmo.get(), "b", 5, 1));
  EXPECT_EQ(first.bytes()[5], 'b');
}

// Every byte, through a mapping and before anything was written: that is where pages of others
// would show.
TEST(vmos, untouched_pages_are_zero_in_mappings) {
  constexpr size_t kBytes = 64 * kPage;
  const Handle vmo = make_vmo(kBytes);
  const Mapped mapped(vmo, kBytes);
  size_t others = 0;
  for (size_t i = 0; i < kBytes; ++i) others += mapped.bytes()[i] == 0 ? 0 : 1;
  EXPECT_EQ(others, 0);
  EXPECT_EQ(vmo_info(vmo).committed_bytes, 0);
}

TEST(vmos, information) {
  const Handle vmo = make_vmo(kPage, ZX_VMO_RESIZABLE);
  EXPECT_OK(zx_object_set_property(vmo.get(), ZX_PROP_NAME, "my memory", 9));
  const zx_info_vmo_t told = vmo_info(vmo);
  EXPECT_EQ(told.koid, koid_of(vmo.get()));
  EXPECT_EQ(std::string_view(told.name), "my memory");
  EXPECT_EQ(told.parent_koid, ZX_KOID_INVALID);
  EXPECT_EQ(told.num_children, 0);
  EXPECT_EQ(told.num_mappings, 0);
  EXPECT_EQ(told.flags, ZX_INFO_VMO_TYPE_PAGED | ZX_INFO_VMO_RESIZABLE | ZX_INFO_VMO_VIA_HANDLE);
  EXPECT_EQ(told.handle_rights, rights_of(vmo));
  EXPECT_EQ(told.cache_policy, ZX_CACHE_POLICY_CACHED);
  const Mapped mapped(vmo, kPage);
  EXPECT_EQ(vmo_info(vmo).num_mappings, 1);
  EXPECT_EQ(vmo_info(vmo).share_count, 1);
}

TEST(vmo_cache_policy, of_a_fresh_one) {
  const Handle vmo = make_vmo(kPage);
  EXPECT_OK(zx_vmo_set_cache_policy(vmo.get(), ZX_CACHE_POLICY_UNCACHED));
  EXPECT_EQ(vmo_info(vmo).cache_policy, ZX_CACHE_POLICY_UNCACHED);
  EXPECT_STATUS(read_at(vmo, 0, 1), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(write_at(vmo, 0, 1), ZX_ERR_BAD_STATE);
  Handle child;
  EXPECT_STATUS(zx_vmo_create_child(vmo.get(), ZX_VMO_CHILD_SNAPSHOT, 0, kPage, child.out()),
                ZX_ERR_BAD_STATE);
}

TEST(vmo_cache_policy, cannot_change_once_it_is_in_use) {
  const Handle committed = make_vmo(kPage);
  EXPECT_OK(write_at(committed, 0, 1));
  EXPECT_STATUS(zx_vmo_set_cache_policy(committed.get(), ZX_CACHE_POLICY_UNCACHED),
                ZX_ERR_BAD_STATE);
  const Handle mapped = make_vmo(kPage);
  const Mapped mapping(mapped, kPage);
  EXPECT_STATUS(zx_vmo_set_cache_policy(mapped.get(), ZX_CACHE_POLICY_UNCACHED), ZX_ERR_BAD_STATE);
  const Handle parent = make_vmo(kPage);
  Handle child;
  EXPECT_OK(zx_vmo_create_child(parent.get(), ZX_VMO_CHILD_SNAPSHOT, 0, kPage, child.out()));
  EXPECT_STATUS(zx_vmo_set_cache_policy(parent.get(), ZX_CACHE_POLICY_UNCACHED), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(zx_vmo_set_cache_policy(child.get(), ZX_CACHE_POLICY_UNCACHED), ZX_ERR_BAD_STATE);
}

TEST(vmo_cache_policy, refuses_bad_arguments) {
  const Handle vmo = make_vmo(kPage);
  EXPECT_STATUS(zx_vmo_set_cache_policy(vmo.get(), 4), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmo_set_cache_policy(kBadHandle, 4), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmo_set_cache_policy(kBadHandle, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmo_set_cache_policy(without(vmo, ZX_RIGHT_MAP).get(), 0), ZX_ERR_ACCESS_DENIED);
}

TEST(vmo_executable, adds_the_right) {
  Handle vmo = make_vmo(kPage);
  const zx_rights_t rights = rights_of(vmo);
  Handle executable;
  EXPECT_OK(zx_vmo_replace_as_executable(vmo.release(), ZX_HANDLE_INVALID, executable.out()));
  EXPECT_EQ(rights_of(executable), rights | ZX_RIGHT_EXECUTE);
}

TEST(vmo_executable, accepts_the_root_resource_and_needs_no_right) {
  const Handle vmo = make_vmo(kPage);
  Handle source = with_rights(vmo, ZX_RIGHT_READ);
  Handle executable;
  EXPECT_OK(zx_vmo_replace_as_executable(source.release(), root_resource(), executable.out()));
  EXPECT_EQ(rights_of(executable), ZX_RIGHT_READ | ZX_RIGHT_EXECUTE);
}

TEST(vmo_executable, consumes_its_source_on_failure) {
  Handle vmo = make_vmo(kPage);
  const Handle event = make_event();
  const zx_handle_t value = vmo.release();
  zx_handle_t executable = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_vmo_replace_as_executable(value, event.get(), &executable), ZX_ERR_WRONG_TYPE);
  EXPECT_FALSE(is_valid(value));
  EXPECT_STATUS(zx_vmo_replace_as_executable(kBadHandle, ZX_HANDLE_INVALID, &executable),
                ZX_ERR_BAD_HANDLE);
}

}  // namespace
}  // namespace core
