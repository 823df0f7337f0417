// Names of statuses and exceptions.
#include "base/status.h"
#include "vdso.h"

namespace {

// The text is in the row, not behind a pointer: a table of pointers would need relocations.
struct StatusName {
  zx_status_t status;
  char name[32];
};
constexpr StatusName kStatusNames[] = {
#define VDSO_STATUS_NAME(name, zx, value) {value, "ZX_ERR_" #zx},
    JACINTH_STATUS_LIST(VDSO_STATUS_NAME)
#undef VDSO_STATUS_NAME
};

struct ExceptionName {
  zx_excp_type_t type;
  char name[32];
};
constexpr ExceptionName kExceptionNames[] = {
    {ZX_EXCP_GENERAL, "ZX_EXCP_GENERAL"},
    {ZX_EXCP_FATAL_PAGE_FAULT, "ZX_EXCP_FATAL_PAGE_FAULT"},
    {ZX_EXCP_UNDEFINED_INSTRUCTION, "ZX_EXCP_UNDEFINED_INSTRUCTION"},
    {ZX_EXCP_SW_BREAKPOINT, "ZX_EXCP_SW_BREAKPOINT"},
    {ZX_EXCP_HW_BREAKPOINT, "ZX_EXCP_HW_BREAKPOINT"},
    {ZX_EXCP_UNALIGNED_ACCESS, "ZX_EXCP_UNALIGNED_ACCESS"},
    {ZX_EXCP_THREAD_STARTING, "ZX_EXCP_THREAD_STARTING"},
    {ZX_EXCP_THREAD_EXITING, "ZX_EXCP_THREAD_EXITING"},
    {ZX_EXCP_POLICY_ERROR, "ZX_EXCP_POLICY_ERROR"},
    {ZX_EXCP_PROCESS_STARTING, "ZX_EXCP_PROCESS_STARTING"},
};

}  // namespace

VDSO_EXPORT(status_get_string)
const char* _zx_status_get_string(zx_status_t status) {
  if (status == ZX_OK) return "ZX_OK";
  for (const StatusName& row : kStatusNames)
    if (row.status == status) return row.name;
  return "(UNKNOWN)";
}

VDSO_EXPORT(exception_get_string)
const char* _zx_exception_get_string(zx_excp_type_t exception) {
  for (const ExceptionName& row : kExceptionNames)
    if (row.type == exception) return row.name;
  return "(UNKNOWN)";
}
