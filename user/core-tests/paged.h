// Pagers, for the cases about them: a pager with a memory object whose pages it brings.
#pragma once

#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/port.h>

#include "support.h"

namespace core {

inline constexpr uint64_t kPage = 4096;

inline Handle make_pager() {
  Handle pager;
  EXPECT_OK(zx_pager_create(0, pager.out()));
  return pager;
}

// A pager, the port that its requests come to, and a memory object.
struct Paged {
  static constexpr uint64_t kKey = 77;
  static constexpr uint64_t kPages = 8;

  explicit Paged(uint32_t options = 0, uint64_t pages = kPages) {
    EXPECT_OK(
        zx_pager_create_vmo(pager.get(), options, port.get(), kKey, pages * kPage, vmo.out()));
  }

  // Pages that begin with `value`, `value` + 1, ….
  zx_status_t supply(uint64_t page, uint64_t pages, char value) const {
    const Handle donor = make_vmo(pages * kPage);
    for (uint64_t i = 0; i < pages; ++i) {
      const char text = static_cast<char>(value + static_cast<char>(i));
      EXPECT_OK(zx_vmo_write(donor.get(), &text, i * kPage, 1));
    }
    return zx_pager_supply_pages(pager.get(), vmo.get(), page * kPage, pages * kPage, donor.get(),
                                 0);
  }
  void expect_request(uint64_t page, uint64_t pages) const {
    zx_port_packet_t packet{};
    ASSERT_OK(zx_port_wait(port.get(), far_deadline(), &packet));
    EXPECT_EQ(packet.key, kKey);
    EXPECT_EQ(packet.type, ZX_PKT_TYPE_PAGE_REQUEST);
    EXPECT_EQ(packet.page_request.command, ZX_PAGER_VMO_READ);
    EXPECT_EQ(packet.page_request.offset, page * kPage);
    EXPECT_EQ(packet.page_request.length, pages * kPage);
  }
  void expect_complete() const {
    zx_port_packet_t packet{};
    ASSERT_OK(zx_port_wait(port.get(), far_deadline(), &packet));
    EXPECT_EQ(packet.type, ZX_PKT_TYPE_PAGE_REQUEST);
    EXPECT_EQ(packet.page_request.command, ZX_PAGER_VMO_COMPLETE);
  }
  void expect_quiet() const {
    zx_port_packet_t packet{};
    EXPECT_STATUS(zx_port_wait(port.get(), 0, &packet), ZX_ERR_TIMED_OUT);
  }
  char read(uint64_t page) const {
    char value = 0;
    EXPECT_OK(zx_vmo_read(vmo.get(), &value, page * kPage, 1));
    return value;
  }

  Handle pager = make_pager();
  Handle port = make_port();
  Handle vmo;
};

}  // namespace core
