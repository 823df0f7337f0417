// The vDSO: the library of system-call stubs that every process maps, and the rules that guard it.
//
// Programs reach the kernel only through it. So a process maps its code once, whole, and can
// neither change nor remove it.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/result.h"
#include "object/handle.h"
#include "object/task/process.h"
#include "object/vm/vmo_object.h"
#include "vm/vmar.h"

namespace jacinth::zircon {

// The image as built, and variants in which some test calls are missing, to show that a job can be
// given fewer calls.
inline constexpr size_t kVdsoVariants = 3;

// Makes the variants from a libzircon.so: fills in its constants and, when programs call the kernel
// instead of trapping, its call slots. Once, during start-up. INVALID_ARGS with `*explain`: not
// such a library. NO_MEMORY.
Result<> make_vdso(std::span<const std::byte> stored, const char** explain);

// The variant's handle as programs get it: everything but writing.
Handle vdso_handle(size_t variant);
// Its image as a file, for loading it into a process.
std::span<const std::byte> vdso_image();

// vm::Vmar::map() for mappings that programs make or get. Executable ones of a vDSO become
// immutable
// (`options` tells afterwards), and system calls are made from there: ACCESS_DENIED when one is not
// exactly its code, or the address space has one already.
Result<VirtAddr> map_by_vdso_rules(vm::Vmar& where, const vm::Placement& placement,
                                   const VmoObject& source, uint64_t vmo_offset, uint64_t size,
                                   vm::MapOptions& options);

// For a process that has just been made: where programs trap into the kernel, it makes system calls
// from nowhere until it maps a vDSO.
void guard_calls(Process& process);

// Where the process has mapped the vDSO whose code it runs; 0: nowhere.
uint64_t vdso_base(Process& process);

}  // namespace jacinth::zircon
