#include "hal/host/call_patches.h"

#include <bit>
#include <cstring>

#include "hal/host/sys.h"
#include "hal/host/user_entry.h"

namespace jacinth::host {
namespace {

// A site that is called once or twice in its life is not worth a page.
constexpr uint8_t kTrapsBeforePatch = 2;
constexpr size_t kMostSites = 1024;
// The longest that a site covers in front of the syscall.
constexpr uint64_t kCodeBefore = 8;

uint8_t* memory_at(uint64_t memory) {
  return reinterpret_cast<uint8_t*>(layout.direct_map + memory);
}
uint64_t memory_of(const uint8_t* page) {
  return static_cast<uint64_t>(reinterpret_cast<const std::byte*>(page) - layout.direct_map);
}
uint8_t* allocate_page() { return static_cast<uint8_t*>(heap_allocate(kPageSize, kPageSize)); }

bool map_code(uint64_t at, const uint8_t* page) {
  return !sys::is_error(sys::map(at, kPageSize, sys::kProtRead | sys::kProtExec,
                                 sys::kMapShared | sys::kMapFixed | sys::kMapPopulate,
                                 layout.memory_fd, memory_of(page)));
}

std::span<const uint8_t, kPageSize> page_span(const uint8_t* page) {
  return std::span<const uint8_t, kPageSize>(page, kPageSize);
}

// What of a site's page its trampoline depends on.
template <typename Code>
void copy_code(const uint8_t* page, uint64_t syscall, Code& code) {
  code = {};
  const uint64_t at = syscall % kPageSize;
  const uint64_t from = at < kCodeBefore ? 0 : at - kCodeBefore;
  memcpy(code.data(), page + from, std::min<uint64_t>(code.size(), kPageSize - from));
}

}  // namespace

CallPatches::~CallPatches() {
  for (const Page& page : pages_) heap_free(page.copy);
  for (const Window& window : windows_) {
    for (uint8_t* page : window.pages) heap_free(page);
  }
}

CallPatches::Site* CallPatches::find(uint64_t syscall) {
  for (Site& site : sites_) {
    if (site.syscall == syscall) return &site;
  }
  return nullptr;
}

const CallPatches::Site* CallPatches::find_trampoline(uint64_t pc) const {
  const uint64_t start = pc & ~(kTrampolineBytes - 1);
  for (const Site& site : sites_) {
    if (site.trampoline == start) return &site;
  }
  return nullptr;
}

CallPatches::Page* CallPatches::page_of(uint64_t address) {
  for (Page& page : pages_) {
    if (page.address == page_floor(address) && !page.forgotten) return &page;
  }
  return nullptr;
}

bool CallPatches::count(uint64_t syscall) {
  if (forbidden_) return false;
  Site* site = find(syscall);
  if (site == nullptr) {
    if (sites_.size() == kMostSites || !sites_.push_back({.syscall = syscall})) return false;
    site = &sites_[sites_.size() - 1];
  }
  // One that is patched has been jumped into.
  if (site->state == Site::State::Declined || site->state == Site::State::Patched) return false;
  return ++site->traps >= kTrapsBeforePatch;
}

uint8_t* CallPatches::trampoline_code(uint64_t at) {
  for (Window& window : windows_) {
    if (at - window.start >= kCallWindowBytes) continue;
    return window.pages[(at - window.start) / kPageSize] + at % kPageSize;
  }
  return nullptr;
}

// In pages that are there first: each costs the host process a mapping.
uint64_t CallPatches::place(const Site& site) {
  for (const bool fresh : {false, true}) {
    for (Window& window : windows_) {
      for (size_t i = 0; i < Window::kPages; ++i) {
        if ((window.pages[i] == nullptr) != fresh) continue;
        for (uint64_t free = ~window.used[i]; free != 0; free &= free - 1) {
          const auto slot = static_cast<unsigned>(std::countr_zero(free));
          const uint64_t at = window.start + i * kPageSize + slot * kTrampolineBytes;
          if (!Trampoline{site.how, site.syscall, at}.fits()) continue;
          if (fresh) {
            uint8_t* const page = allocate_page();
            if (page == nullptr) return 0;
            if (!map_code(page_floor(at), page)) {
              heap_free(page);
              return 0;
            }
            window.pages[i] = page;
          }
          window.used[i] |= uint64_t{1} << slot;
          return at;
        }
      }
    }
  }
  return 0;
}

// Makes the site's trampoline, unless it has one; false when the code is not what it was then.
bool CallPatches::prepare(Site& site, const uint8_t* original, uint64_t number) {
  decltype(site.code) code;
  copy_code(original, site.syscall, code);
  if (site.trampoline != 0) return code == site.code;
  const auto how = find_form(page_span(original), site.syscall % kPageSize, number);
  if (!how) return false;
  site.how = *how;
  site.code = code;
  site.trampoline = place(site);
  if (site.trampoline == 0) return false;
  trampoline_of(site).write_code(page_span(original), linux_call_entry_address(),
                                 trampoline_code(site.trampoline));
  return true;
}

// Code that other CPUs may be executing is not written: they get another page, and the host sees to
// it that they notice.
bool CallPatches::add_jump(const Site& site, uint64_t memory, bool alone) {
  const uint64_t address = page_floor(site.syscall);
  Page* const page = page_of(address);
  if (page != nullptr && alone) {
    trampoline_of(site).write_jump(page->copy);
    return true;
  }
  uint8_t* const copy = allocate_page();
  if (copy == nullptr) return false;
  memcpy(copy, page == nullptr ? memory_at(memory) : page->copy, kPageSize);
  trampoline_of(site).write_jump(copy);
  if (!map_code(address, copy)) {
    heap_free(copy);
    return false;
  }
  if (page != nullptr) {
    heap_free(std::exchange(page->copy, copy));
    return true;
  }
  if (!pages_.push_back({address, memory, copy})) {
    // Not to be lost track of: the original again, if the host still has room for it.
    (void)map_code(address, memory_at(memory));
    heap_free(copy);
    return false;
  }
  return true;
}

bool CallPatches::patch(uint64_t syscall, uint64_t memory, uint64_t number, bool alone) {
  Site* const site = find(syscall);
  if (site == nullptr || forbidden_) return false;
  if (!prepare(*site, memory_at(memory), number)) {
    site->state = Site::State::Declined;
    return false;
  }
  if (!add_jump(*site, memory, alone)) return false;
  site->state = Site::State::Patched;
  return true;
}

void CallPatches::forget_page(Page& page) {
  page.forgotten = true;
  for (Site& site : sites_) {
    if (site.state == Site::State::Patched && page_floor(site.syscall) == page.address)
      site.state = Site::State::Idle;
  }
}

void CallPatches::free_forgotten() {
  for (size_t i = pages_.size(); i-- > 0;) {
    if (!pages_[i].forgotten) continue;
    heap_free(pages_[i].copy);
    pages_[i] = pages_.back();
    pages_.pop_back();
  }
}

bool CallPatches::forbid() {
  forbidden_ = true;
  return forget({0, ~uint64_t{0}}, [](uint64_t, uint64_t) { return false; });
}

bool CallPatches::show(Range range) const {
  bool done = true;
  for (const Page& page : pages_) {
    if (!page.forgotten && page.address >= range.start && page.address < range.end)
      done = map_code(page.address, page.copy) && done;
  }
  return done;
}

uint64_t CallPatches::moved_to(uint64_t pc) const {
  for (const Site& site : sites_) {
    if (site.state == Site::State::Patched && site.how.form == CallSite::Form::Next &&
        pc == site.syscall + kSyscallBytes)
      return trampoline_of(site).resume();
  }
  return 0;
}

uint64_t CallPatches::origin_of(uint64_t pc) const {
  const Site* const site = find_trampoline(pc);
  return site == nullptr ? pc : trampoline_of(*site).origin_of(pc);
}

}  // namespace jacinth::host
