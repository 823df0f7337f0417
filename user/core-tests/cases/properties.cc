// object_get_property and object_set_property.
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/object.h>

#include "child.h"
#include "support.h"

namespace core {
namespace {

zx_status_t get(zx_handle_t handle, uint32_t property, void* value, size_t size) {
  return zx_object_get_property(handle, property, value, size);
}
zx_status_t set(zx_handle_t handle, uint32_t property, const void* value, size_t size) {
  return zx_object_set_property(handle, property, value, size);
}
zx_status_t set_number(zx_handle_t handle, uint32_t property, uint64_t value) {
  return set(handle, property, &value, sizeof(value));
}

void expect_name(zx_handle_t handle, std::string_view name) {
  char buffer[ZX_MAX_NAME_LEN];
  EXPECT_OK(get(handle, ZX_PROP_NAME, buffer, sizeof(buffer)));
  EXPECT_EQ(std::string_view(buffer), name);
}

TEST(properties, names_can_be_set) {
  const Handle vmo = make_vmo(1);
  const Handle job = make_job();
  const BareProcess bare;
  for (const zx_handle_t handle : {vmo.get(), job.get(), bare.process.get(), bare.thread.get()}) {
    EXPECT_OK(set(handle, ZX_PROP_NAME, "another", 7));
    expect_name(handle, "another");
    EXPECT_OK(set(handle, ZX_PROP_NAME, "", 0));
    expect_name(handle, "");
  }
}

TEST(properties, names_are_cut) {
  const Handle vmo = make_vmo(1);
  constexpr std::string_view kLong = "a name that is longer than thirty-two bytes";
  EXPECT_OK(set(vmo.get(), ZX_PROP_NAME, kLong.data(), kLong.size()));
  expect_name(vmo.get(), kLong.substr(0, ZX_MAX_NAME_LEN - 1));
}

TEST(properties, names_need_room) {
  const Handle vmo = make_vmo(1);
  char buffer[ZX_MAX_NAME_LEN];
  EXPECT_STATUS(get(vmo.get(), ZX_PROP_NAME, buffer, sizeof(buffer) - 1), ZX_ERR_BUFFER_TOO_SMALL);
}

TEST(properties, need_rights) {
  const Handle vmo = make_vmo(1);
  char buffer[ZX_MAX_NAME_LEN];
  EXPECT_STATUS(
      get(without(vmo, ZX_RIGHT_GET_PROPERTY).get(), ZX_PROP_NAME, buffer, sizeof(buffer)),
      ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(set(without(vmo, ZX_RIGHT_SET_PROPERTY).get(), ZX_PROP_NAME, "x", 1),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(get(kBadHandle, ZX_PROP_NAME, buffer, sizeof(buffer)), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(set(kBadHandle, ZX_PROP_NAME, "x", 1), ZX_ERR_BAD_HANDLE);
}

TEST(properties, refuse_bad_arguments) {
  const Handle vmo = make_vmo(1);
  uint64_t value = 0;
  EXPECT_STATUS(get(vmo.get(), ZX_PROP_NAME, nullptr, 32), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set(vmo.get(), ZX_PROP_NAME, nullptr, 32), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(get(vmo.get(), 999, &value, sizeof(value)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set(vmo.get(), 999, &value, sizeof(value)), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(set(vmo.get(), ZX_PROP_NAME, bad_pointer<char>(), 8), ZX_ERR_INVALID_ARGS);
}

TEST(properties, are_for_certain_objects) {
  const Handle vmo = make_vmo(1);
  uint64_t value = 0;
  EXPECT_STATUS(get(vmo.get(), ZX_PROP_PROCESS_DEBUG_ADDR, &value, sizeof(value)),
                ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(set_number(vmo.get(), ZX_PROP_PROCESS_BREAK_ON_LOAD, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(set_number(vmo.get(), ZX_PROP_SOCKET_RX_THRESHOLD, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(set_number(vmo.get(), ZX_PROP_JOB_KILL_ON_OOM, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(set_number(make_socket(0).a.get(), ZX_PROP_VMO_CONTENT_SIZE, 0), ZX_ERR_WRONG_TYPE);
}

TEST(properties, the_debug_address_is_set_once) {
  const BareProcess bare;
  const zx_handle_t process = bare.process.get();
  uint64_t value = 7;
  EXPECT_OK(get(process, ZX_PROP_PROCESS_DEBUG_ADDR, &value, sizeof(value)));
  EXPECT_EQ(value, 0);
  EXPECT_STATUS(set_number(process, ZX_PROP_PROCESS_DEBUG_ADDR, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(set_number(process, ZX_PROP_PROCESS_DEBUG_ADDR, ZX_PROCESS_DEBUG_ADDR_BREAK_ON_SET));
  EXPECT_OK(set_number(process, ZX_PROP_PROCESS_DEBUG_ADDR, 0x1000));
  EXPECT_STATUS(set_number(process, ZX_PROP_PROCESS_DEBUG_ADDR, 0x2000), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(get(process, ZX_PROP_PROCESS_DEBUG_ADDR, &value, sizeof(value)));
  EXPECT_EQ(value, 0x1000);
}

TEST(properties, break_on_load_keeps_any_value) {
  const BareProcess bare;
  EXPECT_OK(set_number(bare.process.get(), ZX_PROP_PROCESS_BREAK_ON_LOAD, 42));
  uint64_t value = 0;
  EXPECT_OK(get(bare.process.get(), ZX_PROP_PROCESS_BREAK_ON_LOAD, &value, sizeof(value)));
  EXPECT_EQ(value, 42);
}

TEST(properties, kill_on_oom_is_a_switch) {
  const Handle job = make_job();
  EXPECT_FALSE(info<zx_info_job_t>(job.get(), ZX_INFO_JOB).kill_on_oom);
  EXPECT_OK(set_number(job.get(), ZX_PROP_JOB_KILL_ON_OOM, 1));
  EXPECT_TRUE(info<zx_info_job_t>(job.get(), ZX_INFO_JOB).kill_on_oom);
  EXPECT_STATUS(set_number(job.get(), ZX_PROP_JOB_KILL_ON_OOM, 2), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(set_number(job.get(), ZX_PROP_JOB_KILL_ON_OOM, 0));
}

TEST(properties, the_content_size_is_free) {
  const Handle vmo = make_vmo(100);
  uint64_t value = 0;
  EXPECT_OK(get(vmo.get(), ZX_PROP_VMO_CONTENT_SIZE, &value, sizeof(value)));
  EXPECT_EQ(value, 100);
  EXPECT_OK(set_number(vmo.get(), ZX_PROP_VMO_CONTENT_SIZE, UINT64_MAX));
  EXPECT_OK(get(vmo.get(), ZX_PROP_VMO_CONTENT_SIZE, &value, sizeof(value)));
  EXPECT_EQ(value, UINT64_MAX);
}

TEST(properties, the_content_size_follows_the_size) {
  const Handle vmo = make_vmo(100, ZX_VMO_RESIZABLE);
  EXPECT_OK(zx_vmo_set_size(vmo.get(), 5000));
  uint64_t value = 0;
  EXPECT_OK(get(vmo.get(), ZX_PROP_VMO_CONTENT_SIZE, &value, sizeof(value)));
  EXPECT_EQ(value, 5000);
}

}  // namespace
}  // namespace core
