// Vmo: virtual memory objects, the containers of pages that programs map, read and write.
//
// Kinds: *paged* (zero-filled, frames committed on first use; or, with a page source, filled by
// that: see vmo_paging.cc), *contiguous* (committed and pinned from the start), *physical* (a range
// of physical memory that is not the kernel's RAM). Children: a *slice* shares its parent's pages,
// a *snapshot* has its own view of what the parent held when it was made. Snapshots share frames
// through PageTree, so parents and children may go in any order.
//
// Offsets and sizes are in bytes. All calls lock for themselves (LockRank::Vmo, one lock for a
// family) unless they say REQUIRES(lock()). Nothing here knows handles or rights.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/result.h"
#include "base/units.h"
#include "hal/address_space.h"
#include "hal/memory.h"
#include "vm/page_source.h"
#include "vm/page_tree.h"
#include "vm/user_memory.h"
#include "vm/vmo_family.h"
#include "vm/vmo_window.h"

namespace jacinth::vm {

enum class Resizable : bool { No, Yes };
enum class ChildKind : uint8_t { Snapshot, SnapshotAtLeastOnWrite, Slice };

// What the object layer hangs on a Vmo. Called without locks of this layer, but perhaps under those
// that rank below Signals of the caller.
class VmoObserver {
 public:
  // A reference that keeps the observer alive during on_children_changed(); null when it is dying.
  virtual RefPtr<RefCounted> hold() = 0;
  // num_children() went from 0 to 1 or from 1 to 0. Read it afresh: calls may come late.
  virtual void on_children_changed() = 0;

 protected:
  ~VmoObserver() = default;
};

struct VmoInfo {
  uint64_t koid = 0;
  uint64_t parent_koid = 0;  // of the VMO it was made from, living or not; 0: none
  std::array<char, 32> name{};
  uint64_t size = 0;
  uint64_t num_children = 0;  // direct and adopted ones
  uint64_t num_mappings = 0;
  uint64_t share_count = 0;      // address spaces that map it
  uint64_t committed_bytes = 0;  // frames charged to this VMO; a shared one is charged only once
  bool paged = false;            // else physical
  bool resizable = false;
  bool snapshot = false;  // a copy-on-write child
  bool contiguous = false;
  bool pager_backed = false;  // it, or what it is a child of, has a page source
  hal::CachePolicy cache_policy = hal::CachePolicy::Cached;
};

// A part of a long operation that is still to do. Operations that take one work for a bounded time
// and move it forward; call again (after a yield) until size is 0.
struct ByteRange {
  uint64_t offset = 0;
  uint64_t size = 0;
  void advance(uint64_t bytes) {
    offset += bytes;
    size -= bytes;
  }
  // Past `pages` pages, counting the one that offset is in as the first.
  void advance_pages(uint64_t pages) {
    advance(std::min(size, (pages << kPageShift) - offset % kPageSize));
  }
};

class Vmo final : public RefCounted, private FamilyMember {
 public:
  static constexpr uint64_t kMaxSize = ~uint64_t{0} & ~uint64_t{kPageSize - 1};

  // Size is rounded up to pages. OUT_OF_RANGE: above kMaxSize. NO_MEMORY.
  static Result<RefPtr<Vmo>> create(uint64_t size, Resizable resizable = Resizable::No);
  // Zeroed frames in a row, the first at a multiple of 2^align_log2. INVALID_ARGS: size 0, or
  // align_log2 not in 12..63 (0 means 12). OUT_OF_RANGE, NO_MEMORY.
  static Result<RefPtr<Vmo>> create_contiguous(uint64_t size, unsigned align_log2);
  // INVALID_ARGS: base not page aligned, size 0, or the range wraps. Uncached at first.
  static Result<RefPtr<Vmo>> create_physical(PhysAddr base, uint64_t size);
  // Paged, the pages coming from `source`. Errors as create().
  static Result<RefPtr<Vmo>> create_paged(RefPtr<PageSource> source, uint64_t size,
                                          Resizable resizable);
  // A child over [offset, offset + size), size rounded up.
  // INVALID_ARGS: offset not page aligned; a resizable slice; a slice beyond the end; a snapshot of
  //   a contiguous VMO. OUT_OF_RANGE: the range wraps. NOT_SUPPORTED: a slice of a resizable VMO; a
  //   snapshot of a physical one, or (Snapshot) of one with a page source. BAD_STATE: uncached, or
  //   (snapshot) pages are pinned. NO_MEMORY.
  Result<RefPtr<Vmo>> create_child(ChildKind kind, uint64_t offset, uint64_t size,
                                   Resizable resizable);

