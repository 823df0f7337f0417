// Information about memory: VMOs, VMARs, a process's maps, the kernel's own use.
#include <zircon/syscalls/memory.h>

#include <algorithm>
#include <cstring>

#include "object/task/process.h"
#include "object/vm/vmar_object.h"
#include "object/vm/vmo_object.h"
#include "vm/frames.h"
#include "vm/heap.h"
#include "zircon/info.h"
#include "zircon/resources.h"

namespace jacinth::zircon {
namespace {

zx_info_vmo_t vmo_record(const vm::VmoInfo& info, uint32_t via, Rights held) {
  zx_info_vmo_t record{};
  record.koid = info.koid;
  memcpy(record.name, info.name.data(), sizeof(record.name));
  record.size_bytes = info.size;
  record.parent_koid = info.parent_koid;
  record.num_children = info.num_children;
  record.num_mappings = info.num_mappings;
  record.share_count = info.share_count;
  record.flags = via | (info.paged ? ZX_INFO_VMO_TYPE_PAGED : ZX_INFO_VMO_TYPE_PHYSICAL) |
                 (info.resizable ? ZX_INFO_VMO_RESIZABLE : 0) |
                 (info.snapshot ? ZX_INFO_VMO_IS_COW_CLONE : 0) |
                 (info.contiguous ? ZX_INFO_VMO_CONTIGUOUS : 0) |
                 (info.pager_backed ? ZX_INFO_VMO_PAGER_BACKED : 0);
  record.committed_bytes = info.committed_bytes;
  record.handle_rights = held;
  record.cache_policy = static_cast<uint32_t>(info.cache_policy);
  return record;
}

void set_name(char (&out)[ZX_MAX_NAME_LEN], std::string_view name) {
  const KernelObject::Name padded = make_name(name);
  memcpy(out, padded.data(), sizeof(out));
}

zx_info_maps_t map_record(const vm::RegionInfo& region) {
  zx_info_maps_t record{};
  record.base = raw(region.base);
  record.size = region.size;
  record.depth = region.depth + 1;  // the address space itself has depth 0
  if (region.kind == vm::RegionInfo::Kind::Vmar) {
    record.type = ZX_INFO_MAPS_TYPE_VMAR;
    set_name(record.name, region.depth == 0 ? "root" : "vmar");
    return record;
  }
  record.type = ZX_INFO_MAPS_TYPE_MAPPING;
  const auto name = region.vmo->name();
  memcpy(record.name, name.data(), sizeof(record.name));
  // The bits of hal::Access are those of ZX_VM_PERM_*.
  record.u.mapping.mmu_flags = static_cast<uint32_t>(region.access);
  record.u.mapping.vmo_koid = region.vmo->koid();
  record.u.mapping.vmo_offset = region.vmo_offset;
  record.u.mapping.committed_pages = region.committed_pages;
  return record;
}
static_assert(static_cast<uint32_t>(hal::Access::Read) == ZX_VM_PERM_READ);
static_assert(static_cast<uint32_t>(hal::Access::Write) == ZX_VM_PERM_WRITE);
static_assert(static_cast<uint32_t>(hal::Access::Execute) == ZX_VM_PERM_EXECUTE);

// Another process than the caller's: what a process says of itself would change while it is told.
Result<RefPtr<Process>> other_process(InfoQuery& query) {
  auto process = TRY(query.get<Process>(rights::kInspect));
  if (process == &query.ctx.process()) return fail(Status::AccessDenied);
  return process;
}

// Calls visit(region) for every region of the process's address space.
template <typename F>
Result<> for_each_region(Process& process, F&& visit) {
  vm::AddressSpace::Cursor cursor;
  vm::RegionInfo regions[8];
  for (;;) {
    const size_t count = TRY(process.address_space().regions(cursor, regions));
    for (vm::RegionInfo& region : std::span(regions, count)) TRY(visit(region));
    if (count < std::size(regions)) return {};
  }
}

// Records written one after the other as far as they fit, all of them counted.
template <typename Record>
class Listing {
 public:
  explicit Listing(InfoQuery& query) : query_(query) {}
  Result<> add(const Record& record) {
    if (count_ < query_.room<Record>()) TRY(query_.write(count_, record));
    ++count_;
    return {};
  }
  Result<> finish() { return query_.tell(std::min(count_, query_.room<Record>()), count_); }

