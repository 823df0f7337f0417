// System calls on memory for devices: IOMMUs, initiators, pinned memory (0–2, 53, 95, 165).
#include "object/dev/bus_memory.h"

#include <zircon/syscalls/iommu.h>
#include <zircon/syscalls/memory.h>

#include <algorithm>
#include <limits>

#include "zircon/context.h"
#include "zircon/info.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

constexpr size_t kMaxIommuDescription = 4096;
constexpr uint32_t kAllPermissions = ZX_BTI_PERM_READ | ZX_BTI_PERM_WRITE | ZX_BTI_PERM_EXECUTE;
constexpr size_t kAddressesAtOnce = 32;

Result<> check_pin_options(uint32_t options, Rights held) {
  if ((options & ~(kAllPermissions | ZX_BTI_COMPRESS | ZX_BTI_CONTIGUOUS)) != 0)
    return fail(Status::InvalidArgs);
  if ((options & ZX_BTI_COMPRESS) != 0 && (options & ZX_BTI_CONTIGUOUS) != 0)
    return fail(Status::InvalidArgs);
  if ((options & kAllPermissions) == 0) return fail(Status::InvalidArgs);
  Rights needed = rights::kMap;
  if ((options & ZX_BTI_PERM_READ) != 0) needed |= rights::kRead;
  if ((options & ZX_BTI_PERM_WRITE) != 0) needed |= rights::kWrite;
  // Nothing on a bus executes: reading is what it comes to.
  if ((options & ZX_BTI_PERM_EXECUTE) != 0) needed |= rights::kRead;
  return (held & needed) == needed ? Result<>() : fail(Status::AccessDenied);
}

// One address for each page, or one for all. Runs are no longer than a page as a bus without an
// IOMMU knows them, so compressing changes nothing.
Result<> write_addresses(PinnedMemory& memory, UserOut<zx_paddr_t> addrs, size_t count) {
  zx_paddr_t addresses[kAddressesAtOnce];
  for (size_t done = 0; done < count;) {
    const size_t few = std::min(count - done, kAddressesAtOnce);
    for (size_t i = 0; i < few; ++i)
      addresses[i] = raw(memory.address_of((done + i) << kPageShift));
    TRY(addrs.write_array({addresses, few}, done));
    done += few;
  }
  return {};
}

}  // namespace

Result<> sys_iommu_create(SyscallContext& ctx, HandleValue resource, uint32_t type,
                          UserIn<std::byte> desc, size_t desc_size, UserOut<HandleValue> out) {
  TRY(validate_resource(ctx, resource, ResourceKind::Root));
  if (desc_size > kMaxIommuDescription) return fail(Status::InvalidArgs);
  if (type != ZX_IOMMU_TYPE_DUMMY) return fail(Status::NotSupported);
  if (desc_size != sizeof(zx_iommu_desc_dummy_t)) return fail(Status::InvalidArgs);
  TRY(desc.read());
  return ctx.deliver(out, Handle(TRY(Iommu::create())));
}

Result<> sys_bti_create(SyscallContext& ctx, HandleValue iommu, uint32_t options, uint64_t bti_id,
                        UserOut<HandleValue> out) {
  if (options != 0) return fail(Status::InvalidArgs);
  auto behind = TRY(ctx.get<Iommu>(iommu));
  return ctx.deliver(out, Handle(TRY(BusInitiator::create(std::move(behind), bti_id))));
}

Result<> sys_bti_pin(SyscallContext& ctx, HandleValue handle, uint32_t options, HandleValue vmo,
                     uint64_t offset, uint64_t size, UserOut<zx_paddr_t> addrs, size_t num_addrs,
                     UserOut<HandleValue> pmt) {
  auto initiator = TRY(ctx.get<BusInitiator>(handle, rights::kMap));
  if (!is_page_aligned(offset) || !is_page_aligned(size)) return fail(Status::InvalidArgs);
  Rights held = 0;
  auto memory = TRY(ctx.get<VmoObject>(vmo, rights::kMap, &held));
  TRY(check_pin_options(options, held));
  if (size == 0) return fail(Status::InvalidArgs);
  const bool in_a_row = (options & ZX_BTI_CONTIGUOUS) != 0;
  if (in_a_row && !memory->vmo()->info().contiguous) return fail(Status::InvalidArgs);
  if (num_addrs != (in_a_row ? 1 : size >> kPageShift)) return fail(Status::InvalidArgs);
  auto pinned = TRY(initiator->pin(std::move(memory), offset, size));
  // Until there is a handle, what goes wrong unpins.
  TRY(write_addresses(*pinned, addrs, num_addrs));
  const auto delivered = ctx.deliver(pmt, Handle(pinned));
  if (!delivered) initiator->forget(*pinned);
  return delivered;
}

Result<> sys_bti_release_quarantine(SyscallContext& ctx, HandleValue handle) {
  auto initiator = TRY(ctx.get<BusInitiator>(handle, rights::kWrite));
  initiator->release_quarantine();
  return {};
}

Result<> sys_pmt_unpin(SyscallContext& ctx, HandleValue handle) {
  const Handle taken = TRY(ctx.take(handle));
  const auto memory = object_cast<PinnedMemory>(taken.object());
  if (!memory) return fail(Status::WrongType);
  memory->unpin();
  return {};
}

Result<> sys_vmo_create_contiguous(SyscallContext& ctx, HandleValue bti, size_t size,
                                   uint32_t alignment_log2, UserOut<HandleValue> out) {
  if (size == 0) return fail(Status::InvalidArgs);
  if (alignment_log2 == 0) alignment_log2 = kPageShift;
  if (alignment_log2 < kPageShift || alignment_log2 >= 64) return fail(Status::InvalidArgs);
  TRY(ctx.allow(PolicyCondition::NewVmo));
  TRY(ctx.get<BusInitiator>(bti, rights::kMap));
  auto vmo = TRY(vm::Vmo::create_contiguous(size, alignment_log2));
  return ctx.deliver(out, Handle(TRY(VmoObject::create(std::move(vmo)))));
}

Result<> info_bti(InfoQuery& query) {
  const BusInitiator::Info info = TRY(query.get<BusInitiator>(rights::kInspect))
  ->info();
  return query.answer_one(zx_info_bti_t{.minimum_contiguity = kPageSize,
                                        .aspace_size = std::numeric_limits<uint64_t>::max(),
                                        .pmo_count = info.pinned,
                                        .quarantine_count = info.quarantined});
}

}  // namespace jacinth::zircon
