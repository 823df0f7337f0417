// System calls that start another kernel in this one's place (130–131).
#include <algorithm>
#include <cstring>

#include "exec/service.h"
#include "hal/devices.h"
#include "hal/memory.h"
#include "hal/next_kernel.h"
#include "image/zbi.h"
#include "object/vm/vmo_object.h"
#include "zircon/context.h"
#include "zircon/resources.h"
#include "zircon/syscall_prototypes.h"

namespace jacinth::zircon {
namespace {

// Frames in a row, where another kernel can find them.
struct FramesInARow {
  RefPtr<vm::Vmo> vmo;
  std::span<std::byte> bytes;
};

Result<FramesInARow> frames_in_a_row(uint64_t bytes) {
  auto vmo = TRY(vm::Vmo::create_contiguous(bytes, 0));
  std::byte* const start = hal::phys_to_virt(TRY(vmo->physical_address(0)));
  return FramesInARow{std::move(vmo), {start, page_ceil(bytes)}};
}

// A copy of all that a VMO holds, in one go: what else this CPU has to do will mostly not be done
// at all. INVALID_ARGS: nothing. NOT_SUPPORTED: pages come from a pager. NO_MEMORY.
Result<FramesInARow> copy_in_a_row(vm::Vmo& vmo) {
  const uint64_t size = vmo.size();
  if (size == 0) return fail(Status::InvalidArgs);
  if (vmo.pager_backed()) return fail(Status::NotSupported);
  FramesInARow copy = TRY(frames_in_a_row(size));
  TRY(vmo.read(0, copy.bytes));
  return copy;
}

struct NextImages {
  FramesInARow kernel;
  FramesInARow boot_image;
  FramesInARow kit;
  hal::NextKernel next() const { return {kernel.bytes, boot_image.bytes, kit.bytes}; }
};

Result<NextImages> prepare_images(vm::Vmo& kernel, vm::Vmo& boot_image) {
  NextImages images;
  images.kernel = TRY(copy_in_a_row(kernel));
  images.boot_image = TRY(copy_in_a_row(boot_image));
  images.kit = TRY(frames_in_a_row(hal::kNextKernelKitBytes));
  TRY(hal::check_next_kernel(images.next()));
  return images;
}

exec::Task<Status> go_on_as(NextImages images) {
  const Status status = co_await exec::put_in_service(1);
  if (status != Status::Ok) co_return status;
  hal::start_next_kernel(images.next());
}

// What a next kernel's boot image should have beside what the caller puts there: items of a
// container.
class PayloadWriter {
 public:
  explicit PayloadWriter(std::span<std::byte> out) : out_(out), used_(sizeof(image::ZbiHeader)) {}

  bool add(image::ItemType type, std::span<const std::byte> payload) {
    const size_t padded = (payload.size() + image::kZbiAlignment - 1) & ~(image::kZbiAlignment - 1);
    if (out_.size() < used_ || out_.size() - used_ < sizeof(image::ZbiHeader) + padded)
      return false;
    put(used_, header(type, payload.size(), 0));
    used_ += sizeof(image::ZbiHeader);
    memcpy(out_.data() + used_, payload.data(), payload.size());
    used_ += padded;
    return true;
  }
  // The whole container; empty where there is no room for it.
  std::span<const std::byte> finish() {
    if (out_.size() < used_) return {};
    put(0, header(image::ItemType::Container, used_ - sizeof(image::ZbiHeader),
                  image::kZbiContainerMagic));
    return out_.first(used_);
  }

 private:
  static image::ZbiHeader header(image::ItemType type, size_t length, uint32_t extra) {
    return {.type = static_cast<uint32_t>(type),
            .length = static_cast<uint32_t>(length),
            .extra = extra,
            .flags = image::kZbiFlagVersion,
            .reserved = {},
            .magic = image::kZbiItemMagic,
            .crc32 = image::kZbiNoCrc};
  }
  void put(size_t at, const image::ZbiHeader& header) {
    memcpy(out_.data() + at, &header, sizeof(header));
  }

  std::span<std::byte> out_;  // zeroed
  size_t used_;
};

}  // namespace

exec::Eventually<Status> sys_system_mexec(SyscallContext& ctx, HandleValue resource,
                                          HandleValue kernel_vmo, HandleValue bootimage_vmo) {
  if (const auto may = validate_resource(ctx, resource, ResourceKind::Root); !may)
    return may.error();
  auto kernel = ctx.get<VmoObject>(kernel_vmo, rights::kRead);
  if (!kernel) return kernel.error();
  auto image = ctx.get<VmoObject>(bootimage_vmo, rights::kRead);
  if (!image) return image.error();
  auto images = prepare_images(*(*kernel)->vmo(), *(*image)->vmo());
  if (!images) return images.error();
  return go_on_as(std::move(*images));
}

Result<> sys_system_mexec_payload_get(SyscallContext& ctx, HandleValue resource,
                                      UserOut<std::byte> buffer, size_t buffer_size) {
  constexpr size_t kMostBytes = 16 * 1024;
  TRY(validate_resource(ctx, resource, ResourceKind::Root));
  if (buffer_size > kMostBytes) return fail(Status::InvalidArgs);
  Vector<std::byte> bytes = TRY(Vector<std::byte>::with_size(buffer_size));
  std::ranges::fill(bytes, std::byte{0});
  PayloadWriter payload({bytes.data(), bytes.size()});
  const auto tables = hal::firmware_tables();
  if (tables && raw(tables->acpi_rsdp) != 0) {
    const uint64_t root_pointer = raw(tables->acpi_rsdp);
    if (!payload.add(image::ItemType::AcpiRsdp, std::as_bytes(std::span(&root_pointer, 1))))
      return fail(Status::BufferTooSmall);
  }
  const std::span<const std::byte> container = payload.finish();
  if (container.empty()) return fail(Status::BufferTooSmall);
  return buffer.write_array(container);
}

}  // namespace jacinth::zircon
