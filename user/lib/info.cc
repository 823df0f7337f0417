#include "lib/info.h"

#include <array>

namespace user {
namespace {

constexpr auto kTypeNames = [] {
  std::array<std::string_view, ZX_OBJ_TYPE_UPPER_BOUND> names{};
  names.fill("?");
  names[ZX_OBJ_TYPE_PROCESS] = "process";
  names[ZX_OBJ_TYPE_THREAD] = "thread";
  names[ZX_OBJ_TYPE_VMO] = "vmo";
  names[ZX_OBJ_TYPE_CHANNEL] = "channel";
  names[ZX_OBJ_TYPE_EVENT] = "event";
  names[ZX_OBJ_TYPE_PORT] = "port";
  names[ZX_OBJ_TYPE_INTERRUPT] = "interrupt";
  names[ZX_OBJ_TYPE_PCI_DEVICE] = "pci-device";
  names[ZX_OBJ_TYPE_LOG] = "log";
  names[ZX_OBJ_TYPE_SOCKET] = "socket";
  names[ZX_OBJ_TYPE_RESOURCE] = "resource";
  names[ZX_OBJ_TYPE_EVENTPAIR] = "eventpair";
  names[ZX_OBJ_TYPE_JOB] = "job";
  names[ZX_OBJ_TYPE_VMAR] = "vmar";
  names[ZX_OBJ_TYPE_FIFO] = "fifo";
  names[ZX_OBJ_TYPE_GUEST] = "guest";
  names[ZX_OBJ_TYPE_VCPU] = "vcpu";
  names[ZX_OBJ_TYPE_TIMER] = "timer";
  names[ZX_OBJ_TYPE_IOMMU] = "iommu";
  names[ZX_OBJ_TYPE_BTI] = "bti";
  names[ZX_OBJ_TYPE_PROFILE] = "profile";
  names[ZX_OBJ_TYPE_PMT] = "pmt";
  names[ZX_OBJ_TYPE_SUSPEND_TOKEN] = "suspend-token";
  names[ZX_OBJ_TYPE_PAGER] = "pager";
  names[ZX_OBJ_TYPE_EXCEPTION] = "exception";
  names[ZX_OBJ_TYPE_CLOCK] = "clock";
  names[ZX_OBJ_TYPE_STREAM] = "stream";
  names[ZX_OBJ_TYPE_MSI_ALLOCATION] = "msi-allocation";
  names[ZX_OBJ_TYPE_MSI_INTERRUPT] = "msi-interrupt";
  return names;
}();

}  // namespace

std::string_view type_name(zx_obj_type_t type) {
  return type < kTypeNames.size() ? kTypeNames[type] : "?";
}

}  // namespace user
