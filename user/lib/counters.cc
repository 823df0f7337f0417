#include "lib/counters.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/memory.h>

#include "lib/startup.h"

namespace user {
namespace {

constexpr uint64_t kMagic = 1547273975;

}  // namespace

template <typename T>
zx_status_t Counters::Mapping<T>::map(zx_handle_t vmo) {
  zx_vaddr_t address = 0;
  zx_status_t status = zx_vmo_get_size(vmo, &bytes);
  if (status == ZX_OK)
    status =
        zx_vmar_map(startup().handle(PA_VMAR_ROOT), ZX_VM_PERM_READ, 0, vmo, 0, bytes, &address);
  if (status == ZX_OK) at = reinterpret_cast<const T*>(address);
  return status;
}

template <typename T>
void Counters::Mapping<T>::unmap() {
  if (at == nullptr) return;
  zx_vmar_unmap(startup().handle(PA_VMAR_ROOT), reinterpret_cast<uintptr_t>(at), bytes);
}

Counters::~Counters() {
  table_.unmap();
  values_.unmap();
}

zx_status_t Counters::open(zx_handle_t descriptions, zx_handle_t values) {
  zx_status_t status = table_.map(descriptions);
  if (status == ZX_OK) status = values_.map(values);
  if (status != ZX_OK) return status;
  const Table& table = *table_.at;
  const uint64_t room = (table_.bytes - sizeof(Table)) / sizeof(Description);
  const uint64_t count = table.descriptions_bytes / sizeof(Description);
  if (table.magic != kMagic || count == 0 || count > room ||
      table.max_cpus > values_.bytes / sizeof(int64_t) / count)
    return ZX_ERR_BAD_STATE;
  count_ = count;
  cpus_ = table.max_cpus;
  return ZX_OK;
}

std::string_view Counters::name(size_t index) const {
  const std::string_view name(table_.at->descriptions[index].name, sizeof(Description::name));
  return name.substr(0, name.find('\0'));
}

int64_t Counters::value(size_t index, size_t cpu) const {
  return __atomic_load_n(&values_.at[cpu * count_ + index], __ATOMIC_RELAXED);
}

int64_t Counters::sum(size_t index) const {
  int64_t sum = 0;
  for (size_t cpu = 0; cpu < cpus_; ++cpu) sum += value(index, cpu);
  return sum;
}

}  // namespace user
