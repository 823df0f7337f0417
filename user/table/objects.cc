// Objects made and closed again.
#include "lib/startup.h"
#include "measure.h"

namespace table {
namespace {

template <typename Create>
void measure_one(std::string_view name, Create create) {
  measure(name, 2'000, [&] {
    zx_handle_t made = ZX_HANDLE_INVALID;
    const zx_status_t status = create(&made);
    return status | zx_handle_close(made);
  });
}

template <typename Create>
void measure_pair(std::string_view name, Create create) {
  measure(name, 2'000, [&] {
    zx_handle_t left = ZX_HANDLE_INVALID, right = ZX_HANDLE_INVALID;
    const zx_status_t status = create(&left, &right);
    return status | zx_handle_close(left) | zx_handle_close(right);
  });
}

}  // namespace

void measure_objects() {
  measure_one("event_create_close", [](zx_handle_t* out) { return zx_event_create(0, out); });
  measure_pair("eventpair_create_close",
               [](zx_handle_t* one, zx_handle_t* two) { return zx_eventpair_create(0, one, two); });
  measure_pair("channel_create_close",
               [](zx_handle_t* one, zx_handle_t* two) { return zx_channel_create(0, one, two); });
  measure_one("job_create_close",
              [](zx_handle_t* out) { return zx_job_create(user::default_job(), 0, out); });
  measure_one("vmo_create_close", [](zx_handle_t* out) { return zx_vmo_create(4096, 0, out); });
  measure_one("thread_create_close", [](zx_handle_t* out) {
    return zx_thread_create(user::self_process(), "t", 1, 0, out);
  });
  measure_pair("process_create_close", [](zx_handle_t* process, zx_handle_t* vmar) {
    return zx_process_create(user::default_job(), "p", 1, 0, process, vmar);
  });
}

}  // namespace table
