#include <cstring>

#include "base/heap.h"
#include "hal/host/vectors.h"
#include "hal/user.h"
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

}  // namespace

Result<> UserContext::read_regs(RegisterSet set, std::span<std::byte> out) const {
  if (!x86::is_in_image(set)) return x86::read_set(set, general, debug, out);
  return read_image(*this, [&](const std::byte* image) {
    return x86::read_set(set, host::vector_layout, image, out);
  });
}

Result<> UserContext::write_regs(RegisterSet set, std::span<const std::byte> in) {
  loaded_on = nullptr;
  if (!x86::is_in_image(set)) {
    TRY(x86::write_set(set, general, debug, in));
    if (set == RegisterSet::General) entry = Entry::Full;
    return {};
  }
  leave_cpu();
  std::byte* image = host::materialise_image(*this);
  if (image == nullptr) return fail(Status::NoMemory);
  entry = Entry::Full;
  return x86::write_set(set, host::vector_layout, image, in);
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
