// Children of memory objects whose pages a pager brings, and streams on such.
#include "mapped.h"
#include "paged.h"

namespace core {
namespace {

// A copy-on-write child of these pages.
Handle clone(const Paged& paged, uint64_t page, uint64_t pages, uint32_t options = 0) {
  Handle child;
  EXPECT_OK(zx_vmo_create_child(paged.vmo.get(), ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE | options,
                                page * kPage, pages * kPage, child.out()));
  return child;
}

char first_byte(const Handle& vmo, uint64_t page) {
  char value = 0;
  EXPECT_OK(zx_vmo_read(vmo.get(), &value, page * kPage, 1));
  return value;
}

TEST(pagers, snapshots_are_not_supported) {
  const Paged paged;
  Handle child;
  EXPECT_STATUS(zx_vmo_create_child(paged.vmo.get(), ZX_VMO_CHILD_SNAPSHOT, 0, kPage, child.out()),
                ZX_ERR_NOT_SUPPORTED);
  const Handle middle = clone(paged, 0, 1);
  EXPECT_STATUS(zx_vmo_create_child(middle.get(), ZX_VMO_CHILD_SNAPSHOT, 0, kPage, child.out()),
                ZX_ERR_NOT_SUPPORTED);
}

TEST(pagers, clones_ask_for_the_parents_pages) {
  const Paged paged;
  const Handle child = clone(paged, 2, 4);
  Thread reader([&] { EXPECT_EQ(first_byte(child, 1), 'c'); });
  paged.expect_request(3, 1);
  EXPECT_OK(paged.supply(3, 1, 'c'));
}

TEST(pagers, clones_copy_what_they_write) {
  const Paged paged;
  EXPECT_OK(paged.supply(0, 1, 'a'));
  const Handle child = clone(paged, 0, 1);
  EXPECT_OK(zx_vmo_write(child.get(), "b", 0, 1));
  EXPECT_EQ(paged.read(0), 'a');
  EXPECT_EQ(first_byte(child, 0), 'b');
}

TEST(pagers, writing_to_a_clone_needs_the_parents_page) {
  const Paged paged;
  const Handle child = clone(paged, 0, 1);
  Thread writer([&] { EXPECT_OK(zx_vmo_write(child.get(), "b", 1, 1)); });
  paged.expect_request(0, 1);
  EXPECT_OK(paged.supply(0, 1, 'a'));
  writer.join();
  EXPECT_EQ(first_byte(child, 0), 'a');
}

TEST(pagers, committing_a_clone_needs_the_parents_pages) {
  const Paged paged;
  const Handle child = clone(paged, 0, 2);
  Thread committer(
      [&] { EXPECT_OK(zx_vmo_op_range(child.get(), ZX_VMO_OP_COMMIT, 0, 2 * kPage, nullptr, 0)); });
  paged.expect_request(0, 2);
  EXPECT_OK(paged.supply(0, 2, 'a'));
  committer.join();
  EXPECT_EQ(info<zx_info_vmo_t>(child.get(), ZX_INFO_VMO).committed_bytes, 2 * kPage);
}

TEST(pagers, mapped_clones_ask_too) {
  const Paged paged;
  const Handle child = clone(paged, 0, 2);
  const Mapped mapped(child, 2 * kPage);
  Thread toucher([&] { EXPECT_EQ(mapped.bytes()[kPage], 'n'); });
  paged.expect_request(1, 1);
  EXPECT_OK(paged.supply(1, 1, 'n'));
}

TEST(pagers, detaching_reaches_clones) {
  const Paged paged;
  const Handle child = clone(paged, 0, 1);
  Thread reader([&] {
    char value = 0;
    EXPECT_STATUS(zx_vmo_read(child.get(), &value, 0, 1), ZX_ERR_BAD_STATE);
  });
  paged.expect_request(0, 1);
  EXPECT_OK(zx_pager_detach_vmo(paged.pager.get(), paged.vmo.get()));
  reader.join();
  paged.expect_complete();
}

TEST(pagers, clones_keep_their_parents_pages) {
  Paged paged;
  EXPECT_OK(paged.supply(0, 1, 'l'));
  const Handle child = clone(paged, 0, 1);
  paged.vmo.reset();
  paged.expect_quiet();
  EXPECT_EQ(first_byte(child, 0), 'l');
}

TEST(pagers, what_a_parent_loses_reads_as_zeros_in_clones) {
  const Paged paged(ZX_VMO_RESIZABLE);
  EXPECT_OK(paged.supply(0, 2, 'a'));
  const Handle child = clone(paged, 0, 2);
  EXPECT_OK(zx_vmo_set_size(paged.vmo.get(), kPage));
  EXPECT_OK(zx_vmo_set_size(paged.vmo.get(), 2 * kPage));
  EXPECT_EQ(first_byte(child, 0), 'a');
  EXPECT_EQ(first_byte(child, 1), '\0');
}

TEST(pagers, slices_ask_for_their_parents_pages) {
  const Paged paged;
  Handle slice;
  EXPECT_OK(
      zx_vmo_create_child(paged.vmo.get(), ZX_VMO_CHILD_SLICE, kPage, 2 * kPage, slice.out()));
  Thread reader([&] { EXPECT_EQ(first_byte(slice, 1), 'i'); });
  paged.expect_request(2, 1);
  EXPECT_OK(paged.supply(2, 1, 'i'));
}

TEST(pagers, zeroing_needs_no_pages) {
  const Paged paged;
  EXPECT_OK(zx_vmo_op_range(paged.vmo.get(), ZX_VMO_OP_ZERO, 0, 2 * kPage, nullptr, 0));
  EXPECT_EQ(paged.read(1), '\0');
  paged.expect_quiet();
}

TEST(pagers, streams_wait_for_pages) {
  const Paged paged;
  Handle stream;
  EXPECT_OK(zx_stream_create(ZX_STREAM_MODE_READ, paged.vmo.get(), kPage, stream.out()));
  char text = 0;
  Thread reader([&] {
    const zx_iovec_t vector{&text, 1};
    size_t actual = 0;
    EXPECT_OK(zx_stream_readv(stream.get(), 0, &vector, 1, &actual));
    EXPECT_EQ(actual, 1u);
  });
  paged.expect_request(1, 1);
  EXPECT_OK(paged.supply(1, 1, 'v'));
  reader.join();
  EXPECT_EQ(text, 'v');
}

}  // namespace
}  // namespace core