 private:
  InfoQuery& query_;
  size_t count_ = 0;
};

}  // namespace

Result<> info_vmar(InfoQuery& query) {
  auto vmar = TRY(query.get<VmarObject>(rights::kInspect));
  return query.answer_one(
      zx_info_vmar_t{.base = raw(vmar->vmar().base()), .len = vmar->vmar().size()});
}

Result<> info_vmo(InfoQuery& query) {
  Rights held = 0;
  auto vmo = TRY(query.ctx.get<VmoObject>(query.handle, rights::kNone, &held));
  return query.answer_one(vmo_record(vmo->vmo()->info(), ZX_INFO_VMO_VIA_HANDLE, held));
}

Result<> info_task_stats(InfoQuery& query) {
  auto process = TRY(query.get<Process>(rights::kInspect));
  const vm::MemoryStats stats = TRY(process->address_space().stats());
  return query.answer_one(
      zx_info_task_stats_t{.mem_mapped_bytes = stats.mapped_bytes,
                           .mem_private_bytes = stats.private_bytes,
                           .mem_shared_bytes = stats.shared_bytes,
                           .mem_scaled_shared_bytes = stats.scaled_shared_bytes});
}

Result<> info_process_maps(InfoQuery& query) {
  auto process = TRY(other_process(query));
  Listing<zx_info_maps_t> listing(query);
  const hal::UserRange range = hal::user_range();
  zx_info_maps_t space{};
  set_name(space.name, name_view(process->name()));
  space.base = raw(range.base);
  space.size = range.size;
  space.type = ZX_INFO_MAPS_TYPE_ASPACE;
  TRY(listing.add(space));
  TRY(for_each_region(*process,
                      [&](vm::RegionInfo& region) { return listing.add(map_record(region)); }));
  return listing.finish();
}

Result<> info_process_vmos(InfoQuery& query) {
  auto process = TRY(other_process(query));
  // Collected under the table's lock, told outside it.
  struct Held {
    RefPtr<KernelObject> object;
    Rights rights;
  };
  auto held = TRY(Vector<Held>::with_size(process->handles().count()));
  size_t count = 0;
  process->handles().for_each([&](HandleValue, const Handle& handle) {
    if (handle.type() == ObjectType::Vmo && count < held.size())
      held[count++] = {handle.object(), handle.rights()};
  });
  Listing<zx_info_vmo_t> listing(query);
  for (const Held& one : std::span(held.data(), count)) {
    const auto& vmo = static_cast<const VmoObject&>(*one.object);
    TRY(listing.add(vmo_record(vmo.vmo()->info(), ZX_INFO_VMO_VIA_HANDLE, one.rights)));
  }
  TRY(for_each_region(*process, [&](vm::RegionInfo& region) -> Result<> {
    if (!region.vmo) return {};
    return listing.add(vmo_record(region.vmo->info(), ZX_INFO_VMO_VIA_MAPPING, rights::kNone));
  }));
  return listing.finish();
}

Result<> info_kmem_stats(InfoQuery& query) {
  TRY(validate_resource(query.ctx, query.handle, ResourceKind::Root));
  const vm::FrameCounts counts = vm::frames().counts();
  zx_info_kmem_stats_t record{};
  const auto bytes = [&](vm::FrameUse use) { return counts.of(use) * kPageSize; };
  record.total_bytes = counts.total * kPageSize;
  record.free_bytes = counts.free() * kPageSize;
  record.wired_bytes = bytes(vm::FrameUse::Reserved);
  record.total_heap_bytes = bytes(vm::FrameUse::Heap);
  // Blocks that a CPU keeps at hand count as free, too.
  record.free_heap_bytes = record.total_heap_bytes -
                           std::min(vm::kernel_heap().counts().live_bytes, record.total_heap_bytes);
  record.vmo_bytes = bytes(vm::FrameUse::Vmo);
  record.mmu_overhead_bytes = bytes(vm::FrameUse::PageTable);
  record.other_bytes = bytes(vm::FrameUse::Other);
  return query.answer_one(record);
}

}  // namespace jacinth::zircon
