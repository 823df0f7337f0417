#include "support.h"

#include <zircon/syscalls/port.h>

namespace core {
namespace {

// For the calls that make two handles.
template <typename F>
Pair make_pair_with(F&& create) {
  Pair pair;
  EXPECT_OK(create(pair.a.out(), pair.b.out()));
  return pair;
}

template <typename F>
Handle make_with(F&& create) {
  Handle handle;
  EXPECT_OK(create(handle.out()));
  return handle;
}

}  // namespace

zx_signals_t signals_of(zx_handle_t object) {
  zx_signals_t state = 0;
  EXPECT_STATUS(zx_object_wait_one(object, 0, ZX_TIME_INFINITE_PAST, &state), ZX_ERR_TIMED_OUT);
  return state;
}

zx_info_handle_basic_t basic_info(zx_handle_t handle) {
  return info<zx_info_handle_basic_t>(handle, ZX_INFO_HANDLE_BASIC);
}
zx_rights_t rights_of(const Handle& handle) { return basic_info(handle.get()).rights; }
zx_koid_t koid_of(zx_handle_t handle) { return basic_info(handle).koid; }

bool is_valid(zx_handle_t handle) {
  return zx_object_get_info(handle, ZX_INFO_HANDLE_VALID, nullptr, 0, nullptr, nullptr) == ZX_OK;
}

Handle with_rights(const Handle& handle, zx_rights_t rights) {
  return make_with(
      [&](zx_handle_t* out) { return zx_handle_duplicate(handle.get(), rights, out); });
}
Handle without(zx_handle_t handle, zx_rights_t rights) {
  const zx_rights_t left = basic_info(handle).rights & ~rights;
  return make_with([&](zx_handle_t* out) { return zx_handle_duplicate(handle, left, out); });
}
Handle without(const Handle& handle, zx_rights_t rights) { return without(handle.get(), rights); }

Handle make_event() {
  return make_with([](zx_handle_t* out) { return zx_event_create(0, out); });
}
Handle make_port() {
  return make_with([](zx_handle_t* out) { return zx_port_create(0, out); });
}
Handle make_timer() {
  return make_with([](zx_handle_t* out) { return zx_timer_create(0, ZX_CLOCK_MONOTONIC, out); });
}
Handle make_vmo(uint64_t size, uint32_t options) {
  return make_with([&](zx_handle_t* out) { return zx_vmo_create(size, options, out); });
}
Handle make_job() {
  return make_with([](zx_handle_t* out) { return zx_job_create(user::default_job(), 0, out); });
}
Pair make_eventpair() {
  return make_pair_with([](auto* a, auto* b) { return zx_eventpair_create(0, a, b); });
}
Pair make_channel() {
  return make_pair_with([](auto* a, auto* b) { return zx_channel_create(0, a, b); });
}
Pair make_socket(uint32_t options) {
  return make_pair_with([&](auto* a, auto* b) { return zx_socket_create(options, a, b); });
}
Pair make_fifo(size_t count, size_t element) {
  return make_pair_with([&](auto* a, auto* b) { return zx_fifo_create(count, element, 0, a, b); });
}

zx_handle_t root_resource() { return user::startup().handle(PA_RESOURCE); }

zx_time_t far_deadline() { return zx_deadline_after(ZX_SEC(600)); }

}  // namespace core
