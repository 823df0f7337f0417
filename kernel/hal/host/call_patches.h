// What makes the calls of a Linux program fast: jumps in place of its `syscall` instructions.
//
// A page of code with jumps in it is a copy that the host process is shown in the page's place. The
// kernel's own memory never has them: fork, exec, debuggers and files see the program as it was,
// and whatever becomes of the page itself (written, unmapped, given other access), the copy is
// forgotten and the original shown. Only a program that reads its own text where it runs sees the
// jumps: this processor cannot tell reading code from running it.
//
// Trampolines lie outside the guests' addresses, within a jump's reach of programs at low addresses
// and of those right below kUserLimit. They stay for as long as the address space: some thread may
// be inside.
//
//   a site:   Counted ──often enough──► Patched ◄──────────────┐ called again, code as it was
//                │                         │ page changes       │
//                ▼ not safe                ▼                    │
//             Declined ◄─code changed── Idle ──────────────────┘
//
// Everything under the lock of the address space that it belongs to, inside its host process.
#pragma once

#include <array>

#include "base/heap.h"
#include "base/vector.h"
#include "hal/host/call_site.h"
#include "hal/host/layout.h"
#include "hal/host/mapping_table.h"

namespace jacinth::host {

class CallPatches final : public HeapAllocated {
 public:
  CallPatches() = default;
  CallPatches(const CallPatches&) = delete;
  CallPatches& operator=(const CallPatches&) = delete;
  ~CallPatches();

  // A call came from `syscall` the slow way. True when it is time to patch the site.
  bool count(uint64_t syscall);
  // Patches it. `memory`: of the page's original, which cannot be written. `alone`: no other CPU
  // runs in the space. False: it stays as it is.
  bool patch(uint64_t syscall, uint64_t memory, uint64_t number, bool alone);
  // No more, and none that is there. True when there was one.
  bool forbid();

  // `range` is about to change: copies of its pages are no more to be shown, but those of which
  // `keeps(address, memory)` says that the page will be the same. free_forgotten() when the host
  // process does not map them any more. True when there was one.
  template <typename F>
  bool forget(Range range, F keeps) {
    bool any = false;
    for (Page& page : pages_) {
      if (page.forgotten || page.address < range.start || page.address >= range.end ||
          keeps(page.address, page.memory))
        continue;
      forget_page(page);
      any = true;
    }
    return any;
  }
  void free_forgotten();
  // Shows the copies of pages in `range` that have just been mapped. False: the host has no room.
  bool show(Range range) const;

  // Where a program goes on whose program counter is inside a site, at an instruction that has
  // moved; 0: nowhere else.
  uint64_t moved_to(uint64_t pc) const;
  // The program's own place for a program counter in a trampoline.
  uint64_t origin_of(uint64_t pc) const;

 private:
  struct Site {
    enum class State : uint8_t { Counted, Patched, Idle, Declined };
    uint64_t syscall = 0;
    uint64_t trampoline = 0;  // 0: none yet
    State state = State::Counted;
    uint8_t traps = 0;
    CallSite how{};
    // The code that the trampoline was made of.
    std::array<uint8_t, 24> code{};
  };
  struct Page {
    uint64_t address;
    uint64_t memory;  // the original's
    uint8_t* copy;
    bool forgotten = false;
  };
  // A stretch of addresses for trampolines.
  struct Window {
    static constexpr size_t kPages = kCallWindowBytes / kPageSize;
    static constexpr size_t kSlotsInPage = kPageSize / kTrampolineBytes;
    uint64_t start;
    std::array<uint8_t*, kPages> pages{};
    std::array<uint64_t, kPages> used{};
  };

  Site* find(uint64_t syscall);
  const Site* find_trampoline(uint64_t pc) const;
  Page* page_of(uint64_t address);
  static Trampoline trampoline_of(const Site& site) {
    return {site.how, site.syscall, site.trampoline};
  }
  // A free place for it, marked used; 0: none that fits.
  uint64_t place(const Site& site);
  uint8_t* trampoline_code(uint64_t at);
  bool prepare(Site& site, const uint8_t* original, uint64_t number);
  bool add_jump(const Site& site, uint64_t memory, bool alone);
  void forget_page(Page& page);

  Vector<Site> sites_;
  Vector<Page> pages_;
  bool forbidden_ = false;
  std::array<Window, 2> windows_{{{.start = kLowCallWindow}, {.start = kHighCallWindow}}};
};

// True for addresses of trampolines.
inline bool is_in_call_window(uint64_t pc) {
  return pc - kLowCallWindow < kCallWindowBytes || pc - kHighCallWindow < kCallWindowBytes;
}

}  // namespace jacinth::host
