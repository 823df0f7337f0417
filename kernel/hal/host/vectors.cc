#include "hal/host/vectors.h"

#include <cstring>
#include <utility>

#include "base/heap.h"

namespace jacinth::host {

using hal::UserContext;

constinit hal::x86::XsaveLayout vector_layout;

namespace {

constexpr size_t kImageAlignment = 64;
alignas(kImageAlignment) constinit std::byte fresh_image[hal::x86::kMaxXsaveBytes];

std::byte* allocate_image() {
  auto* const image = static_cast<std::byte*>(heap_allocate(vector_layout.bytes, kImageAlignment));
  // XSAVEOPT leaves out what is in its initial state, XRSTOR insists on a header.
  if (image != nullptr) hal::x86::init_xsave_image(vector_layout, image);
  return image;
}

void restore(const std::byte* image) {
  asm volatile("xrstor64 %0" ::"m"(*image), "a"(static_cast<uint32_t>(vector_layout.mask)), "d"(0)
               : "memory");
}

constinit bool has_xsaveopt = false;

bool detect_xsaveopt() {
  uint32_t a = 0xd, b, c = 1, d;
  asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return (a & 1) != 0;
}

}  // namespace

bool set_up_vectors() {
  vector_layout = hal::x86::detect_xsave_layout();
  has_xsaveopt = detect_xsaveopt();
  if (vector_layout.mask == 0) return false;
  hal::x86::init_xsave_image(vector_layout, fresh_image);
  return true;
}

bool reserve_image_slowly(Vcpu& cpu, const UserContext& context) {
  if (context.vector_image != nullptr) return true;
  cpu.spare_image = allocate_image();
  return cpu.spare_image != nullptr;
}

void save_loaded_vectors(UserContext& context) {
  if (context.vector_image == nullptr)
    context.vector_image = std::exchange(current_thread().vcpu->spare_image, nullptr);
  const auto mask = static_cast<uint32_t>(vector_layout.mask);
  if (has_xsaveopt) {
    asm volatile("xsaveopt64 %0" : "+m"(*context.vector_image) : "a"(mask), "d"(0) : "memory");
  } else {
    asm volatile("xsave64 %0" : "+m"(*context.vector_image) : "a"(mask), "d"(0) : "memory");
  }
  context.vectors = UserContext::Vectors::Image;
}

void load_vectors(const UserContext& context) {
  switch (context.vectors) {
    case UserContext::Vectors::Fresh:
      restore(fresh_image);
      break;
    case UserContext::Vectors::Image:
      restore(context.vector_image);
      break;
    case UserContext::Vectors::ControlWords:
      asm volatile("ldmxcsr %0\n fldcw %1" ::"m"(context.mxcsr), "m"(context.fcw));
      break;
    case UserContext::Vectors::Loaded:
      break;  // then there is nothing to load
  }
}

void save_vectors(HostThread& self, const std::byte* frame_image) {
  UserContext& context = *self.context;
  if (context.vector_image == nullptr)
    context.vector_image = std::exchange(self.vcpu->spare_image, nullptr);
  memcpy(context.vector_image, frame_image, vector_layout.bytes);
  context.vectors = UserContext::Vectors::Image;
}

void return_image_slowly(Vcpu& cpu, UserContext& context) {
  std::byte* image = std::exchange(context.vector_image, nullptr);
  if (cpu.spare_image == nullptr) {
    cpu.spare_image = image;
  } else {
    heap_free(image);
  }
}

std::byte* materialise_image(UserContext& context) {
  if (context.vector_image == nullptr) context.vector_image = allocate_image();
  if (context.vector_image == nullptr) return nullptr;
  if (context.vectors != UserContext::Vectors::Image) {
    hal::x86::init_xsave_image(vector_layout, context.vector_image);
    if (context.vectors == UserContext::Vectors::ControlWords)
      hal::x86::set_control_words(context.vector_image, context.mxcsr, context.fcw);
  }
  context.vectors = UserContext::Vectors::Image;
  return context.vector_image;
}

}  // namespace jacinth::host
