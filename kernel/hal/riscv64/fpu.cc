#include "hal/riscv64/fpu.h"

#include "base/heap.h"
#include "hal/riscv64/csr.h"

namespace jacinth::riscv64 {
namespace {

// What a thread has in its vector unit, in front of its 32 registers of vlenb bytes each.
struct VectorState {
  uint64_t start, length, type, csr;
};

constinit bool has_vectors = false;
constinit uint64_t vector_bytes = 0;  // of one register

extern "C" {
// fpu.S
void load_floating_point(const uint64_t* f, uint32_t fcsr);
uint32_t save_floating_point(uint64_t* f);
void load_vectors(const VectorState* state);
void save_vectors(VectorState* state);
uint64_t vector_register_bytes();
}

bool holds_floating_point(const Hart& hart, const hal::UserContext& context) {
  return hart.fp_owner == &context && context.fp_hart == &hart;
}
bool holds_vectors(const Hart& hart, const hal::UserContext& context) {
  return hart.vector_owner == &context && context.vector_hart == &hart;
}

bool make_vector_state(hal::UserContext& context) {
  if (context.vectors != nullptr) return true;
  const size_t bytes = vector_state_bytes();
  void* memory = heap_allocate(bytes);
  if (memory == nullptr) return false;
  context.vectors = static_cast<std::byte*>(memory);
  __builtin_memset(context.vectors, 0, bytes);
  return true;
}

}  // namespace

void set_up_vectors(bool offered) {
  if (!offered) return;
  set_csr("sstatus", kVectorClean);
  vector_bytes = vector_register_bytes();
  clear_csr("sstatus", kVectorMask);
  has_vectors = true;
}

size_t vector_state_bytes() { return has_vectors ? sizeof(VectorState) + 32 * vector_bytes : 0; }

uint64_t unit_status(const Hart& hart, const hal::UserContext& context) {
  return (holds_floating_point(hart, context) ? kFpClean : 0) |
         (holds_vectors(hart, context) ? kVectorClean : 0);
}

void save_units(Hart&, hal::UserContext& context, uint64_t status) {
  if ((status & kFpMask) == kFpDirty) context.fcsr = save_floating_point(context.f);
  if ((status & kVectorMask) == kVectorDirty)
    save_vectors(reinterpret_cast<VectorState*>(context.vectors));
}

bool load_next_unit(Hart& hart, hal::UserContext& context) {
  if (!holds_floating_point(hart, context)) {
    set_csr("sstatus", kFpClean);
    load_floating_point(context.f, context.fcsr);
    hart.fp_owner = &context;
    context.fp_hart = &hart;
    return true;
  }
  if (!has_vectors || holds_vectors(hart, context) || !make_vector_state(context)) return false;
  set_csr("sstatus", kVectorClean);
  load_vectors(reinterpret_cast<const VectorState*>(context.vectors));
  hart.vector_owner = &context;
  context.vector_hart = &hart;
  return true;
}

}  // namespace jacinth::riscv64
