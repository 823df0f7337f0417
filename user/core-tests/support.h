// Short words for what nearly every case needs.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <cstdint>

#include "lib/handle.h"
#include "lib/startup.h"
#include "test.h"
#include "thread.h"

namespace core {

// An address where nothing is mapped and no call may write.
template <typename T>
T* bad_pointer() {
  return reinterpret_cast<T*>(uintptr_t{1} << 3);
}
// A handle value that no process ever has: its fixed bits are clear.
inline constexpr zx_handle_t kBadHandle = 0x123450;

// The state of all an object's signals now.
zx_signals_t signals_of(zx_handle_t object);
inline zx_signals_t signals_of(const Handle& object) { return signals_of(object.get()); }

zx_info_handle_basic_t basic_info(zx_handle_t handle);
zx_rights_t rights_of(const Handle& handle);
zx_koid_t koid_of(zx_handle_t handle);
bool is_valid(zx_handle_t handle);

// A fixed-size information record; expects that it is there.
template <typename T>
T info(zx_handle_t handle, uint32_t topic) {
  T record{};
  EXPECT_OK(zx_object_get_info(handle, topic, &record, sizeof(record), nullptr, nullptr));
  return record;
}

// Duplicates: with just these rights, or with all but these.
Handle with_rights(const Handle& handle, zx_rights_t rights);
Handle without(const Handle& handle, zx_rights_t rights);
Handle without(zx_handle_t handle, zx_rights_t rights);

struct Pair {
  Handle a;
  Handle b;
};

Handle make_event();
Handle make_port();
Handle make_timer();
Handle make_vmo(uint64_t size, uint32_t options = 0);
Handle make_job();
Pair make_eventpair();
Pair make_channel();
Pair make_socket(uint32_t options);
Pair make_fifo(size_t count, size_t element);

// The root resource, lent.
zx_handle_t root_resource();

// A deadline that does not come before something else ends a wait: far, yet finite.
zx_time_t far_deadline();

}  // namespace core