  // --- Contents. OUT_OF_RANGE: beyond the size. BAD_STATE: not cached. NO_MEMORY. Reads and writes
  // of user memory also end with user_memory.h's errors; at most kCopyChunk bytes at a time.
  // ASYNC, here and wherever pages are needed: the page at the range's offset must come from the
  // page source: fetch() it and try again. BAD_STATE: the source brings no more.
  static constexpr uint64_t kCopyChunk = 256 * 1024;
  Result<> read(uint64_t offset, std::span<std::byte> to);
  Result<> write(uint64_t offset, std::span<const std::byte> from);
  Result<> read(ByteRange& range, UserOut<std::byte>& to);
  Result<> write(ByteRange& range, UserIn<std::byte>& from);
  // The same without resolving faults in user memory: SHOULD_WAIT at a byte that the machine has no
  // translation for right now. Locks that rank below Vmo may be held.
  Result<> read_now(ByteRange& range, UserOut<std::byte>& to);
  Result<> write_now(ByteRange& range, UserIn<std::byte>& from);

  uint64_t size();
  // UNAVAILABLE: not resizable. OUT_OF_RANGE: above kMaxSize. BAD_STATE: pinned pages beyond the
  // new end. NO_MEMORY: nothing changed. Sets the content size to `size`, unrounded.
  Result<> set_size(uint64_t size);
  // The same as far as the portion goes: false when it is to be called again. Until then the size
  // is the old one, and the pages beyond the new one read as zeros one after the other.
  Result<bool> set_size_some(uint64_t size, exec::Portion& portion);
  // The same, shrinking by a bounded number of pages only: false when it is to be called again. The
  // VMO has whatever size it has come to meanwhile. After some success NO_MEMORY does not come.
  Result<bool> set_size_some(uint64_t size);
  // The size of the contents in bytes, as programs say; not bounded by size().
  uint64_t content_size() const { return content_size_.load(std::memory_order_relaxed); }
  void set_content_size(uint64_t size) { content_size_.store(size, std::memory_order_relaxed); }

  // --- Range operations. OUT_OF_RANGE: not wholly inside.
  // Gives every page of the range (rounded outward) a frame. NO_MEMORY: some may have one.
  Result<> commit(ByteRange& range);
  // Frees the pages' frames. INVALID_ARGS: not page aligned. NOT_SUPPORTED: contiguous, physical,
  // snapshot child. BAD_STATE: pinned. NO_MEMORY.
  Result<> decommit(ByteRange& range);
  // Makes the range read as zeros.  NOT_SUPPORTED: physical.
  Result<> zero(ByteRange& range);
  // INVALID_ARGS: size 0.
  Result<> cache_op(hal::CacheOp op, ByteRange& range);

  hal::CachePolicy cache_policy();
  // BAD_STATE: mapped, or (paged) committed pages, children, or itself a child.
  Result<> set_cache_policy(hal::CachePolicy policy);

  // --- Page sources.
  // Waits for the page at `offset`, and asks for what else of the range is absent, if it is. OK:
  // try again what needed it. Errors: PageSource::fetch()'s.
  static exec::Task<Status> fetch(RefPtr<Vmo> vmo, uint64_t offset, uint64_t size);
  // Moves pages, some at a time, from `donor` into this VMO, which has a page source; those that it
  // has already are dropped. Page aligned. OUT_OF_RANGE: either's range; BAD_STATE: the donor is no
  // plain VMO, has children, mappings or pins, or a page of it is absent; NOT_SUPPORTED: it is
  // physical; NO_MEMORY: some of its pages are lost.
  Result<> supply(ByteRange& range, Vmo& donor, uint64_t& donor_offset);
  // Null for children too: they have none of their own.
  PageSource* page_source() const { return source_.get(); }
  // The first absent page among [page, end), of those with a page source; ~0: none inside the size.
  uint64_t first_absent(uint64_t page, uint64_t end);
  // Whether a page at all of this may have to be fetched.
  bool pager_backed() const { return source_ || backing_ || (root_ && root_->pager_backed()); }

