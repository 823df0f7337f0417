#include "linux/memory/linux_memory.h"

#include <algorithm>

#include "fs/node.h"
#include "hal/machine.h"

namespace jacinth::linux {

using hal::Access;
using vm::MappingInfo;
using vm::Placement;

namespace {

// Between the stack, which is at the top, and everything else.
constexpr uint64_t kTopReserve = uint64_t{1} << 30;
constexpr uint64_t kRandomPages = 1 << 14;
constexpr uint64_t kHeapObjectBytes = uint64_t{1} << 40;

uint64_t random_pages() {
  uint64_t number = 0;
  hal::entropy(std::as_writable_bytes(std::span(&number, 1)));
  return (number % kRandomPages) * kPageSize;
}

uint64_t user_start() { return raw(hal::user_range().base); }
uint64_t user_end() { return user_start() + hal::user_range().size; }

// What may be written or executed may be read, as the processors have it.
Access access_of(uint32_t bits) {
  Access access = Access::None;
  if ((bits & protection::kAll) != 0) access = Access::Read;
  if ((bits & protection::kWrite) != 0) access = access | Access::Write;
  if ((bits & protection::kExec) != 0) access = access | Access::Execute;
  return access;
}

constexpr Access kAllAccess = Access::Read | Access::Write | Access::Execute;

bool is_shared(uint32_t flags) {
  const uint32_t type = flags & map_flag::kTypeMask;
  return type == map_flag::kShared || type == map_flag::kSharedValidate;
}

}  // namespace

Result<RefPtr<LinuxMemory>> LinuxMemory::create() {
  auto space = TRY(vm::AddressSpace::create());
  auto made = make_ref<LinuxMemory>(space);
  if (!made) space->leave();
  return made;
}

LinuxMemory::LinuxMemory(RefPtr<vm::AddressSpace> space)
    : space_(std::move(space)),
      root_(space_->root()),
      mapping_top_(user_end() - kTopReserve - random_pages()) {
  space_->set_grower(this);
}

LinuxMemory::~LinuxMemory() {
  space_->set_grower(nullptr);
  space_->leave();
  if (program) program->node().allow_writing();
}

ErrnoOr<> LinuxMemory::set_program(RefPtr<fs::File> file) {
  TRY(file->node().deny_writing());
  program = std::move(file);
  return {};
}

// --- map

ErrnoOr<LinuxMemory::Object> LinuxMemory::object_for(const MapRequest& request) const {
  const bool shared = is_shared(request.flags);
  if (!request.file) {
    const uint64_t room = (request.flags & map_flag::kGrowsDown) != 0 ? kStackRoom : 0;
    auto vmo = TRY(to_errno(vm::Vmo::create(request.size + room, vm::Resizable::Yes)));
    return Object{std::move(vmo), room};
  }
  fs::File& file = *request.file;
  const bool writes = (request.protection & protection::kWrite) != 0;
  if (!file.can_read() || (shared && writes && !file.can_write())) return fail(Errno::ACCES);
  fs::File::MapRequest wanted{.shared = shared,
                              .writable = shared && file.can_write(),
                              .executable = (request.protection & protection::kExec) != 0};
  auto mapped = file.map(wanted);
  if (!mapped && mapped.error() == Errno::PERM && wanted.writable && !writes) {
    // Sealed against writing: then it can still be shown, and stays as it is.
    wanted.writable = false;
    mapped = file.map(wanted);
  }
  auto contents = TRY(std::move(mapped));
  if (shared) return Object{std::move(contents), request.offset, wanted.writable};
  // Behind the file's last page is nothing.
  const uint64_t there = contents->size();
  const uint64_t visible = request.offset < there ? there - request.offset : 0;
  auto vmo = TRY(to_errno(contents->create_child(vm::ChildKind::Snapshot, request.offset,
                                                 std::min(visible, page_ceil(request.size)),
                                                 vm::Resizable::Yes)));
  return Object{std::move(vmo), 0};
}

ErrnoOr<Placement> LinuxMemory::placement_for(const MapRequest& request, uint64_t size) const {
  const uint64_t base = user_start();
  const uint64_t at = request.address;
  const bool fixed = (request.flags & (map_flag::kFixed | map_flag::kFixedNoReplace)) != 0;
  const bool inside = at >= base && at < user_end() && size <= user_end() - at;
  if (fixed) {
    if (!is_page_aligned(at)) return fail(Errno::INVAL);
    if (!inside) return fail(at < base ? Errno::PERM : Errno::NOMEM);
    const bool replace = (request.flags & map_flag::kFixedNoReplace) == 0;
    return Placement{.kind = replace ? Placement::Kind::Overwrite : Placement::Kind::Specific,
                     .offset = at - base};
  }
  constexpr uint64_t kLow = uint64_t{1} << 31;
  const uint64_t limit = (request.flags & map_flag::k32Bit) != 0 ? kLow : mapping_top_;
  return Placement{.kind = Placement::Kind::Highest, .offset = limit - base};
}

ErrnoOr<VirtAddr> LinuxMemory::place(const MapRequest& request, uint64_t size, Object object) {
  const bool shared = is_shared(request.flags);
  const Access access = access_of(request.protection);
  const bool read_only = shared && !object.writable;
  uint32_t tag = request.tag | (shared ? mapping_tag::kShared : 0) |
                 (request.file ? 0 : mapping_tag::kAnonymous);
  if ((request.flags & map_flag::kGrowsDown) != 0) tag |= mapping_tag::kStack;
  if (request.file && !shared) tag |= mapping_tag::of_file_offset(request.offset);
  const vm::MapOptions options{
      .access = access,
      .max_access = read_only ? Access::Read | Access::Execute : kAllAccess,
      .note = {.tag = tag, .source = request.file}};
  const Placement where = TRY(placement_for(request, size));
  // A hint is followed where it is free.
  if (where.kind == Placement::Kind::Highest && page_floor(request.address) > user_start()) {
    const Placement hint{.kind = Placement::Kind::Specific,
                         .offset = page_floor(request.address) - user_start()};
    const auto mapped = root_->map(hint, object.vmo, object.offset, size, options);
    if (mapped) return *mapped;
  }
  const auto mapped = root_->map(where, object.vmo, object.offset, size, options);
  if (mapped) return *mapped;
  if (where.kind == Placement::Kind::Specific) return fail(Errno::EXIST);
  return fail(Errno::NOMEM);
}

ErrnoOr<VirtAddr> LinuxMemory::map(const MapRequest& request) {
  if (request.size == 0 || !is_page_aligned(request.offset)) return fail(Errno::INVAL);
  const uint32_t type = request.flags & map_flag::kTypeMask;
  if (type != map_flag::kPrivate && !is_shared(request.flags)) return fail(Errno::INVAL);
  if ((request.flags & map_flag::kGrowsDown) != 0 && (request.file || is_shared(request.flags)))
    return fail(Errno::INVAL);
  if (page_ceil_overflows(request.size)) return fail(Errno::NOMEM);
  const uint64_t size = page_ceil(request.size);
  if (size > user_end() - user_start()) return fail(Errno::NOMEM);
  uint64_t end = 0;
  if (__builtin_add_overflow(request.offset, size, &end)) return fail(Errno::OVERFLOW);
  return place(request, size, TRY(object_for(request)));
}

ErrnoOr<VirtAddr> LinuxMemory::map_object(uint64_t address, uint64_t size, uint32_t bits,
                                          RefPtr<vm::Vmo> vmo, uint64_t offset,
                                          vm::MappingNote note) {
  const bool fixed = address != 0;
  if (fixed && (address < user_start() || address >= user_end())) return fail(Errno::NOMEM);
  const Placement where{.kind = fixed ? Placement::Kind::Overwrite : Placement::Kind::Highest,
                        .offset = (fixed ? address : mapping_top_) - user_start()};
  const auto mapped =
      root_->map(where, std::move(vmo), offset, size,
                 {.access = access_of(bits), .max_access = kAllAccess, .note = std::move(note)});
  if (!mapped) return fail(Errno::NOMEM);
  return *mapped;
}

// --- unmap, protect

void LinuxMemory::free_hidden(std::span<const MappingInfo> mappings, uint64_t from, uint64_t to) {
  for (const MappingInfo& mapping : mappings) {
    const bool last = mapping.vmo->ref_count() == 1;
    if (last || (mapping.note.tag & mapping_tag::kShared) != 0) continue;
    const uint64_t start = std::max(from, raw(mapping.base));
    const uint64_t end = std::min(to, raw(mapping.end()));
    const uint64_t size = mapping.vmo->size();
    const uint64_t offset = mapping.vmo_offset + (start - raw(mapping.base));
    if (offset >= size) continue;
    vm::ByteRange part{.offset = offset, .size = std::min(end - start, size - offset)};
    // Without memory for it the pages stay until the object goes.
    while (part.size != 0 && mapping.vmo->zero(part)) {
    }
  }
}

ErrnoOr<> LinuxMemory::unmap(uint64_t address, uint64_t size) {
  if (!is_page_aligned(address) || size == 0 || page_ceil_overflows(size))
    return fail(Errno::INVAL);
  size = page_ceil(size);
  if (address >= user_end() || size > user_end() - address) return fail(Errno::INVAL);
  if (address < user_start()) {
    if (address + size <= user_start()) return {};
    size -= user_start() - address;
    address = user_start();
  }
  const auto mappings =
      TRY(to_errno(space_->mappings(VirtAddr{address}, VirtAddr{address + size})));
  if (mappings.empty()) return {};
  const auto unmapped = root_->unmap(VirtAddr{address}, size);
  if (!unmapped) return fail(unmapped.error() == Status::NoMemory ? Errno::NOMEM : Errno::INVAL);
  free_hidden(mappings, address, address + size);
  // The program has no way left to hear of an error.
  for (const MappingInfo& mapping : mappings) (void)write_back(mapping, address, address + size);
  return {};
}

uint64_t LinuxMemory::mapped_from(uint64_t address, uint64_t to) {
  const auto mappings = space_->mappings(VirtAddr{address}, VirtAddr{to});
  if (!mappings) return 0;
  uint64_t covered = address;
  for (const MappingInfo& mapping : *mappings) {
    if (raw(mapping.base) > covered) break;
    covered = raw(mapping.end());
  }
  return std::min(covered, to) - address;
}

ErrnoOr<> LinuxMemory::protect(uint64_t address, uint64_t size, uint32_t bits) {
  if (!is_page_aligned(address)) return fail(Errno::INVAL);
  if (size == 0) return {};
  if (page_ceil_overflows(size)) return fail(Errno::NOMEM);
  size = page_ceil(size);
  if (address < user_start() || address >= user_end() || size > user_end() - address)
    return fail(Errno::NOMEM);
  const auto done = root_->protect(VirtAddr{address}, size, access_of(bits));
  if (done) return {};
  if (done.error() == Status::AccessDenied) return fail(Errno::ACCES);
  // Up to the first hole it is done all the same.
  const uint64_t mapped = mapped_from(address, address + size);
  if (mapped != 0 && mapped != size)
    (void)root_->protect(VirtAddr{address}, mapped, access_of(bits));
  return fail(Errno::NOMEM);
}

// Code that others could change by another mapping of it stays as it is.
void LinuxMemory::speed_up_call(hal::UserContext& caller) {
  hal::AddressSpace& machine = space_->machine();
  if (!machine.is_call_worth_speeding_up(caller)) return;
  const auto mapping = space_->mapping_of(caller.pc());
  if (!mapping || (mapping->note.tag & mapping_tag::kShared) != 0 ||
      includes(mapping->access, Access::Write))
    return;
  machine.speed_up_call(caller);
}

// --- What is behind mappings

ErrnoOr<> LinuxMemory::populate(uint64_t& address, uint64_t& size) {
  const auto mapping = TRY(to_errno(space_->mapping_of(VirtAddr{address})));
  const uint64_t here = std::min(size, raw(mapping.end()) - address);
  const uint64_t offset = mapping.vmo_offset + (address - raw(mapping.base));
  const uint64_t there = mapping.vmo->size();
  uint64_t done = here;
  if (offset < there && includes(mapping.access, Access::Read)) {
    vm::ByteRange part{.offset = offset, .size = std::min(here, there - offset)};
    const uint64_t wanted = part.size;
    if (includes(mapping.access, Access::Write)) TRY(to_errno(mapping.vmo->commit(part)));
    done = includes(mapping.access, Access::Write) ? wanted - part.size : here;
    VirtAddr at{address};
    uint64_t left = page_ceil(done);
    while (left != 0 && root_->populate(at, left)) {
    }
    if (done == wanted) done = here;
  }
  address += done;
  size -= done;
  return {};
}

// --- The heap

void LinuxMemory::set_heap(uint64_t start) {
  LockGuard guard(lock_);
  heap_start_ = heap_end_ = page_ceil(start) + random_pages();
  layout.heap_start = heap_start_;
}

uint64_t LinuxMemory::set_break(uint64_t wanted) {
  LockGuard guard(lock_);
  if (wanted < heap_start_ || wanted >= mapping_top_) return heap_end_;
  const uint64_t old_top = page_ceil(heap_end_);
  const uint64_t new_top = page_ceil(wanted);
  if (new_top < old_top) {
    if (!root_->unmap(VirtAddr{new_top}, old_top - new_top)) return heap_end_;
    vm::ByteRange gone{.offset = new_top - heap_start_, .size = old_top - new_top};
    while (gone.size != 0 && heap_->zero(gone)) {
    }
  } else if (new_top > old_top) {
    if (new_top - heap_start_ > kHeapObjectBytes) return heap_end_;
    if (!heap_) {
      auto made = vm::Vmo::create(kHeapObjectBytes);
      if (!made) return heap_end_;
      heap_ = std::move(*made);
    }
    constexpr Access kReadWrite = Access::Read | Access::Write;
    if (old_top == heap_start_ || !root_->extend(VirtAddr{old_top}, new_top - old_top)) {
      const Placement where{.kind = Placement::Kind::Specific, .offset = old_top - user_start()};
      const vm::MapOptions options{
          .access = kReadWrite,
          .max_access = kAllAccess,
          .note = {.tag = mapping_tag::kAnonymous | mapping_tag::kHeap, .source = nullptr}};
      if (!root_->map(where, heap_, old_top - heap_start_, new_top - old_top, options))
        return heap_end_;
    }
  }
  heap_end_ = wanted;
  return heap_end_;
}

}  // namespace jacinth::linux
