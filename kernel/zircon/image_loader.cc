#include "zircon/image_loader.h"

#include <algorithm>

#include "zircon/vdso.h"

namespace jacinth::zircon {
namespace {

hal::Access access_of(const image::Segment& segment) {
  return (segment.readable() ? hal::Access::Read : hal::Access::None) |
         (segment.writable() ? hal::Access::Write : hal::Access::None) |
         (segment.executable() ? hal::Access::Execute : hal::Access::None);
}

// The part of a writable segment that comes from the file, with zeros behind it to the segment's
// end.
Result<RefPtr<VmoObject>> private_copy(const image::Elf& elf, const image::Segment& segment) {
  auto copy =
      TRY(VmoObject::create(TRY(vm::Vmo::create(segment.end_page() - segment.first_page()))));
  TRY(copy->set_name("data"));
  TRY(copy->vmo()->write(segment.address - segment.first_page(),
                         elf.file().subspan(segment.file_offset, segment.file_size)));
  return copy;
}

}  // namespace

Result<> load_image(vm::Vmar& where, uint64_t offset, const image::Elf& elf,
                    const RefPtr<VmoObject>& file) {
  for (const image::Segment segment : elf) {
    if (segment.type != image::SegmentType::Load || segment.memory_size == 0) continue;
    const uint64_t size = segment.end_page() - segment.first_page();
    RefPtr<VmoObject> source = file;
    uint64_t source_offset = segment.file_offset - (segment.address - segment.first_page());
    if (segment.writable()) {
      source = TRY(private_copy(elf, segment));
      source_offset = 0;
    }
    vm::MapOptions options{.access = access_of(segment), .max_access = access_of(segment)};
    TRY(map_by_vdso_rules(where,
                          {.kind = vm::Placement::Kind::Specific,
                           .offset = offset + segment.first_page() - elf.load_span().start},
                          *source, source_offset, size, options));
  }
  return {};
}

}  // namespace jacinth::zircon
