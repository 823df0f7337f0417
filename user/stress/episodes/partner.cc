// Memory sent to another worker, which may be killed at any moment, and memory received.
#include <zircon/syscalls.h>

#include <array>
#include <utility>

#include "check.h"
#include "episodes.h"
#include "lib/handle.h"

namespace stress {
namespace {

constexpr size_t kBytes = 3 * 4096;
using Contents = std::array<char, kBytes>;

struct Letter {
  uint32_t txid = 0;
  uint32_t unused = 0;
  uint64_t seed = 0;
};

// The supervisor sends a new partner when the old one has ended.
void look_for_partner(Worker& worker) {
  for (;;) {
    zx_handle_t handle = ZX_HANDLE_INVALID;
    uint32_t bytes = 0, handles = 0;
    const zx_status_t status =
        zx_channel_read(worker.control, 0, nullptr, &handle, 0, 1, &bytes, &handles);
    if (!expect(status, ZX_ERR_SHOULD_WAIT, "asking for a partner")) return;
    worker.partner = user::Handle(handle);
  }
}

// False when the partner has gone.
bool read_letters(zx_handle_t partner, Contents& buffer) {
  for (;;) {
    Letter letter;
    user::Handle vmo;
    uint32_t bytes = 0, handles = 0;
    const zx_status_t status =
        zx_channel_read(partner, 0, &letter, vmo.out(), sizeof(letter), 1, &bytes, &handles);
    if (status == ZX_ERR_SHOULD_WAIT) return true;
    if (!expect(status, ZX_ERR_PEER_CLOSED, "reading from a partner")) return false;
    check(bytes == sizeof(letter) && handles == 1, "a partner's letter");
    expect_ok(zx_vmo_read(vmo.get(), buffer.data(), 0, kBytes), "a partner's memory");
    check(is_filled(buffer, letter.seed), "what a partner's memory holds");
  }
}

bool write_letter(zx_handle_t partner, uint64_t seed, Contents& buffer) {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  expect_ok(zx_vmo_create(kBytes, 0, &vmo), "vmo");
  fill(buffer, seed);
  expect_ok(zx_vmo_write(vmo, buffer.data(), 0, kBytes), "vmo_write");
  const Letter letter{.seed = seed};
  return expect(zx_channel_write(partner, 0, &letter, sizeof(letter), &vmo, 1), ZX_ERR_PEER_CLOSED,
                "writing to a partner");
}

}  // namespace

void meet_partner(Worker& worker, Random& random) {
  static constinit Contents buffer{};  // under the partner's lock
  const user::MutexGuard guard(worker.partner_lock);
  look_for_partner(worker);
  if (!worker.partner) return;
  if (!read_letters(worker.partner.get(), buffer) ||
      !write_letter(worker.partner.get(), random.next(), buffer))
    worker.partner.reset();
}

}  // namespace stress
