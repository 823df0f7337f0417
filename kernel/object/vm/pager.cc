#include "object/vm/pager.h"

#include "object/vm/pager_source.h"

namespace jacinth {

Result<RefPtr<Pager>> Pager::create() { return make_ref<Pager>(); }

Result<RefPtr<VmoObject>> Pager::create_vmo(RefPtr<Port> port, uint64_t key, uint64_t size,
                                            vm::Resizable resizable) {
  auto source = TRY(make_ref<PagerSource>(RefPtr(this), std::move(port), key));
  // Until the VMO is there nobody could make anything of a packet.
  auto vmo = vm::Vmo::create_paged(source, size, resizable);
  if (!vmo) return fail(vmo.error());
  TRY(add(*source));
  return VmoObject::create(*std::move(vmo));
}

Result<> Pager::add(PagerSource& source) {
  {
    LockGuard guard(lock_);
    if (!closed_) {
      sources_.push_back(source);
      return {};
    }
  }
  source.close();
  return fail(Status::BadState);
}

void Pager::remove(PagerSource& source) {
  LockGuard guard(lock_);
  if (source.pager_link_.is_linked()) sources_.erase(sources_.iterator_to(source));
}

void Pager::on_zero_handles() {
  for (;;) {
    RefPtr<PagerSource> source;
    {
      LockGuard guard(lock_);
      closed_ = true;
      if (sources_.empty()) return;
      // Its VMO still holds it: it takes it off the list before it lets go.
      source = RefPtr(&sources_.front());
      sources_.pop_front();
    }
    source->close();
  }
}

Result<PagerSource*> Pager::source_of(VmoObject& vmo, vm::ByteRange range) {
  vm::PageSource* const source = vmo.vmo()->page_source();
  if (source == nullptr || source->owner() != this) return fail(Status::InvalidArgs);
  if (!is_page_aligned(range.offset) || !is_page_aligned(range.size))
    return fail(Status::InvalidArgs);
  const uint64_t size = vmo.vmo()->size();
  if (range.offset > size || range.size > size - range.offset) return fail(Status::OutOfRange);
  return static_cast<PagerSource*>(source);
}

Result<> Pager::check_created(VmoObject& vmo) {
  TRY(source_of(vmo, {}));
  return {};
}

Result<> Pager::detach(VmoObject& vmo) {
  PagerSource* const source = TRY(source_of(vmo, {}));
  source->detach();
  return {};
}

Result<> Pager::supply(VmoObject& vmo, vm::ByteRange& range, VmoObject& donor,
                       uint64_t& donor_offset) {
  TRY(source_of(vmo, range));
  if (!is_page_aligned(donor_offset)) return fail(Status::InvalidArgs);
  return vmo.vmo()->supply(range, *donor.vmo(), donor_offset);
}

Result<> Pager::fail_range(VmoObject& vmo, vm::ByteRange range, Status status) {
  PagerSource* const source = TRY(source_of(vmo, range));
  source->fail(range.offset >> kPageShift, range.size >> kPageShift, status);
  return {};
}

}  // namespace jacinth
