#include <cstring>

#include "base/heap.h"
#include "hal/user.h"
#include "hal/x86_64/extended_state.h"
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

Result<> write_base(std::span<const std::byte> in, uint64_t* base) {
  uint64_t wanted;
  TRY(x86::copy_in(in, &wanted));
  if (!x86::is_canonical(wanted)) return fail(Status::InvalidArgs);
  *base = wanted;
  return {};
}

}  // namespace

Result<> UserContext::read_regs(RegisterSet set, std::span<std::byte> out) const {
  bring_up_to_date(*this);
  switch (set) {
    case RegisterSet::General:
      return x86::copy_out(general, out);
    case RegisterSet::FloatingPoint:
      return read_image(*this, [&](const std::byte* image) {
        return x86::read_floating_point(x86_64::vector_layout, image, out);
      });
    case RegisterSet::Vector:
      return read_image(*this, [&](const std::byte* image) {
        return x86::read_vector(x86_64::vector_layout, image, out);
      });
    case RegisterSet::Debug:
      return x86::copy_out(debug, out);
    case RegisterSet::SingleStep:
      return x86::copy_out(uint32_t{(general.rflags & x86::kFlagTrap) != 0}, out);
    case RegisterSet::FsBase:
      return x86::copy_out(general.fs_base, out);
    case RegisterSet::GsBase:
      return x86::copy_out(general.gs_base, out);
  }
  return fail(Status::InvalidArgs);
}

Result<> UserContext::write_regs(RegisterSet set, std::span<const std::byte> in) {
  bring_up_to_date(*this);
  // What is written here takes effect by being loaded.
  loaded_on = kNowhere;
  entry = Entry::Full;
  switch (set) {
    case RegisterSet::General:
      return x86::write_general(general, in);
    case RegisterSet::FloatingPoint:
    case RegisterSet::Vector: {
      std::byte* image = x86_64::materialise_image(*this);
      if (image == nullptr) return fail(Status::NoMemory);
      return set == RegisterSet::Vector
                 ? x86::write_vector(x86_64::vector_layout, image, in)
                 : x86::write_floating_point(x86_64::vector_layout, image, in);
    }
    case RegisterSet::Debug:
      return x86::write_debug(debug, in);
    case RegisterSet::SingleStep: {
      uint32_t on;
      TRY(x86::copy_in(in, &on));
      if (on > 1) return fail(Status::InvalidArgs);
      general.rflags = (general.rflags & ~x86::kFlagTrap) | (on != 0 ? x86::kFlagTrap : 0);
      return {};
    }
    case RegisterSet::FsBase:
      return write_base(in, &general.fs_base);
    case RegisterSet::GsBase:
      return write_base(in, &general.gs_base);
  }
  return fail(Status::InvalidArgs);
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
