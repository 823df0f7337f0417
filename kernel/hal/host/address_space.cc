#include "hal/host/address_space.h"

#include <bit>
#include <utility>

#include "base/check.h"
#include "hal/host/layout.h"
#include "hal/host/sys.h"

namespace jacinth::host {
namespace {

constexpr Range kAll{kUserBase, kUserLimit};
// What is never patched is code that the program may write.
constexpr hal::Access kCode = hal::Access::Read | hal::Access::Execute;
// Longer runs are filled page by page as they are touched, by the host.
constexpr uint64_t kMostPopulated = 1024 * kPageSize;

int protection(hal::Access access) {
  int bits = 0;
  if (hal::includes(access, hal::Access::Read)) bits |= sys::kProtRead;
  if (hal::includes(access, hal::Access::Write)) bits |= sys::kProtWrite;
  if (hal::includes(access, hal::Access::Execute)) bits |= sys::kProtExec;
  return bits;
}

bool map_run(Range run, uint64_t memory, hal::Access access) {
  const bool populate = access != hal::Access::None && run.end - run.start <= kMostPopulated;
  const long at = sys::map(run.start, run.end - run.start, protection(access),
                           sys::kMapShared | sys::kMapFixed | (populate ? sys::kMapPopulate : 0),
                           layout.memory_fd, memory);
  return !sys::is_error(at);
}

Range range_of(VirtAddr at, size_t pages) {
  const Range range{raw(at), raw(at) + pages * kPageSize};
  ASSERT(is_page_aligned(raw(at)) && range.start >= kAll.start && range.end <= kAll.end &&
         pages <= (kAll.end >> kPageShift));
  return range;
}

}  // namespace

HostAddressSpace::~HostAddressSpace() {
  {
    LockGuard guard(lock_);
    ASSERT(active_cpus_ == 0);
    table_.clear();
  }
  give_process(process_);
}

Result<> HostAddressSpace::map(VirtAddr at, PhysAddr memory, size_t pages, hal::Access access,
                               hal::CachePolicy) {
  const Range range = range_of(at, pages);
  LockGuard guard(lock_);
  const bool patched = forget_patches(range, raw(memory), access);
  // A page that was shown for reading, and is now written to.
  if (!patched && table_.shows(range, raw(memory)) && change_access(range, access)) return {};
  const Range lost = table_.remove(range);
  forget_patches(lost, 0, hal::Access::None);
  if (!lost.empty()) settle(lost, false);
  const bool added = table_.add(range, raw(memory), access).has_value();
  if (added && settle(range, true)) {
    finish_forgetting();
    return {};
  }
  // No room here or in the host; with everything else forgotten there may be.
  forget_all();
  TRY(table_.add(range, raw(memory), access));
  if (!settle(range, true)) return fail(Status::NoMemory);
  return {};
}

void HostAddressSpace::unmap(VirtAddr at, size_t pages) {
  const Range range = range_of(at, pages);
  LockGuard guard(lock_);
  // Most of what programs map they never touch.
  if (!table_.has_any(range)) return;
  forget_patches(range, 0, hal::Access::None);
  const Range lost = table_.remove(range);
  forget_patches(lost, 0, hal::Access::None);
  if (!settle(range, false) || (!lost.empty() && !settle(lost, false))) forget_all();
  finish_forgetting();
}

void HostAddressSpace::protect(VirtAddr at, size_t pages, hal::Access access) {
  const Range range = range_of(at, pages);
  LockGuard guard(lock_);
  // Where copies of patched pages are shown, the originals must come back.
  const bool patched = access != kCode && forget_patches(range, 0, hal::Access::None);
  const bool changed = patched ? table_.set_access(range, access) && settle(range, false)
                               : change_access(range, access);
  if (!changed) return forget_all();
  finish_forgetting();
}

bool HostAddressSpace::change_access(Range range, hal::Access access) {
  return settle_by(range, [&] { return apply_access(range, access); }) &&
         table_.set_access(range, access);
}

std::optional<hal::Translation> HostAddressSpace::query(VirtAddr at) {
  LockGuard guard(lock_);
  return table_.find(raw(at));
}

void HostAddressSpace::activate() {
  Vcpu& cpu = *current_thread().vcpu;
  if (cpu.space == this) return;
  if (cpu.space != nullptr) cpu.space->deactivate();
  cpu.space = this;
  switch_to_process(process_);
  LockGuard guard(lock_);
  active_cpus_ |= uint64_t{1} << cpu.id;
  const bool blank = std::exchange(blank_, false);
  if (blank) empty_process();
  if (dirty_.empty()) return;
  for (const Range& range : dirty_) {
    if (apply(range, blank)) continue;
    forget_all();
    break;
  }
  dirty_.clear();
}

// The host process is emptied as a whole when it is taken again.
void HostAddressSpace::abandon() {
  LockGuard guard(lock_);
  table_.clear();
}

void HostAddressSpace::deactivate() {
  LockGuard guard(lock_);
  active_cpus_ &= ~(uint64_t{1} << hal::current_cpu());
}

bool HostAddressSpace::is_active_here() const {
  return (active_cpus_ >> hal::current_cpu() & 1) != 0;
}

bool HostAddressSpace::settle(Range range, bool fresh) {
  return settle_by(range, [&] { return apply(range, fresh); });
}

template <typename F>
bool HostAddressSpace::settle_by(Range range, F&& apply_it) {
  if (active_cpus_ == 0) {
    dirty_.add(range);
    return true;
  }
  if (is_active_here()) return apply_it();
  struct Request {
    F& apply_it;
    bool done;
  } request{apply_it, false};
  process_.run_inside(
      [](void* argument) {
        auto& asked = *static_cast<Request*>(argument);
        asked.done = asked.apply_it();
      },
      &request);
  return request.done;
}

bool HostAddressSpace::apply(Range range, bool fresh) {
  if (!fresh && sys::unmap(range.start, range.end - range.start) != 0) return false;
  bool done = true;
  table_.for_each(range, [&](Range run, uint64_t memory, hal::Access access) {
    done = done && map_run(run, memory, access);
  });
  return done && (!patches_ || patches_->show(range));
}

// One call of the host for what lies in a row, whatever memory it shows: programs that fork change
// all their pages at once.
bool HostAddressSpace::apply_access(Range range, hal::Access access) {
  bool done = true;
  Range row{};
  const auto change_row = [&] {
    if (!row.empty())
      done = done && sys::protect(row.start, row.end - row.start, protection(access)) == 0;
  };
  table_.for_each(range, [&](Range run, uint64_t, hal::Access before) {
    if (before == access) return;
    if (run.start != row.end) {
      change_row();
      row.start = run.start;
    }
    row.end = run.end;
  });
  change_row();
  return done;
}

void HostAddressSpace::forget_all() {
  forget_patches(kAll, 0, hal::Access::None);
  table_.clear();
  settle(kAll, false);
  finish_forgetting();
}

// --- Patched calls

bool HostAddressSpace::forget_patches(Range range, uint64_t memory, hal::Access access) {
  if (!patches_) return false;
  const bool any = patches_->forget(range, [&](uint64_t page, uint64_t original) {
    return access == kCode && original == memory + (page - range.start);
  });
  if (any) code_generation_.fetch_add(1, std::memory_order_relaxed);
  return any;
}

void HostAddressSpace::finish_forgetting() {
  if (patches_) patches_->free_forgotten();
}

bool HostAddressSpace::is_call_worth_speeding_up(const hal::UserContext& caller) {
  if (layout.slow_calls) return false;
  LockGuard guard(lock_);
  if (!patches_) patches_.reset(new (std::nothrow) CallPatches);
  return patches_ && patches_->count(raw(caller.pc()) - kSyscallBytes);
}

void HostAddressSpace::speed_up_call(hal::UserContext& caller) {
  const uint64_t pc = raw(caller.pc());
  LockGuard guard(lock_);
  const auto page = table_.find(page_floor(pc - kSyscallBytes));
  if (!page || page->access != kCode || !is_active_here()) return;
  const bool alone = std::has_single_bit(active_cpus_);
  const uint64_t number = caller.syscall_number();
  if (!patches_->patch(pc - kSyscallBytes, raw(page->address), number, alone)) return;
  const uint64_t moved = patches_->moved_to(pc);
  if (moved == 0) return;
  caller.resume_for = pc;
  caller.resume_pc = moved;
  caller.resume_generation = code_generation();
}

void HostAddressSpace::forbid_call_patches() {
  LockGuard guard(lock_);
  if (!patches_) patches_.reset(new (std::nothrow) CallPatches);
  if (!patches_ || !patches_->forbid()) return;
  code_generation_.fetch_add(1, std::memory_order_relaxed);
  if (!settle(kAll, false)) forget_all();
  finish_forgetting();
}

uint64_t HostAddressSpace::moved_to(uint64_t pc) {
  LockGuard guard(lock_);
  return patches_ ? patches_->moved_to(pc) : 0;
}

uint64_t HostAddressSpace::origin_of(uint64_t pc) {
  LockGuard guard(lock_);
  return patches_ ? patches_->origin_of(pc) : pc;
}

}  // namespace jacinth::host

namespace jacinth::hal {

UserRange user_range() { return {VirtAddr{host::kUserBase}, host::kUserLimit - host::kUserBase}; }

Result<RefPtr<AddressSpace>> AddressSpace::create() {
  host::HostProcess* process = TRY(host::take_process());
  auto made = make_ref<host::HostAddressSpace>(*process);
  if (made) return RefPtr<AddressSpace>(std::move(*made));
  host::give_process(*process);
  return fail(Status::NoMemory);
}

void activate_kernel_only() {
  host::Vcpu& cpu = *host::current_thread().vcpu;
  if (cpu.space != nullptr) cpu.space->deactivate();
  cpu.space = nullptr;
  host::switch_to_process(host::first_process());
}

}  // namespace jacinth::hal
