// The images that make up a program: itself, its libraries, and the vDSO.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <string_view>

#include "lib/dynamic.h"

namespace ldso {

class Modules {
 public:
  // `service`, lent, is asked for libraries (lib/loader_service.h).
  Modules(zx_handle_t service, uintptr_t vdso_base);

  // All of these end the process on failure.

  // Maps the program in the VMO `file`, and all libraries that it and they need, each once. Returns
  // the program's entry.
  zx_vaddr_t load_program(zx_handle_t file);
  // Symbols are looked for in the program, then its libraries in the order they were asked for.
  void relocate();
  // Runs the libraries' initialisers, each library's after those of the ones it needs. The program
  // runs its own.
  void initialize() { initialize_needed(kProgram); }

 private:
  static constexpr size_t kMaxModules = 64;
  struct Module {
    std::string_view name;  // empty: the program
    user::DynamicImage image;
    bool initialized = false;
  };
  static constexpr size_t kVdso = 0, kProgram = 1;

  void load_needed(size_t index);
  void initialize_needed(size_t index);
  // Calls visit(name) for each library that the module names as needed.
  template <typename Visit>
  void for_each_needed(size_t index, Visit visit) const;
  size_t find(std::string_view name) const;
  void add(std::string_view name, const user::DynamicImage& image);

  const zx_handle_t service_;
  Module modules_[kMaxModules];
  size_t count_ = 0;
};

}  // namespace ldso