  // --- Pins: commits the pages (as if written) and keeps their frames where they are until unpin()
  // with the same range. Page aligned, else INVALID_ARGS; OUT_OF_RANGE, NOT_SUPPORTED (physical),
  // UNAVAILABLE (pinned too often), NO_MEMORY: nothing is pinned.
  Result<> pin(uint64_t offset, uint64_t size);
  void unpin(uint64_t offset, uint64_t size);
  // The first offset at or after `offset`, up to the size, whose page has a frame (or, with
  // `committed` false, has none). For pages of this VMO's own; `offset` counts as in its page.
  uint64_t find_page(uint64_t offset, bool committed);
  // The physical address of the page at `offset`. NOT_FOUND: uncommitted. Lasts while pinned.
  Result<PhysAddr> physical_address(uint64_t offset);

  // --- Identity and statistics.
  void set_koid(uint64_t koid) { koid_.store(koid, std::memory_order_relaxed); }
  uint64_t koid() const { return koid_.load(std::memory_order_relaxed); }
  void set_name(std::string_view name);  // cut to 31 bytes
  std::array<char, 32> name();
  // At most one; null takes it away.
  void set_observer(VmoObserver* observer);
  uint64_t num_children();
  bool resizable() const { return resizable_ == Resizable::Yes; }
  VmoInfo info();

  // --- For mappings.
  SpinLock& lock() const RETURN_CAPABILITY(family_->lock) { return family_->lock; }
  void add_window(VmoWindow& window) REQUIRES(lock());
  void remove_window(VmoWindow& window) REQUIRES(lock());

  // Consecutive frames for consecutive pages, ready to be mapped.
  struct Run {
    uint64_t first_page = 0;
    PhysAddr memory{};
    size_t pages = 0;
    bool writable = false;  // may be mapped writable; else a write must fault first
  };
  // Resolves a fault on `page` (of this VMO): a run that contains it, inside [from, to), which the
  // caller then maps in `window`, still under the lock. OUT_OF_RANGE beyond the size; NO_MEMORY.
  Result<Run> fault(const VmoWindow& window, uint64_t page, uint64_t from, uint64_t to, bool write)
      REQUIRES(lock());
  // The longest run around `page` that can be mapped without committing anything; none if absent.
  Run present_run(uint64_t page, uint64_t from, uint64_t to) REQUIRES(lock());
  hal::CachePolicy cache_policy_locked() REQUIRES(lock());
  uint64_t size_locked() REQUIRES(lock());
  uint64_t share_count_locked() REQUIRES(lock());
  // Frames charged to this VMO among [offset, offset + size).
  uint64_t committed_bytes_locked(uint64_t offset, uint64_t size) REQUIRES(lock());

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&... args);

  enum class Kind : uint8_t { Paged, Contiguous, Physical };
  Vmo(Kind kind, Resizable resizable, RefPtr<VmoFamily> family, uint64_t size);
  ~Vmo() override;
  static Result<RefPtr<Vmo>> make(Kind kind, Resizable resizable, uint64_t size);

  // Slices: the VMO that has the pages, and the page of it where this one begins. Others: itself,
  // 0.
  Vmo& store() { return root_ ? *root_ : *this; }

  Result<> check_range(uint64_t offset, uint64_t size) REQUIRES(lock());
  Result<> check_contents(uint64_t offset, uint64_t size) REQUIRES(lock());

