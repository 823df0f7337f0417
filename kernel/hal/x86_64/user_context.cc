#include <cstring>

#include "base/heap.h"
#include "hal/user.h"
#include "hal/x86_64/extended_state.h"
#include "hal/x86_common/register_sets.h"
#include "hal/x86_common/signal_fpu.h"

namespace jacinth::hal {

UserContext::UserContext() { start(VirtAddr{0}, VirtAddr{0}, 0, 0); }
UserContext::~UserContext() { heap_free(vector_image); }

void UserContext::start(VirtAddr pc, VirtAddr sp, uint64_t arg0, uint64_t arg1) {
  general = {};
  general.rip = raw(pc);
  general.rsp = raw(sp);
  general.rdi = arg0;
  general.rsi = arg1;
  general.rflags = x86::kInitialFlags;
  debug = {.dr = {}, .dr6 = x86::kInitialDr6, .dr7 = x86::kInitialDr7};
  entry = Entry::Full;
  has_image = false;
  loaded_on = kNowhere;
}

namespace {

// A context's registers as of now, when it is the running thread's own.
void bring_up_to_date(const UserContext& context) {
  x86_64::Cpu& cpu = x86_64::this_cpu();
  if (cpu.loaded == &context) x86_64::save_extended(cpu);
}

template <typename Reader>
Result<> read_image(const UserContext& context, Reader read) {
  std::byte* image = x86_64::materialise_image(const_cast<UserContext&>(context));
  if (image == nullptr) return fail(Status::NoMemory);
  return read(image);
}

}  // namespace

Result<> UserContext::read_regs(RegisterSet set, std::span<std::byte> out) const {
  bring_up_to_date(*this);
  if (!x86::is_in_image(set)) return x86::read_set(set, general, debug, out);
  return read_image(*this, [&](const std::byte* image) {
    return x86::read_set(set, x86_64::vector_layout, image, out);
  });
}

Result<> UserContext::write_regs(RegisterSet set, std::span<const std::byte> in) {
  bring_up_to_date(*this);
  // What is written here takes effect by being loaded.
  loaded_on = kNowhere;
  entry = Entry::Full;
  if (!x86::is_in_image(set)) return x86::write_set(set, general, debug, in);
  std::byte* image = x86_64::materialise_image(*this);
  if (image == nullptr) return fail(Status::NoMemory);
  return x86::write_set(set, x86_64::vector_layout, image, in);
}

Result<> UserContext::copy_from(const UserContext& other) {
  bring_up_to_date(other);
  if (other.has_image) {
    std::byte* image = x86_64::materialise_image(*this);
    if (image == nullptr) return fail(Status::NoMemory);
    memcpy(image, other.vector_image, x86_64::vector_layout.bytes);
  }
  general = other.general;
  debug = other.debug;
  entry = other.entry;
  has_image = other.has_image;
  loaded_on = kNowhere;
  return {};
}

size_t UserContext::signal_fpu_bytes() { return x86::signal_fpu_bytes(x86_64::vector_layout); }

Result<> UserContext::read_signal_fpu(std::span<std::byte> out) const {
  bring_up_to_date(*this);
  return read_image(*this, [&](const std::byte* image) {
    return x86::make_signal_fpu(x86_64::vector_layout, image, out);
  });
}

Result<> UserContext::write_signal_fpu(std::span<const std::byte> in) {
  bring_up_to_date(*this);
  loaded_on = kNowhere;
  std::byte* image = x86_64::materialise_image(*this);
  if (image == nullptr) return fail(Status::NoMemory);
  return x86::take_signal_fpu(x86_64::vector_layout, in, image);
}

void release_fpu(UserContext& context) { bring_up_to_date(context); }

}  // namespace jacinth::hal
