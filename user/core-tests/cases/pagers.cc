// Pagers: programs that bring the pages of memory objects.
#include "mapped.h"
#include "paged.h"

namespace core {
namespace {

constexpr uint64_t kPages = Paged::kPages;

// --- Creating
// -------------------------------------------------------------------------------------

TEST(pagers, create_refuses_options) {
  Handle pager;
  EXPECT_STATUS(zx_pager_create(1, pager.out()), ZX_ERR_INVALID_ARGS);
}

TEST(pagers, create_needs_somewhere_for_the_handle) {
  EXPECT_STATUS(zx_pager_create(0, bad_pointer<zx_handle_t>()), ZX_ERR_INVALID_ARGS);
}

TEST(pagers, have_their_rights) {
  EXPECT_EQ(rights_of(make_pager()), ZX_RIGHT_INSPECT | ZX_RIGHTS_PROPERTY | ZX_RIGHT_TRANSFER);
}

TEST(pagers, have_their_type) { EXPECT_EQ(basic_info(make_pager().get()).type, ZX_OBJ_TYPE_PAGER); }

TEST(pagers, are_not_waitable) {
  EXPECT_STATUS(zx_object_wait_one(make_pager().get(), 1, 0, nullptr), ZX_ERR_ACCESS_DENIED);
}

TEST(pagers, create_vmo_refuses_options) {
  const Paged paged;
  Handle vmo;
  EXPECT_STATUS(zx_pager_create_vmo(paged.pager.get(), 1, paged.port.get(), 0, kPage, vmo.out()),
                ZX_ERR_INVALID_ARGS);
}

TEST(pagers, create_vmo_needs_a_pager) {
  const Handle port = make_port();
  Handle vmo;
  EXPECT_STATUS(zx_pager_create_vmo(kBadHandle, 0, port.get(), 0, kPage, vmo.out()),
                ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_pager_create_vmo(port.get(), 0, port.get(), 0, kPage, vmo.out()),
                ZX_ERR_WRONG_TYPE);
}

TEST(pagers, create_vmo_needs_a_port) {
  const Handle pager = make_pager();
  Handle vmo;
  EXPECT_STATUS(zx_pager_create_vmo(pager.get(), 0, kBadHandle, 0, kPage, vmo.out()),
                ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_pager_create_vmo(pager.get(), 0, pager.get(), 0, kPage, vmo.out()),
                ZX_ERR_WRONG_TYPE);
}

TEST(pagers, create_vmo_needs_to_write_to_the_port) {
  const Handle pager = make_pager();
  const Handle port = without(make_port(), ZX_RIGHT_WRITE);
  Handle vmo;
  EXPECT_STATUS(zx_pager_create_vmo(pager.get(), 0, port.get(), 0, kPage, vmo.out()),
                ZX_ERR_ACCESS_DENIED);
}

TEST(pagers, create_vmo_limits_the_size) {
  const Paged paged;
  Handle vmo;
  EXPECT_STATUS(
      zx_pager_create_vmo(paged.pager.get(), 0, paged.port.get(), 0, UINT64_MAX, vmo.out()),
      ZX_ERR_OUT_OF_RANGE);
}

TEST(pagers, vmos_round_their_size_up) {
  const Paged paged;
  Handle vmo;
  ASSERT_OK(zx_pager_create_vmo(paged.pager.get(), 0, paged.port.get(), 0, 1, vmo.out()));
  uint64_t size = 0;
  EXPECT_OK(zx_vmo_get_size(vmo.get(), &size));
  EXPECT_EQ(size, kPage);
}

TEST(pagers, vmos_say_that_they_are_paged) {
  const Paged paged;
  const auto record = info<zx_info_vmo_t>(paged.vmo.get(), ZX_INFO_VMO);
  EXPECT_TRUE(record.flags & ZX_INFO_VMO_PAGER_BACKED);
  EXPECT_FALSE(record.flags & ZX_INFO_VMO_RESIZABLE);
  EXPECT_EQ(record.committed_bytes, 0u);
}

TEST(pagers, vmos_may_be_resizable) {
  const Paged paged(ZX_VMO_RESIZABLE);
  EXPECT_OK(zx_vmo_set_size(paged.vmo.get(), 2 * kPage));
}

TEST(pagers, vmos_are_not_resizable_by_themselves) {
  const Paged paged;
  EXPECT_STATUS(zx_vmo_set_size(paged.vmo.get(), 2 * kPage), ZX_ERR_UNAVAILABLE);
}

TEST(pagers, vmos_cannot_be_decommitted) {
  const Paged paged;
  EXPECT_OK(paged.supply(0, 1, 'a'));
  EXPECT_STATUS(zx_vmo_op_range(paged.vmo.get(), ZX_VMO_OP_DECOMMIT, 0, kPage, nullptr, 0),
                ZX_ERR_NOT_SUPPORTED);
}

// --- Reading, writing, touching
// -------------------------------------------------------------------

TEST(pagers, reading_waits_for_the_page) {
  const Paged paged;
  char value = 0;
  Thread reader([&] { value = paged.read(3); });
  paged.expect_request(3, 1);
  await_state(reader.handle(), ZX_THREAD_STATE_BLOCKED_PAGER);
  EXPECT_OK(paged.supply(3, 1, 'x'));
  reader.join();
  EXPECT_EQ(value, 'x');
}

TEST(pagers, writing_waits_for_the_page) {
  const Paged paged;
  Thread writer([&] {
    const char text = 'w';
    EXPECT_OK(zx_vmo_write(paged.vmo.get(), &text, kPage + 1, 1));
  });
  paged.expect_request(1, 1);
  EXPECT_OK(paged.supply(1, 1, 'a'));
  writer.join();
  char text[2];
  EXPECT_OK(zx_vmo_read(paged.vmo.get(), text, kPage, 2));
  EXPECT_EQ(text[0], 'a');
  EXPECT_EQ(text[1], 'w');
}

TEST(pagers, touching_waits_for_the_page) {
  const Paged paged;
  const Mapped mapped(paged.vmo, kPages * kPage);
  char value = 0;
  Thread toucher([&] { value = mapped.bytes()[2 * kPage]; });
  paged.expect_request(2, 1);
  await_state(toucher.handle(), ZX_THREAD_STATE_BLOCKED_PAGER);
  EXPECT_OK(paged.supply(2, 1, 't'));
  toucher.join();
  EXPECT_EQ(value, 't');
}

TEST(pagers, storing_waits_for_the_page) {
  const Paged paged;
  const Mapped mapped(paged.vmo, kPages * kPage);
  Thread toucher([&] { mapped.bytes()[1] = 's'; });
  paged.expect_request(0, 1);
  EXPECT_OK(paged.supply(0, 1, 'o'));
  toucher.join();
  EXPECT_EQ(mapped.bytes()[0], 'o');
  EXPECT_EQ(mapped.bytes()[1], 's');
}

TEST(pagers, committing_asks_for_the_whole_range) {
  const Paged paged;
  Thread committer([&] {
    EXPECT_OK(zx_vmo_op_range(paged.vmo.get(), ZX_VMO_OP_COMMIT, kPage, 4 * kPage, nullptr, 0));
  });
  paged.expect_request(1, 4);
  EXPECT_OK(paged.supply(1, 2, 'a'));
  EXPECT_OK(paged.supply(3, 2, 'c'));
  committer.join();
  paged.expect_quiet();
}

TEST(pagers, threads_share_a_request) {
  const Paged paged;
  Thread one([&] { EXPECT_EQ(paged.read(0), 'z'); });
  paged.expect_request(0, 1);
  Thread two([&] { EXPECT_EQ(paged.read(0), 'z'); });
  await_state(two.handle(), ZX_THREAD_STATE_BLOCKED_PAGER);
  paged.expect_quiet();
  EXPECT_OK(paged.supply(0, 1, 'z'));
}

TEST(pagers, different_pages_are_asked_for_one_by_one) {
  const Paged paged;
  Thread one([&] { EXPECT_EQ(paged.read(5), '5'); });
  paged.expect_request(5, 1);
  Thread two([&] { EXPECT_EQ(paged.read(6), '6'); });
  paged.expect_request(6, 1);
  EXPECT_OK(paged.supply(5, 2, '5'));
}

TEST(pagers, supplied_pages_need_no_request) {
  const Paged paged;
  EXPECT_OK(paged.supply(0, kPages, 'a'));
  EXPECT_EQ(paged.read(7), 'h');
  paged.expect_quiet();
}

TEST(pagers, long_reads_ask_page_after_page) {
  const Paged paged;
  char buffer[2 * kPage];
  Thread reader([&] { EXPECT_OK(zx_vmo_read(paged.vmo.get(), buffer, 0, sizeof(buffer))); });
  paged.expect_request(0, 1);
  EXPECT_OK(paged.supply(0, 1, 'a'));
  paged.expect_request(1, 1);
  EXPECT_OK(paged.supply(1, 1, 'b'));
  reader.join();
  EXPECT_EQ(buffer[0], 'a');
  EXPECT_EQ(buffer[kPage], 'b');
}

TEST(pagers, system_calls_may_be_given_paged_memory) {
  const Paged paged;
  const Mapped mapped(paged.vmo, kPages * kPage);
  const Pair channel = make_channel();
  Thread writer([&] {
    EXPECT_OK(zx_channel_write(channel.a.get(), 0, mapped.bytes() + kPage, 3, nullptr, 0));
  });
  paged.expect_request(1, 1);
  EXPECT_OK(paged.supply(1, 1, 'm'));
  writer.join();
  char text[3];
  uint32_t actual = 0;
  EXPECT_OK(zx_channel_read(channel.b.get(), 0, text, nullptr, 3, 0, &actual, nullptr));
  EXPECT_EQ(actual, 3u);
  EXPECT_EQ(text[0], 'm');
}

TEST(pagers, system_calls_may_write_to_paged_memory) {
  const Paged paged;
  const Mapped mapped(paged.vmo, kPages * kPage);
  const Pair channel = make_channel();
  EXPECT_OK(zx_channel_write(channel.a.get(), 0, "abc", 3, nullptr, 0));
  Thread reader([&] {
    EXPECT_OK(zx_channel_read(channel.b.get(), 0, mapped.bytes(), nullptr, 3, 0, nullptr, nullptr));
  });
  paged.expect_request(0, 1);
  EXPECT_OK(paged.supply(0, 1, 'q'));
  reader.join();
  EXPECT_EQ(std::string_view(mapped.bytes(), 3), "abc");
}

TEST(pagers, memory_of_processes_may_be_paged) {
  const Paged paged;
  const Mapped mapped(paged.vmo, kPages * kPage);
  char value = 0;
  Thread reader([&] {
    size_t actual = 0;
    EXPECT_OK(zx_process_read_memory(user::self_process(), mapped.address() + 3 * kPage, &value, 1,
                                     &actual));
    EXPECT_EQ(actual, 1u);
  });
  paged.expect_request(3, 1);
  EXPECT_OK(paged.supply(3, 1, 'p'));
  reader.join();
  EXPECT_EQ(value, 'p');
}

// --- Ending waits
// ---------------------------------------------------------------------------------

void expect_read_fails(const Paged& paged, uint64_t page, zx_status_t expected) {
  char value = 0;
  EXPECT_STATUS(zx_vmo_read(paged.vmo.get(), &value, page * kPage, 1), expected);
}

TEST(pagers, a_killed_thread_takes_its_request_back) {
  const Paged paged;
  const Mapped mapped(paged.vmo, kPages * kPage);
  volatile char* const page = mapped.bytes();
  Thread reader([page] { static_cast<void>(page[0]); });
  await_state(reader.handle(), ZX_THREAD_STATE_BLOCKED_PAGER);
  EXPECT_OK(zx_task_kill(reader.handle()));
  await_end(reader.handle());
  paged.expect_quiet();
}

TEST(pagers, a_suspended_thread_asks_again) {
  const Paged paged;
  Thread reader([&] { EXPECT_EQ(paged.read(0), 'r'); });
  paged.expect_request(0, 1);
  await_state(reader.handle(), ZX_THREAD_STATE_BLOCKED_PAGER);
  Handle token;
  EXPECT_OK(zx_task_suspend(reader.handle(), token.out()));
  EXPECT_OK(zx_object_wait_one(reader.handle(), ZX_THREAD_SUSPENDED, far_deadline(), nullptr));
  token.reset();
  paged.expect_request(0, 1);
  EXPECT_OK(paged.supply(0, 1, 'r'));
}

TEST(pagers, failing_ends_a_read) {
  const Paged paged;
  for (const zx_status_t status : {ZX_ERR_IO, ZX_ERR_IO_DATA_INTEGRITY, ZX_ERR_BAD_STATE}) {
    Thread reader([&] { expect_read_fails(paged, 1, status); });
    paged.expect_request(1, 1);
    EXPECT_OK(zx_pager_op_range(paged.pager.get(), ZX_PAGER_OP_FAIL, paged.vmo.get(), kPage, kPage,
                                static_cast<uint64_t>(int64_t{status})));
    reader.join();
  }
}

TEST(pagers, failing_ends_a_commit) {
  const Paged paged;
  Thread committer([&] {
    EXPECT_STATUS(zx_vmo_op_range(paged.vmo.get(), ZX_VMO_OP_COMMIT, 0, 2 * kPage, nullptr, 0),
                  ZX_ERR_IO);
  });
  paged.expect_request(0, 2);
  EXPECT_OK(zx_pager_op_range(paged.pager.get(), ZX_PAGER_OP_FAIL, paged.vmo.get(), 0, 2 * kPage,
                              static_cast<uint64_t>(int64_t{ZX_ERR_IO})));
}

TEST(pagers, failing_elsewhere_changes_nothing) {
  const Paged paged;
  Thread reader([&] { EXPECT_EQ(paged.read(0), 'k'); });
  paged.expect_request(0, 1);
  EXPECT_OK(zx_pager_op_range(paged.pager.get(), ZX_PAGER_OP_FAIL, paged.vmo.get(), kPage, kPage,
                              static_cast<uint64_t>(int64_t{ZX_ERR_IO})));
  EXPECT_OK(paged.supply(0, 1, 'k'));
}

TEST(pagers, detaching_ends_waits) {
  const Paged paged;
  Thread reader([&] { expect_read_fails(paged, 1, ZX_ERR_BAD_STATE); });
  paged.expect_request(1, 1);
  EXPECT_OK(zx_pager_detach_vmo(paged.pager.get(), paged.vmo.get()));
  reader.join();
  paged.expect_complete();
  paged.expect_quiet();
}

TEST(pagers, detached_vmos_keep_what_they_have) {
  const Paged paged;
  EXPECT_OK(paged.supply(0, 1, 'd'));
  EXPECT_OK(zx_pager_detach_vmo(paged.pager.get(), paged.vmo.get()));
  EXPECT_EQ(paged.read(0), 'd');
  expect_read_fails(paged, 1, ZX_ERR_BAD_STATE);
  paged.expect_complete();
}

TEST(pagers, closing_the_vmo_completes_it) {
  Paged paged;
  paged.vmo.reset();
  paged.expect_complete();
}

TEST(pagers, closing_the_pager_ends_waits) {
  Paged paged;
  Thread reader([&] { expect_read_fails(paged, 1, ZX_ERR_BAD_STATE); });
  paged.expect_request(1, 1);
  paged.pager.reset();
  reader.join();
  expect_read_fails(paged, 2, ZX_ERR_BAD_STATE);
}

TEST(pagers, shrinking_ends_waits_beyond_the_end) {
  const Paged paged(ZX_VMO_RESIZABLE);
  Thread reader([&] { expect_read_fails(paged, 5, ZX_ERR_OUT_OF_RANGE); });
  paged.expect_request(5, 1);
  EXPECT_OK(zx_vmo_set_size(paged.vmo.get(), kPage));
}

}  // namespace
}  // namespace core
