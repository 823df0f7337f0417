#include "lib/relocate.h"

#include "lib/dynamic.h"

extern "C" [[gnu::visibility("hidden")]] const std::byte __ehdr_start;
extern "C" [[gnu::visibility("hidden")]] const user::DynamicEntry _DYNAMIC[];

namespace user {

bool relocate_self(uintptr_t vdso_base) {
  const DynamicImage vdso = read_image(vdso_base);
  if (!vdso.has_symbols()) return false;
  const DynamicImage self = read_dynamic(reinterpret_cast<uintptr_t>(&__ehdr_start), _DYNAMIC);
  const DynamicImage* const scope[] = {&self, &vdso};
  const char* missing = nullptr;
  return relocate(self, scope, &missing);
}

}  // namespace user
