// Names of item types, as command lines and listings spell them.
#include "image/zbi.h"

namespace jacinth::image {
namespace {

// The text is inside the entry, not pointed to: userboot runs before anything could relocate it.
struct Entry {
  ItemType type;
  char name[24];
};

constexpr Entry kNames[] = {
    {ItemType::Container, "CONTAINER"},
    {ItemType::Discard, "DISCARD"},
    {ItemType::KernelX64, "KERNEL_X64"},
    {ItemType::KernelArm64, "KERNEL_ARM64"},
    {ItemType::StorageRamdisk, "RAMDISK"},
    {ItemType::StorageBootfs, "BOOTFS"},
    {ItemType::StorageBootfsFactory, "BOOTFS_FACTORY"},
    {ItemType::Cmdline, "CMDLINE"},
    {ItemType::Crashlog, "CRASHLOG"},
    {ItemType::Nvram, "NVRAM"},
    {ItemType::PlatformId, "PLATFORM_ID"},
    {ItemType::CpuConfig, "CPU_CONFIG"},
    {ItemType::CpuTopology, "CPU_TOPOLOGY"},
    {ItemType::MemConfig, "MEM_CONFIG"},
    {ItemType::KernelDriver, "KERNEL_DRIVER"},
    {ItemType::AcpiRsdp, "ACPI_RSDP"},
    {ItemType::Smbios, "SMBIOS"},
    {ItemType::EfiMemoryMap, "EFI_MEMORY_MAP"},
    {ItemType::EfiSystemTable, "EFI_SYSTEM_TABLE"},
    {ItemType::E820Table, "E820_TABLE"},
    {ItemType::DebugUart, "DEBUG_UART"},
    {ItemType::Framebuffer, "FRAMEBUFFER"},
    {ItemType::BootConfig, "BOOT_CONFIG"},
    {ItemType::BootVersion, "BOOT_VERSION"},
    {ItemType::DrvMacAddress, "DRV_MAC_ADDRESS"},
    {ItemType::DrvPartitionMap, "DRV_PARTITION_MAP"},
    {ItemType::DrvBoardPrivate, "DRV_BOARD_PRIVATE"},
};

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool equal_in_any_case(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i) {
    if (upper(left[i]) != upper(right[i])) return false;
  }
  return true;
}

}  // namespace

std::string_view item_type_name(ItemType type) {
  for (const Entry& entry : kNames) {
    if (entry.type == type) return entry.name;
  }
  return {};
}

std::optional<ItemType> item_type_named(std::string_view name) {
  for (const Entry& entry : kNames) {
    if (equal_in_any_case(entry.name, name)) return entry.type;
  }
  return std::nullopt;
}

}  // namespace jacinth::image
