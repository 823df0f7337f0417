// The protocol between a dynamic linker and whoever started its program: asking for shared
// libraries.
//
// One request and one reply a library, over the channel given as PA_LDSVC_LOADER, by
// zx_channel_call.
#pragma once

#include <zircon/types.h>

#include <cstdint>

#include "lib/boot_files.h"

namespace user {

inline constexpr uint32_t kLoaderMaxName = 255;

// Followed by the library's name, `name_length` bytes without a NUL.
struct LoaderRequest {
  zx_txid_t txid;
  uint32_t name_length;
};

// With one handle, an executable VMO of the file, when status is ZX_OK.
struct LoaderReply {
  zx_txid_t txid;
  zx_status_t status;
};

// The starter's side: reads one request and replies, with files from `lib/`. False when the program
// has gone; does not wait, true when there is nothing to read.
bool answer_library_request(zx_handle_t service, const BootFiles& files);
// Does so until the program has gone.
void serve_libraries(zx_handle_t service, const BootFiles& files);

}  // namespace user