  // --- Contents (vmo_contents.cc).
  // A frame that stays while this does; or zeros.
  class HeldPage {
   public:
    explicit HeldPage(Frame* frame) : frame_(frame) {}
    HeldPage(HeldPage&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    ~HeldPage() {
      if (frame_ != nullptr) frames().release(*frame_);
    }
    const std::byte* bytes() const {
      return frame_ != nullptr ? frames().bytes_of(*frame_) : hal::phys_to_virt(zero_run());
    }

   private:
    Frame* frame_;
  };
  Result<HeldPage> hold_page(const ByteRange& range) EXCLUDES(lock());
  Result<Frame*> page_for_reading(uint64_t offset) REQUIRES(lock());
  Result<> write_locked(uint64_t offset, std::span<const std::byte> from) REQUIRES(lock());

  // --- Children (vmo_children.cc).
  Result<> check_snapshot(ChildKind kind) REQUIRES(lock());
  Result<> check_slice(uint64_t offset, uint64_t size) REQUIRES(lock());
  Result<> share_pages(uint64_t first, uint64_t count, Vmo& child) REQUIRES(lock());
  void adopt(Vmo& child) REQUIRES(lock());
  RefPtr<RefCounted> lose_child(Vmo& child, VmoObserver*& observer) REQUIRES(lock());
  void lose_slice(Vmo& slice) REQUIRES(lock());
  RefPtr<RefCounted> hold_observer(VmoObserver*& observer) REQUIRES(lock());
  void leave_family();

  // Who is charged for frames.
  void charge(Frame& frame) REQUIRES(lock());
  void discharge(Frame& frame, bool last) REQUIRES(lock());
  void claim_orphans() REQUIRES(lock());

  // --- Pages of this VMO's own tree (vmo_pages.cc); never called on a slice.
  // The frame of `page`, this VMO's alone and never shown as zeros any more. `wanted`: how many
  // pages from there on are about to be written; absent ones get frames now, in a row if possible.
  Result<Frame*> page_for_writing(uint64_t page, uint64_t wanted = 1) REQUIRES(lock());
  // The window that `but` points to keeps showing the old frame until it is given the new one.
  Result<Frame*> fork_page(uint64_t page, Frame& shared, const VmoWindow* but) REQUIRES(lock());
  bool may_write(const PageTree::Page& found) REQUIRES(lock());
  Result<> commit_run(uint64_t first, uint64_t count) REQUIRES(lock());
  Result<> commit_around(uint64_t page, uint64_t from, uint64_t to) REQUIRES(lock());
  uint64_t present_pages(uint64_t page, uint64_t most, bool forward) REQUIRES(lock());
  Run zero_run_around(uint64_t page, uint64_t from, uint64_t to) REQUIRES(lock());
  Result<Run> store_fault(const VmoWindow& window, uint64_t page, uint64_t from, uint64_t to,
                          bool write) REQUIRES(lock());
  Run store_present_run(uint64_t page, uint64_t from, uint64_t to) REQUIRES(lock());
  Result<> remove_pages(uint64_t first, uint64_t count) REQUIRES(lock());
  Result<bool> remove_some_pages(uint64_t first, uint64_t count, exec::Portion& portion)
      REQUIRES(lock());
  bool has_pins(uint64_t first, uint64_t count) REQUIRES(lock());
  void drop_pins(uint64_t first, uint64_t count) REQUIRES(lock());

  // --- The same for parts of operations (vmo_ranges.cc).
  Result<uint64_t> commit_some(uint64_t first, uint64_t most) REQUIRES(lock());
  uint64_t stretch_of(uint64_t first, uint64_t count) REQUIRES(lock());
  Result<> zero_part(uint64_t page, uint64_t begin, uint64_t end) REQUIRES(lock());
  Result<> zero_pages(uint64_t first, uint64_t count) REQUIRES(lock());

  Result<> zero_some(ByteRange& range) REQUIRES(lock());

