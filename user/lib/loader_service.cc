#include "lib/loader_service.h"

#include <zircon/syscalls.h>

#include "text/format.h"

namespace user {
namespace {

struct Request {
  LoaderRequest head;
  char name[kLoaderMaxName];
};

zx_status_t open_library(const BootFiles& files, std::string_view name, zx_handle_t* vmo) {
  char path[sizeof("lib/") + kLoaderMaxName];
  const FileView file = files.find(jacinth::format_into(path, "lib/{}", name));
  if (file.bytes.data() == nullptr) return ZX_ERR_NOT_FOUND;
  return zx_vmo_create_child(file.vmo, ZX_VMO_CHILD_SLICE | ZX_VMO_CHILD_NO_WRITE, file.offset,
                             (file.bytes.size() + 4095) & ~uint64_t{4095}, vmo);
}

}  // namespace

bool answer_library_request(zx_handle_t service, const BootFiles& files) {
  Request request;
  uint32_t bytes = 0;
  const zx_status_t status = zx_channel_read(service, ZX_CHANNEL_READ_MAY_DISCARD, &request,
                                             nullptr, sizeof(request), 0, &bytes, nullptr);
  // Too long, or with handles: nobody's idea of a request. It has been discarded.
  if (status == ZX_ERR_BUFFER_TOO_SMALL || status == ZX_ERR_SHOULD_WAIT) return true;
  if (status != ZX_OK) return false;
  if (bytes < sizeof(request.head) || request.head.name_length > bytes - sizeof(request.head))
    return true;
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  LoaderReply reply{.txid = request.head.txid, .status = ZX_OK};
  reply.status = open_library(files, {request.name, request.head.name_length}, &vmo);
  zx_channel_write(service, 0, &reply, sizeof(reply), &vmo, vmo == ZX_HANDLE_INVALID ? 0 : 1);
  return true;
}

void serve_libraries(zx_handle_t service, const BootFiles& files) {
  do {
    zx_signals_t seen = 0;
    zx_object_wait_one(service, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE,
                       &seen);
  } while (answer_library_request(service, files));
}

}  // namespace user
