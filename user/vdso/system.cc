// What the machine is: read from the constants that the kernel wrote.
#include "arch.h"
#include "vdso.h"

VDSO_EXPORT(system_get_num_cpus)
uint32_t _zx_system_get_num_cpus() { return DATA_CONSTANTS.max_num_cpus; }

VDSO_EXPORT(system_get_physmem)
uint64_t _zx_system_get_physmem() { return DATA_CONSTANTS.physmem; }

VDSO_EXPORT(system_get_dcache_line_size)
uint32_t _zx_system_get_dcache_line_size() { return DATA_CONSTANTS.dcache_line_size; }

VDSO_EXPORT(system_get_features)
zx_status_t _zx_system_get_features(uint32_t kind, uint32_t* features) {
  switch (kind) {
    case ZX_FEATURE_KIND_CPU:
      *features = DATA_CONSTANTS.cpu_features;
      return ZX_OK;
    case ZX_FEATURE_KIND_HW_BREAKPOINT_COUNT:
      *features = DATA_CONSTANTS.hw_breakpoint_count;
      return ZX_OK;
    case ZX_FEATURE_KIND_HW_WATCHPOINT_COUNT:
      *features = DATA_CONSTANTS.hw_watchpoint_count;
      return ZX_OK;
    default:
      return ZX_ERR_NOT_SUPPORTED;
  }
}

VDSO_EXPORT(system_get_version_string)
zx_string_view_t _zx_system_get_version_string() {
  return {DATA_CONSTANTS.version_string, DATA_CONSTANTS.version_string_len};
}

VDSO_EXPORT(system_get_version)
zx_status_t _zx_system_get_version(char* version, size_t version_size) {
  if (version == nullptr) return ZX_ERR_INVALID_ARGS;
  const size_t length = DATA_CONSTANTS.version_string_len;
  if (version_size <= length) return ZX_ERR_BUFFER_TOO_SMALL;
  // Copied through volatile: a plain loop becomes a call of memcpy, which is not here.
  volatile char* to = version;
  for (size_t i = 0; i < length; ++i) to[i] = DATA_CONSTANTS.version_string[i];
  to[length] = '\0';
  return ZX_OK;
}

VDSO_EXPORT(cache_flush)
zx_status_t _zx_cache_flush(const void* addr, size_t size, uint32_t options) {
  constexpr uint32_t kAll = ZX_CACHE_FLUSH_INSN | ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INVALIDATE;
  const bool flushes_something = (options & (ZX_CACHE_FLUSH_INSN | ZX_CACHE_FLUSH_DATA)) != 0;
  const bool invalidates = (options & ZX_CACHE_FLUSH_INVALIDATE) != 0;
  if ((options & ~kAll) != 0 || !flushes_something ||
      (invalidates && (options & ZX_CACHE_FLUSH_DATA) == 0))
    return ZX_ERR_INVALID_ARGS;
  // Data caches are coherent with devices on every machine we run on.
  if ((options & ZX_CACHE_FLUSH_INSN) != 0) jacinth::vdso::sync_instructions();
  return ZX_OK;
}