  // --- Pages that come from a source (vmo_paging.cc); never called on a slice but absent_pages().
  // Whether an absent `page` shows something else than zeros.
  bool sourced(uint64_t page) REQUIRES(lock());
  Status why_absent() REQUIRES(lock());
  Result<Frame*> visible_page(uint64_t page) REQUIRES(lock());
  Result<Frame*> copy_from_backing(uint64_t page) REQUIRES(lock());
  Result<Run> sourced_fault(uint64_t page, uint64_t from, uint64_t to, bool write) REQUIRES(lock());
  Result<uint64_t> zero_sourced(uint64_t first, uint64_t count) REQUIRES(lock());
  void lend_backing(uint64_t first, uint64_t count, Vmo& child) REQUIRES(lock());
  void cut_backing(uint64_t pages) REQUIRES(lock());
  struct Absent {
    RefPtr<Vmo> vmo;  // null: nothing is absent
    uint64_t first = 0;
    uint64_t count = 0;
  };
  Absent absent_pages(uint64_t offset, uint64_t size);
  Result<> take_pages(uint64_t offset, uint64_t count, Frame** taken);
  Result<> put_pages(uint64_t offset, std::span<Frame* const> given);

  // --- Windows of this VMO and of its slices (vmo_windows.cc).
  // Calls body(window, first, count) for each, with the pages of [first, first + count) as that
  // window's VMO counts them.
  template <typename F>
  void for_each_window(uint64_t first, uint64_t count, F&& body) REQUIRES(lock());
  void unmap_everywhere(uint64_t first, uint64_t count, const VmoWindow* but = nullptr)
      REQUIRES(lock());
  void forget_zero_mappings(uint64_t first, uint64_t count) REQUIRES(lock());

  const Kind kind_;
  const Resizable resizable_;
  bool snapshot_ = false;  // a copy-on-write child; set before anyone knows of it, as are …
  uint64_t parent_koid_ = 0;
  RefPtr<Vmo> root_;
  uint64_t root_page_ = 0;
  PhysAddr physical_base_{};   // … these …
  RefPtr<PageSource> source_;  // … and this
  // Children of VMOs with a source: the VMO that has it, and what part of it shows here where this
  // VMO has no page of its own: pages [0, backing_pages_).
  RefPtr<Vmo> backing_;
  uint64_t backing_page_ = 0;
  uint64_t backing_pages_ GUARDED_BY(lock()) = 0;
  const RefPtr<VmoFamily> family_;

  std::atomic<uint64_t> koid_{0};
  std::atomic<uint64_t> content_size_;
  uint64_t size_ GUARDED_BY(lock());
  hal::CachePolicy policy_ GUARDED_BY(lock()) = hal::CachePolicy::Cached;
  std::array<char, 32> name_ GUARDED_BY(lock()) = {};
  VmoObserver* observer_ GUARDED_BY(lock()) = nullptr;

  PageTree tree_;                               // changed under the lock
  uint64_t charged_ GUARDED_BY(lock()) = 0;     // frames whose owner this is: all are in tree_
  uint64_t claimed_at_ GUARDED_BY(lock()) = 0;  // family's orphanings() when last claimed
  uint64_t pins_ GUARDED_BY(lock()) = 0;        // sum of the pins of all pages
  // Pages outside [zero_from_, zero_to_) are nowhere mapped to the zero run.
  uint64_t zero_from_ GUARDED_BY(lock()) = ~uint64_t{0};
  uint64_t zero_to_ GUARDED_BY(lock()) = 0;

  // The tree of children. A parent does not keep its children alive, nor they it: who dies gives
  // its children to its parent.
  Vmo* parent_ GUARDED_BY(lock()) = nullptr;
  uint64_t child_count_ GUARDED_BY(lock()) = 0;
  ListHook sibling_link_;
  IntrusiveList<Vmo, &Vmo::sibling_link_> children_ GUARDED_BY(lock());
  // All slices whose store() this is, for finding their mappings.
  ListHook slice_link_;
  IntrusiveList<Vmo, &Vmo::slice_link_> slices_ GUARDED_BY(lock());

  // All VMOs whose backing_ this is.
  ListHook clone_link_;
  IntrusiveList<Vmo, &Vmo::clone_link_> clones_ GUARDED_BY(lock());

  // Sorted by address space, so that those can be counted.
  IntrusiveMultiTree<VmoWindow, &VmoWindow::vmo_link_, VmoWindow::SpaceOf> windows_
      GUARDED_BY(lock());
  uint64_t window_count_ GUARDED_BY(lock()) = 0;
  uint64_t share_count_ GUARDED_BY(lock()) = 0;
};

}  // namespace jacinth::vm
