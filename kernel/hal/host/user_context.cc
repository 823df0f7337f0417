#include <cstring>

#include "base/heap.h"
#include "hal/host/vectors.h"
#include "hal/user.h"
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
  vectors = Vectors::Fresh;
  loaded_on = nullptr;
  resume_for = 0;
}

namespace {

// An image to read from when the context has none of its own.
struct TemporaryImage {
  alignas(64) std::byte bytes[x86::kMaxXsaveBytes];
};

template <typename Reader>
Result<> read_image(const UserContext& context, Reader read) {
  if (context.vectors == UserContext::Vectors::Image) return read(context.vector_image);
  auto made =
      static_cast<TemporaryImage*>(heap_allocate(sizeof(TemporaryImage), alignof(TemporaryImage)));
  if (made == nullptr) return fail(Status::NoMemory);
  x86::init_xsave_image(host::vector_layout, made->bytes);
  if (context.vectors == UserContext::Vectors::ControlWords)
    x86::set_control_words(made->bytes, context.mxcsr, context.fcw);
  Result<> result = read(made->bytes);
  heap_free(made);
  return result;
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
  switch (set) {
    case RegisterSet::General:
      return x86::copy_out(general, out);
    case RegisterSet::FloatingPoint:
      return read_image(*this, [&](const std::byte* image) {
        return x86::read_floating_point(host::vector_layout, image, out);
      });
    case RegisterSet::Vector:
      return read_image(*this, [&](const std::byte* image) {
        return x86::read_vector(host::vector_layout, image, out);
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
  loaded_on = nullptr;
  switch (set) {
    case RegisterSet::General:
      TRY(x86::write_general(general, in));
      entry = Entry::Full;
      return {};
    case RegisterSet::FloatingPoint:
    case RegisterSet::Vector: {
      leave_cpu();
      std::byte* image = host::materialise_image(*this);
      if (image == nullptr) return fail(Status::NoMemory);
      entry = Entry::Full;
      return set == RegisterSet::Vector ? x86::write_vector(host::vector_layout, image, in)
                                        : x86::write_floating_point(host::vector_layout, image, in);
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
  if (other.vectors == Vectors::Image) {
    vectors = Vectors::Fresh;  // the image is overwritten whole
    std::byte* image = host::materialise_image(*this);
    if (image == nullptr) return fail(Status::NoMemory);
    memcpy(image, other.vector_image, host::vector_layout.bytes);
  }
  general = other.general;
  debug = other.debug;
  // The code that a patched call goes on in is its own address space's.
  entry = other.entry == Entry::LinuxCall ? Entry::Full : other.entry;
  resume_for = 0;
  calls = other.calls;
  vectors = other.vectors;
  fcw = other.fcw;
  mxcsr = other.mxcsr;
  loaded_on = nullptr;
  return {};
}

size_t UserContext::signal_fpu_bytes() { return x86::signal_fpu_bytes(host::vector_layout); }

Result<> UserContext::read_signal_fpu(std::span<std::byte> out) const {
  return read_image(*this, [&](const std::byte* image) {
    return x86::make_signal_fpu(host::vector_layout, image, out);
  });
}

Result<> UserContext::write_signal_fpu(std::span<const std::byte> in) {
  leave_cpu();
  loaded_on = nullptr;
  std::byte* image = host::materialise_image(*this);
  if (image == nullptr) return fail(Status::NoMemory);
  entry = Entry::Full;
  return x86::take_signal_fpu(host::vector_layout, in, image);
}

void UserContext::keep_vectors() { host::save_loaded_vectors(*this); }

void release_fpu(UserContext& context) { context.leave_cpu(); }

}  // namespace jacinth::hal
