// object_get_info: lists of another process's handles, and buffers that end in nothing.
#include <zircon/syscalls/memory.h>

#include "child.h"
#include "mapped.h"
#include "support.h"

namespace core {
namespace {

constexpr size_t kPage = 4096;

CHILD(waits_for_its_parent) {
  tell_parent();
  await_parent();
}

// One that has come so far: it has all its handles.
struct WaitingChild : Child {
  WaitingChild() : Child("waits_for_its_parent") { await_child(*this); }
};

using Record = zx_info_handle_extended_t;

TEST(info_lists, handle_table_of_another_process) {
  const WaitingChild child;
  Record records[64] = {};
  size_t actual = 0;
  size_t available = 0;
  ASSERT_OK(zx_object_get_info(child.process(), ZX_INFO_HANDLE_TABLE, records, sizeof(records),
                               &actual, &available));
  EXPECT_EQ(actual, available);
  const auto count =
      info<zx_info_process_handle_stats_t>(child.process(), ZX_INFO_PROCESS_HANDLE_STATS);
  uint32_t processes = 0;
  bool found_itself = false;
  for (size_t i = 0; i < actual; ++i) {
    EXPECT_NE(records[i].handle_value, ZX_HANDLE_INVALID);
    EXPECT_EQ(records[i].handle_value & ZX_HANDLE_FIXED_BITS_MASK, ZX_HANDLE_FIXED_BITS_MASK);
    if (records[i].type != ZX_OBJ_TYPE_PROCESS) continue;
    ++processes;
    found_itself |= records[i].koid == koid_of(child.process());
  }
  EXPECT_EQ(processes, count.handle_count[ZX_OBJ_TYPE_PROCESS]);
  EXPECT_TRUE(found_itself);
}

TEST(info_lists, handle_table_tells_what_fits) {
  const WaitingChild child;
  Record record{};
  size_t actual = 7;
  size_t available = 0;
  EXPECT_OK(
      zx_object_get_info(child.process(), ZX_INFO_HANDLE_TABLE, nullptr, 0, &actual, &available));
  EXPECT_EQ(actual, 0);
  EXPECT_GE(available, 3);
  EXPECT_OK(zx_object_get_info(child.process(), ZX_INFO_HANDLE_TABLE, &record, sizeof(record),
                               &actual, &available));
  EXPECT_EQ(actual, 1);
  EXPECT_NE(record.koid, 0);
}

TEST(info_lists, handle_table_needs_rights_and_is_not_ones_own) {
  Record record{};
  const auto get = [&](zx_handle_t process) {
    return zx_object_get_info(process, ZX_INFO_HANDLE_TABLE, &record, sizeof(record), nullptr,
                              nullptr);
  };
  EXPECT_STATUS(get(user::self_process()), ZX_ERR_ACCESS_DENIED);
  const BareProcess bare;
  EXPECT_OK(get(bare.process.get()));
  for (const zx_rights_t right :
       {ZX_RIGHT_INSPECT, ZX_RIGHT_MANAGE_PROCESS, ZX_RIGHT_MANAGE_THREAD})
    EXPECT_STATUS(get(without(bare.process, right).get()), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(get(make_event().get()), ZX_ERR_WRONG_TYPE);
}

// A page with nothing behind it; the first record of each list fits before its end.
struct LastPage {
  LastPage() {
    EXPECT_OK(zx_vmar_allocate(user::root_vmar(),
                               ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                               2 * kPage, vmar.out(), &address));
    EXPECT_OK(zx_vmar_map(vmar.get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC, 0,
                          make_vmo(kPage).get(), 0, kPage, &address));
  }
  ~LastPage() { EXPECT_OK(zx_vmar_destroy(vmar.get())); }
  // The last `bytes` of the page.
  void* end(size_t bytes) const { return reinterpret_cast<void*>(address + kPage - bytes); }

  Handle vmar;
  zx_vaddr_t address = 0;
};

TEST(info_lists, partly_mapped_buffers) {
  const LastPage page;
  const WaitingChild child;
  const Handle jobs[] = {make_job(), make_job(), make_job()};
  const auto get = [&](zx_handle_t handle, uint32_t topic, size_t record) {
    return zx_object_get_info(handle, topic, page.end(record), 16 * record, nullptr, nullptr);
  };
  EXPECT_STATUS(get(user::default_job(), ZX_INFO_JOB_CHILDREN, sizeof(zx_koid_t)),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(get(child.process(), ZX_INFO_HANDLE_TABLE, sizeof(Record)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(get(child.process(), ZX_INFO_PROCESS_MAPS, sizeof(zx_info_maps_t)),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(get(child.process(), ZX_INFO_PROCESS_VMOS, sizeof(zx_info_vmo_t)),
                ZX_ERR_INVALID_ARGS);
}

TEST(info_lists, buffer_that_just_fits_before_the_end) {
  const LastPage page;
  EXPECT_OK(zx_object_get_info(user::self_process(), ZX_INFO_PROCESS,
                               page.end(sizeof(zx_info_process_t)), sizeof(zx_info_process_t),
                               nullptr, nullptr));
  EXPECT_STATUS(zx_object_get_info(user::self_process(), ZX_INFO_PROCESS,
                                   page.end(sizeof(zx_info_process_t) - 1),
                                   sizeof(zx_info_process_t), nullptr, nullptr),
                ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace core
