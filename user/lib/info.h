// What zx_object_get_info tells, as values.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/types.h>

#include <string_view>
#include <vector>

namespace user {

// A topic that is one record; zeros when the kernel refuses.
template <typename Record>
Record get_info(zx_handle_t object, zx_object_info_topic_t topic) {
  Record record{};
  if (zx_object_get_info(object, topic, &record, sizeof(record), nullptr, nullptr) != ZX_OK)
    return {};
  return record;
}

// A topic that is a list of records; all there were at one moment.
template <typename Record>
zx_status_t get_list(zx_handle_t object, zx_object_info_topic_t topic, std::vector<Record>* list) {
  size_t actual = 0, available = 0;
  list->resize(32);
  for (;;) {
    const zx_status_t status = zx_object_get_info(
        object, topic, list->data(), list->size() * sizeof(Record), &actual, &available);
    if (status != ZX_OK) return status;
    const bool complete = actual == available;
    // It may have grown when it is asked for again.
    list->resize(complete ? actual : available + available / 4 + 1);
    if (complete) return ZX_OK;
  }
}

// An object's name.
struct Name {
  explicit Name(zx_handle_t object) {
    if (zx_object_get_property(object, ZX_PROP_NAME, text, sizeof(text)) != ZX_OK) text[0] = '\0';
  }
  std::string_view view() const { return text; }
  char text[ZX_MAX_NAME_LEN] = {};
};

// "channel", "vmo", …; "?" for a number that is no type.
std::string_view type_name(zx_obj_type_t type);

}  // namespace user
