// Children of memory objects: snapshots and slices.
#include <zircon/syscalls/memory.h>

#include "mapped.h"
#include "support.h"

namespace core {
namespace {

constexpr uint64_t kPage = 4096;

zx_status_t create_child(const Handle& vmo, uint32_t options, uint64_t offset, uint64_t size,
                         Handle* child) {
  return zx_vmo_create_child(vmo.get(), options, offset, size, child->out());
}

Handle make_child(const Handle& vmo, uint32_t options, uint64_t offset, uint64_t size) {
  Handle child;
  EXPECT_OK(create_child(vmo, options, offset, size, &child));
  return child;
}

Handle snapshot(const Handle& vmo, uint64_t size = kPage) {
  return make_child(vmo, ZX_VMO_CHILD_SNAPSHOT, 0, size);
}
Handle slice(const Handle& vmo, uint64_t offset, uint64_t size) {
  return make_child(vmo, ZX_VMO_CHILD_SLICE, offset, size);
}

zx_status_t refused(const Handle& vmo, uint32_t options, uint64_t offset = 0,
                    uint64_t size = kPage) {
  Handle child;
  return create_child(vmo, options, offset, size, &child);
}

void put(const Handle& vmo, uint64_t offset, char value) {
  EXPECT_OK(zx_vmo_write(vmo.get(), &value, offset, 1));
}

char get(const Handle& vmo, uint64_t offset) {
  char value = '?';
  EXPECT_OK(zx_vmo_read(vmo.get(), &value, offset, 1));
  return value;
}

zx_info_vmo_t vmo_info(const Handle& vmo) { return info<zx_info_vmo_t>(vmo.get(), ZX_INFO_VMO); }

TEST(snapshots, neither_side_sees_the_others_writes) {
  const Handle parent = make_vmo(2 * kPage);
  put(parent, 0, 'p');
  const Handle child = snapshot(parent, 2 * kPage);
  EXPECT_EQ(get(child, 0), 'p');
  put(child, 0, 'c');
  put(parent, kPage, 'q');
  EXPECT_EQ(get(parent, 0), 'p');
  EXPECT_EQ(get(child, 0), 'c');
  EXPECT_EQ(get(child, kPage), 0);
}

TEST(snapshots, through_mappings_too) {
  const Handle parent = make_vmo(kPage);
  const Mapped parent_bytes(parent, kPage);
  parent_bytes.bytes()[0] = 'p';
  const Handle child = snapshot(parent);
  const Mapped child_bytes(child, kPage);
  EXPECT_EQ(child_bytes.bytes()[0], 'p');
  parent_bytes.bytes()[0] = 'q';
  EXPECT_EQ(child_bytes.bytes()[0], 'p');
  child_bytes.bytes()[0] = 'c';
  EXPECT_EQ(parent_bytes.bytes()[0], 'q');
}

TEST(snapshots, at_least_on_write_is_one_too) {
  const Handle parent = make_vmo(kPage);
  put(parent, 0, 'p');
  const Handle child = make_child(parent, ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE, 0, kPage);
  put(parent, 0, 'q');
  EXPECT_EQ(get(child, 0), 'p');
}

TEST(snapshots, contents_outlive_the_parent) {
  Handle parent = make_vmo(kPage);
  put(parent, 7, 'p');
  const Handle child = snapshot(parent);
  parent.reset();
  EXPECT_EQ(get(child, 7), 'p');
}

TEST(snapshots, of_snapshots) {
  const Handle parent = make_vmo(kPage);
  put(parent, 0, '1');
  Handle child = snapshot(parent);
  put(child, 0, '2');
  const Handle grandchild = snapshot(child);
  put(child, 0, '3');
  EXPECT_EQ(get(grandchild, 0), '2');
  child.reset();
  put(parent, 0, '4');
  EXPECT_EQ(get(grandchild, 0), '2');
}

TEST(snapshots, read_zero_beyond_the_parents_end) {
  const Handle parent = make_vmo(kPage);
  put(parent, 0, 'p');
  const Handle child = snapshot(parent, 3 * kPage);
  EXPECT_EQ(get(child, 0), 'p');
  EXPECT_EQ(get(child, 2 * kPage), 0);
  put(child, 2 * kPage, 'c');
  EXPECT_EQ(get(child, 2 * kPage), 'c');
}

TEST(snapshots, from_an_offset) {
  const Handle parent = make_vmo(3 * kPage);
  put(parent, kPage + 5, 'p');
  const Handle child = make_child(parent, ZX_VMO_CHILD_SNAPSHOT, kPage, kPage);
  EXPECT_EQ(get(child, 5), 'p');
}

TEST(snapshots, keep_their_contents_when_the_parent_shrinks) {
  const Handle parent = make_vmo(2 * kPage, ZX_VMO_RESIZABLE);
  put(parent, kPage, 'p');
  const Handle child = snapshot(parent, 2 * kPage);
  EXPECT_OK(zx_vmo_set_size(parent.get(), 0));
  EXPECT_EQ(get(child, kPage), 'p');
  EXPECT_OK(zx_vmo_set_size(parent.get(), 2 * kPage));
  put(parent, kPage, 'q');
  EXPECT_EQ(get(child, kPage), 'p');
}

TEST(snapshots, that_shrink_and_grow_do_not_see_the_parent_again) {
  const Handle parent = make_vmo(2 * kPage);
  put(parent, kPage, 'p');
  const Handle child =
      make_child(parent, ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_RESIZABLE, 0, 2 * kPage);
  EXPECT_OK(zx_vmo_set_size(child.get(), kPage));
  EXPECT_OK(zx_vmo_set_size(child.get(), 2 * kPage));
  EXPECT_EQ(get(child, kPage), 0);
  EXPECT_EQ(get(parent, kPage), 'p');
}

TEST(snapshots, are_charged_once_for_what_they_share) {
  const Handle parent = make_vmo(kPage);
  put(parent, 0, 'p');
  const Handle child = snapshot(parent);
  EXPECT_EQ(vmo_info(parent).committed_bytes, kPage);
  EXPECT_EQ(vmo_info(child).committed_bytes, 0);
  put(child, 0, 'c');
  EXPECT_EQ(vmo_info(parent).committed_bytes, kPage);
  EXPECT_EQ(vmo_info(child).committed_bytes, kPage);
}

TEST(snapshots, tell_what_they_are) {
  const Handle parent = make_vmo(kPage);
  const Handle child = snapshot(parent);
  const zx_info_vmo_t told = vmo_info(child);
  EXPECT_EQ(told.parent_koid, koid_of(parent.get()));
  EXPECT_EQ(told.flags, ZX_INFO_VMO_TYPE_PAGED | ZX_INFO_VMO_IS_COW_CLONE | ZX_INFO_VMO_VIA_HANDLE);
  EXPECT_EQ(vmo_info(parent).num_children, 1);
}

TEST(vmo_children, signal_on_their_parent) {
  const Handle parent = make_vmo(kPage);
  EXPECT_EQ(signals_of(parent), ZX_VMO_ZERO_CHILDREN);
  Handle first = snapshot(parent);
  Handle second = snapshot(parent);
  EXPECT_EQ(signals_of(parent), ZX_SIGNAL_NONE);
  EXPECT_EQ(vmo_info(parent).num_children, 2);
  first.reset();
  EXPECT_EQ(signals_of(parent), ZX_SIGNAL_NONE);
  second.reset();
  EXPECT_EQ(signals_of(parent), ZX_VMO_ZERO_CHILDREN);
}

TEST(vmo_children, that_are_only_mapped_still_count) {
  const Handle parent = make_vmo(kPage);
  {
    Handle child = snapshot(parent);
    const Mapped mapped(child, kPage);
    child.reset();
    EXPECT_EQ(signals_of(parent), ZX_SIGNAL_NONE);
  }
  EXPECT_OK(zx_object_wait_one(parent.get(), ZX_VMO_ZERO_CHILDREN, ZX_TIME_INFINITE, nullptr));
}

TEST(vmo_children, grandchildren_are_adopted) {
  const Handle parent = make_vmo(kPage);
  Handle child = snapshot(parent);
  Handle grandchild = snapshot(child);
  EXPECT_EQ(vmo_info(parent).num_children, 1);
  child.reset();
  EXPECT_EQ(signals_of(parent), ZX_SIGNAL_NONE);
  EXPECT_EQ(vmo_info(parent).num_children, 1);
  grandchild.reset();
  EXPECT_EQ(signals_of(parent), ZX_VMO_ZERO_CHILDREN);
}

TEST(vmo_children, rights_of_snapshots) {
  const Handle parent = make_vmo(kPage);
  const Handle source =
      with_rights(parent, ZX_RIGHT_DUPLICATE | ZX_RIGHT_TRANSFER | ZX_RIGHT_READ | ZX_RIGHT_MAP);
  EXPECT_EQ(rights_of(snapshot(source)), rights_of(source) | ZX_RIGHTS_PROPERTY | ZX_RIGHT_WRITE);
  Handle executable;
  EXPECT_OK(zx_vmo_replace_as_executable(parent.duplicate().release(), ZX_HANDLE_INVALID,
                                         executable.out()));
  EXPECT_EQ(rights_of(snapshot(executable)), rights_of(parent));
}

TEST(vmo_children, rights_without_writing) {
  const Handle parent = make_vmo(kPage);
  const Handle child = make_child(parent, ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_NO_WRITE, 0, kPage);
  EXPECT_EQ(rights_of(child), rights_of(parent) & ~ZX_RIGHT_WRITE);
}

TEST(vmo_children, inherit_the_name) {
  const Handle parent = make_vmo(kPage);
  EXPECT_OK(zx_object_set_property(parent.get(), ZX_PROP_NAME, "mother", 6));
  EXPECT_EQ(std::string_view(vmo_info(snapshot(parent)).name), "mother");
  const Handle nameless = without(parent, ZX_RIGHT_GET_PROPERTY);
  EXPECT_EQ(std::string_view(vmo_info(snapshot(nameless)).name), "");
}

TEST(vmo_children, need_rights) {
  const Handle vmo = make_vmo(kPage);
  EXPECT_STATUS(refused(without(vmo, ZX_RIGHT_DUPLICATE), ZX_VMO_CHILD_SNAPSHOT),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(refused(without(vmo, ZX_RIGHT_READ), ZX_VMO_CHILD_SNAPSHOT), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(refused(make_event(), ZX_VMO_CHILD_SNAPSHOT), ZX_ERR_WRONG_TYPE);
}

TEST(vmo_children, refuse_bad_arguments) {
  const Handle vmo = make_vmo(2 * kPage);
  EXPECT_STATUS(refused(vmo, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(refused(vmo, ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_SLICE), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(refused(vmo, ZX_VMO_CHILD_SLICE | ZX_VMO_CHILD_RESIZABLE), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(
      refused(vmo, ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_NO_WRITE | ZX_VMO_CHILD_RESIZABLE),
      ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(refused(vmo, ZX_VMO_CHILD_SNAPSHOT | 1u << 20), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(refused(vmo, ZX_VMO_CHILD_SNAPSHOT, 1, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(refused(vmo, ZX_VMO_CHILD_SNAPSHOT, 0, UINT64_MAX), ZX_ERR_OUT_OF_RANGE);
}

TEST(slices, share_their_parents_bytes) {
  const Handle parent = make_vmo(3 * kPage);
  const Handle child = slice(parent, kPage, kPage);
  put(parent, kPage + 1, 'p');
  EXPECT_EQ(get(child, 1), 'p');
  put(child, 2, 'c');
  EXPECT_EQ(get(parent, kPage + 2), 'c');
  EXPECT_EQ(rights_of(child), rights_of(parent));
}

TEST(slices, of_slices) {
  const Handle parent = make_vmo(4 * kPage);
  const Handle outer = slice(parent, kPage, 3 * kPage);
  const Handle inner = slice(outer, kPage, kPage);
  put(inner, 0, 'i');
  EXPECT_EQ(get(parent, 2 * kPage), 'i');
}

TEST(slices, of_no_size) {
  const Handle parent = make_vmo(kPage);
  const Handle start = slice(parent, 0, 0);
  const Handle end = slice(parent, kPage, 0);
  uint64_t size = 7;
  EXPECT_OK(zx_vmo_get_size(end.get(), &size));
  EXPECT_EQ(size, 0);
}

TEST(slices, stay_inside_their_parent) {
  const Handle parent = make_vmo(2 * kPage);
  EXPECT_STATUS(refused(parent, ZX_VMO_CHILD_SLICE, kPage, 2 * kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(refused(parent, ZX_VMO_CHILD_SLICE, 3 * kPage, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(refused(parent, ZX_VMO_CHILD_SLICE, 0, UINT64_MAX), ZX_ERR_OUT_OF_RANGE);
}

TEST(slices, have_no_resizable_parents) {
  const Handle parent = make_vmo(kPage, ZX_VMO_RESIZABLE);
  EXPECT_STATUS(refused(parent, ZX_VMO_CHILD_SLICE), ZX_ERR_NOT_SUPPORTED);
}

TEST(slices, keep_their_parents_bytes_alive) {
  Handle parent = make_vmo(kPage);
  put(parent, 3, 'p');
  const Handle child = slice(parent, 0, kPage);
  parent.reset();
  EXPECT_EQ(get(child, 3), 'p');
}

TEST(slices, seen_through_mappings) {
  const Handle parent = make_vmo(2 * kPage);
  const Handle child = slice(parent, kPage, kPage);
  const Mapped parent_bytes(parent, 2 * kPage);
  const Mapped child_bytes(child, kPage);
  EXPECT_EQ(child_bytes.bytes()[9], 0);
  parent_bytes.bytes()[kPage + 9] = 'p';
  EXPECT_EQ(child_bytes.bytes()[9], 'p');
}

}  // namespace
}  // namespace core
