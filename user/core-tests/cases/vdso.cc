// The vDSO: what it answers itself, and how it may be mapped.
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/system.h>

#include <cstring>

#include "child.h"
#include "support.h"

namespace core {
namespace {

uint64_t own_base() {
  uint64_t base = 0;
  EXPECT_OK(zx_object_get_property(user::self_process(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &base,
                                   sizeof(base)));
  return base;
}

TEST(vdso, is_mapped_where_the_process_says) {
  const uint64_t base = own_base();
  ASSERT_TRUE(base != 0);
  EXPECT_EQ(memcmp(reinterpret_cast<const char*>(base), "\177ELF", 4), 0);
  const BareProcess bare;
  uint64_t none = 7;
  EXPECT_OK(zx_object_get_property(bare.process.get(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &none,
                                   sizeof(none)));
  EXPECT_EQ(none, 0);
}

TEST(vdso, its_object_is_not_writable) {
  const zx_handle_t vdso = user::startup().handle(PA_VMO_VDSO);
  EXPECT_EQ(basic_info(vdso).rights & ZX_RIGHT_WRITE, 0);
  EXPECT_EQ(basic_info(vdso).rights & ZX_RIGHT_EXECUTE, ZX_RIGHT_EXECUTE);
}

TEST(vdso, its_code_cannot_be_unmapped_or_changed) {
  const uint64_t base = own_base();
  uint64_t size = 0;
  EXPECT_OK(zx_vmo_get_size(user::startup().handle(PA_VMO_VDSO), &size));
  EXPECT_STATUS(zx_vmar_unmap(user::root_vmar(), base, size), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_vmar_destroy(user::root_vmar()), ZX_ERR_ACCESS_DENIED);
  zx_time_t now = 0;
  EXPECT_OK(zx_clock_get(ZX_CLOCK_MONOTONIC, &now));
}

TEST(vdso, is_mapped_only_once) {
  const BareProcess bare;
  EXPECT_NE(map_vdso_for(bare, "zx_handle_close"), 0);
  const zx_handle_t vdso = user::startup().handle(PA_VMO_VDSO);
  uint64_t size = 0;
  EXPECT_OK(zx_vmo_get_size(vdso, &size));
  zx_vaddr_t address = 0;
  // A part of the code is refused, whatever the place.
  EXPECT_STATUS(zx_vmar_map(bare.vmar.get(), ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, vdso,
                            size - 4096, 4096, &address),
                ZX_ERR_ACCESS_DENIED);
  // Data may be mapped at will.
  EXPECT_OK(zx_vmar_map(bare.vmar.get(), ZX_VM_PERM_READ, 0, vdso, 0, size, &address));
}

TEST(system, constants) {
  EXPECT_LT(0, zx_system_get_num_cpus());
  EXPECT_LT(0, zx_system_get_physmem());
  EXPECT_LT(0, zx_system_get_dcache_line_size());
  const zx_string_view_t version = zx_system_get_version_string();
  EXPECT_LT(0, version.length);
  EXPECT_EQ(strlen(version.c_str), version.length);
}

TEST(system, version_needs_room) {
  char version[64];
  EXPECT_OK(zx_system_get_version(version, sizeof(version)));
  EXPECT_STATUS(zx_system_get_version(version, 1), ZX_ERR_BUFFER_TOO_SMALL);
}

TEST(system, features) {
  uint32_t features = 0;
  EXPECT_OK(zx_system_get_features(ZX_FEATURE_KIND_CPU, &features));
  EXPECT_OK(zx_system_get_features(ZX_FEATURE_KIND_HW_BREAKPOINT_COUNT, &features));
  EXPECT_NE(zx_system_get_features(99, &features), ZX_OK);
}

TEST(system, random_numbers_differ) {
  unsigned char first[64] = {};
  unsigned char second[64] = {};
  zx_cprng_draw(first, sizeof(first));
  zx_cprng_draw(second, sizeof(second));
  EXPECT_NE(memcmp(first, second, sizeof(first)), 0);
  static unsigned char large[1000];
  zx_cprng_draw(large, sizeof(large));
  int zeros = 0;
  for (const unsigned char byte : large) zeros += byte == 0 ? 1 : 0;
  EXPECT_LT(zeros, 100);
}

TEST(system, power_needs_the_root_resource_and_a_known_command) {
  EXPECT_STATUS(zx_system_powerctl(kBadHandle, ZX_SYSTEM_POWERCTL_SHUTDOWN, nullptr),
                ZX_ERR_BAD_HANDLE);
  const Handle event = make_event();
  EXPECT_STATUS(zx_system_powerctl(event.get(), ZX_SYSTEM_POWERCTL_SHUTDOWN, nullptr),
                ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_system_powerctl(root_resource(), 99, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(system, the_console_is_the_root_resources) {
  char byte = 0;
  size_t actual = 0;
  EXPECT_STATUS(zx_debug_read(kBadHandle, &byte, 1, &actual), ZX_ERR_BAD_HANDLE);
  const Handle event = make_event();
  EXPECT_STATUS(zx_debug_read(event.get(), &byte, 1, &actual), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_debug_send_command(event.get(), &byte, 1), ZX_ERR_WRONG_TYPE);
}

// What is no kernel is not gone on as, where that can be done at all.
TEST(system, mexec_wants_a_kernel_of_this_machine) {
  const Handle vmo = make_vmo(65536);
  const zx_status_t status = zx_system_mexec(root_resource(), vmo.get(), vmo.get());
  EXPECT_TRUE(status == ZX_ERR_INVALID_ARGS || status == ZX_ERR_NOT_SUPPORTED);
  const char broken[64] = "\177ELF\2\1\1";
  EXPECT_OK(zx_vmo_write(vmo.get(), broken, 0, sizeof(broken)));
  EXPECT_STATUS(zx_system_mexec(root_resource(), vmo.get(), vmo.get()), status);
  const Handle empty = make_vmo(0);
  EXPECT_STATUS(zx_system_mexec(root_resource(), empty.get(), vmo.get()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_system_mexec(root_resource(), vmo.get(), empty.get()), ZX_ERR_INVALID_ARGS);
}

TEST(system, mexec_payload_is_a_container_of_items) {
  constexpr uint32_t kContainer = 0x544f4f42;
  constexpr uint32_t kContainerMagic = 0x868cf7e6;
  constexpr uint32_t kItemMagic = 0xb5781729;
  constexpr size_t kHeaderWords = 8;
  static uint32_t words[1024];
  EXPECT_OK(zx_system_mexec_payload_get(root_resource(), words, sizeof(words)));
  EXPECT_EQ(words[0], kContainer);
  EXPECT_EQ(words[2], kContainerMagic);
  const size_t end = kHeaderWords + words[1] / sizeof(uint32_t);
  ASSERT_TRUE(end <= std::size(words));
  size_t at = kHeaderWords;
  for (; at < end; at += kHeaderWords + (words[at + 1] + 7) / 8 * 2)
    ASSERT_EQ(words[at + 6], kItemMagic);
  EXPECT_EQ(at, end);
}

TEST(system, entropy_is_taken_in_small_pieces) {
  char seed[257] = {};
  EXPECT_OK(zx_cprng_add_entropy(seed, 256));
  EXPECT_STATUS(zx_cprng_add_entropy(seed, 257), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_cprng_add_entropy(bad_pointer<char>(), 8), ZX_ERR_INVALID_ARGS);
}

TEST(system, cache_flush_checks_its_options) {
  char bytes[64] = {};
  EXPECT_OK(zx_cache_flush(bytes, sizeof(bytes), ZX_CACHE_FLUSH_INSN));
  EXPECT_OK(zx_cache_flush(bytes, sizeof(bytes), ZX_CACHE_FLUSH_DATA));
  EXPECT_OK(zx_cache_flush(bytes, sizeof(bytes), ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INVALIDATE));
  EXPECT_STATUS(zx_cache_flush(bytes, sizeof(bytes), 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_cache_flush(bytes, sizeof(bytes), ZX_CACHE_FLUSH_INVALIDATE),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_cache_flush(bytes, sizeof(bytes), 1u << 3), ZX_ERR_INVALID_ARGS);
}

TEST(system, exceptions_have_names) {
  const std::string_view general = zx_exception_get_string(ZX_EXCP_GENERAL);
  const std::string_view policy = zx_exception_get_string(ZX_EXCP_POLICY_ERROR);
  EXPECT_EQ(general, "ZX_EXCP_GENERAL");
  EXPECT_EQ(policy, "ZX_EXCP_POLICY_ERROR");
  EXPECT_FALSE(std::string_view(zx_exception_get_string(0x7777)).empty());
}

CHILD(ends_with_a_code_of_its_own) { zx_process_exit(-5); }

TEST(system, a_process_ends_with_its_own_code) {
  EXPECT_EQ(Child("ends_with_a_code_of_its_own").exit_code(), -5);
}

TEST(system, statuses_have_names) {
  EXPECT_EQ(std::string_view(zx_status_get_string(ZX_OK)), "ZX_OK");
  EXPECT_EQ(std::string_view(zx_status_get_string(ZX_ERR_PEER_CLOSED)), "ZX_ERR_PEER_CLOSED");
}

}  // namespace
}  // namespace core
