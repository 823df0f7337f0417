// What should grow no faster than what it is about: trees of memory objects, observers of an
// object; and what should not depend on it at all.
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/port.h>
#include <zircon/syscalls/system.h>

#include "lib/handle.h"
#include "lib/startup.h"
#include "measure.h"

namespace bench {
namespace {

using user::Handle;

constexpr uint64_t kPage = 4096;
constexpr uint64_t kMostChildren = 10'000;

Handle make_vmo(uint64_t pages) {
  Handle vmo;
  require(zx_vmo_create(pages * kPage, 0, vmo.out()), "vmo");
  return vmo;
}

void write_page(const Handle& vmo, uint64_t page) {
  require(zx_vmo_write(vmo.get(), &page, page * kPage, sizeof(page)), "write");
}

Handle snapshot_of(const Handle& parent) {
  Handle child;
  require(zx_vmo_create_child(parent.get(), ZX_VMO_CHILD_SNAPSHOT, 0, 2 * kPage, child.out()),
          "snapshot");
  return child;
}

// Each a snapshot of the one before, with a page of its own, until all go; then one is read.
void make_chain(uint64_t generations) {
  Handle youngest = make_vmo(2);
  write_page(youngest, 1);
  for (uint64_t i = 0; i < generations; ++i) {
    Handle child = snapshot_of(youngest);
    write_page(child, 0);
    youngest = static_cast<Handle&&>(child);
  }
  uint64_t value = 0;
  require(zx_vmo_read(youngest.get(), &value, kPage, sizeof(value)), "read");
}

// All snapshots of one, alive at the same time, each with a page of its own.
void make_family(uint64_t children) {
  const Handle parent = make_vmo(2);
  write_page(parent, 0);
  write_page(parent, 1);
  static Handle all[kMostChildren];
  for (uint64_t i = 0; i < children; ++i) {
    all[i] = snapshot_of(parent);
    write_page(all[i], 0);
  }
  for (uint64_t i = 0; i < children; ++i) all[i].reset();
}

template <typename Make>
void measure_making(std::string_view name, uint64_t count, Make make) {
  if (!wanted(name)) return;
  Best best;
  for (int round = 0; round < rounds; ++round) {
    best.begin();
    make(count);
    best.end();
  }
  best.report(name, count);
}

// The signal alone, which makes a packet for each.
void measure_observers(std::string_view name, uint64_t count) {
  if (!wanted(name)) return;
  Best best;
  for (int round = 0; round < rounds; ++round) {
    Handle event;
    Handle port;
    require(zx_event_create(0, event.out()), "event");
    require(zx_port_create(0, port.out()), "port");
    for (uint64_t i = 0; i < count; ++i) {
      require(zx_object_wait_async(event.get(), port.get(), i, ZX_EVENT_SIGNALED, 0), "observer");
    }
    best.begin();
    require(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED), "signal");
    best.end();
  }
  best.report(name, count);
}

// Pages that a pager supplies, and the same number of pages written: the former are moved.
void measure_supply() {
  constexpr uint64_t kPages = 1024;
  if (!wanted("supply_page") && !wanted("write_page")) return;
  Handle pager;
  Handle port;
  require(zx_pager_create(0, pager.out()), "pager");
  require(zx_port_create(0, port.out()), "port");
  static char contents[kPages * kPage];
  Best supply;
  Best write;
  for (int round = 0; round < rounds; ++round) {
    Handle paged;
    require(zx_pager_create_vmo(pager.get(), 0, port.get(), 0, kPages * kPage, paged.out()),
            "paged vmo");
    const Handle donor = make_vmo(kPages);
    require(zx_vmo_op_range(donor.get(), ZX_VMO_OP_COMMIT, 0, kPages * kPage, nullptr, 0),
            "commit");
    write.begin();
    require(zx_vmo_write(donor.get(), contents, 0, sizeof(contents)), "write");
    write.end();
    supply.begin();
    require(zx_pager_supply_pages(pager.get(), paged.get(), 0, kPages * kPage, donor.get(), 0),
            "supply");
    supply.end();
  }
  supply.report("supply_page", kPages);
  write.report("write_page", kPages);
}

void control_trace(uint32_t action, uint32_t options) {
  const zx_handle_t root = user::startup().handle(PA_RESOURCE);
  require(zx_ktrace_control(root, action, options, nullptr), "ktrace");
}

void measure_trace() {
  constexpr uint64_t kCalls = 200'000;
  constexpr uint32_t kAllGroups = 0xfff;
  const auto call = [] { zx_handle_close(ZX_HANDLE_INVALID); };
  measure("call_untraced", kCalls, call);
  control_trace(ZX_KTRACE_ACTION_START, kAllGroups);
  measure("call_traced", kCalls, call);
  control_trace(ZX_KTRACE_ACTION_STOP, 0);
  control_trace(ZX_KTRACE_ACTION_REWIND, 0);
  measure("call_trace_stopped", kCalls, call);
}

}  // namespace

void measure_growth() {
  measure_making("clone_chain_100", 100, make_chain);
  measure_making("clone_chain_1000", 1000, make_chain);
  measure_making("clone_family_2500", 2500, make_family);
  measure_making("clone_family_10000", kMostChildren, make_family);
  measure_observers("observers_25000", 25'000);
  measure_observers("observers_100000", 100'000);
  measure_supply();
  measure_trace();
}

}  // namespace bench
