// object_get_info: how buffers are filled, and the topics that no other file looks at.
#include <zircon/syscalls/memory.h>
#include <zircon/syscalls/resource.h>

#include "child.h"
#include "mapped.h"
#include "support.h"

namespace core {
namespace {

constexpr uint64_t kPage = 4096;

zx_status_t get(zx_handle_t handle, uint32_t topic, void* buffer, size_t size,
                size_t* actual = nullptr, size_t* available = nullptr) {
  return zx_object_get_info(handle, topic, buffer, size, actual, available);
}

TEST(info, handle_valid_needs_no_buffer) {
  const Handle event = make_event();
  EXPECT_OK(get(event.get(), ZX_INFO_HANDLE_VALID, nullptr, 0));
  EXPECT_STATUS(get(kBadHandle, ZX_INFO_HANDLE_VALID, nullptr, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(get(ZX_HANDLE_INVALID, ZX_INFO_HANDLE_VALID, nullptr, 0), ZX_ERR_BAD_HANDLE);
}

TEST(info, unknown_topics) {
  char buffer[64];
  EXPECT_STATUS(get(user::self_process(), 99, buffer, sizeof(buffer)), ZX_ERR_NOT_SUPPORTED);
}

TEST(info, single_records_need_their_size) {
  const Handle event = make_event();
  zx_info_handle_basic_t basic{};
  size_t actual = 7;
  size_t available = 0;
  EXPECT_STATUS(get(event.get(), ZX_INFO_HANDLE_BASIC, &basic, 4, &actual, &available),
                ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(actual, 0);
  EXPECT_EQ(available, 1);
  EXPECT_STATUS(get(event.get(), ZX_INFO_HANDLE_BASIC, nullptr, 0, &actual, &available),
                ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_OK(get(event.get(), ZX_INFO_HANDLE_BASIC, &basic, sizeof(basic), &actual, &available));
  EXPECT_EQ(actual, 1);
  EXPECT_EQ(available, 1);
}

TEST(info, arrays_give_what_fits) {
  zx_koid_t koids[16] = {};
  size_t actual = 7;
  size_t available = 0;
  EXPECT_OK(get(user::self_process(), ZX_INFO_PROCESS_THREADS, nullptr, 0, &actual, &available));
  EXPECT_EQ(actual, 0);
  EXPECT_GE(available, 1);
  EXPECT_OK(get(user::self_process(), ZX_INFO_PROCESS_THREADS, koids, sizeof(koids), &actual,
                &available));
  EXPECT_EQ(actual, available);
  bool found = false;
  for (size_t i = 0; i < actual; ++i) found |= koids[i] == koid_of(user::self_thread());
  EXPECT_TRUE(found);
}

TEST(info, bad_pointers) {
  const Handle event = make_event();
  zx_info_handle_basic_t basic{};
  EXPECT_STATUS(get(event.get(), ZX_INFO_HANDLE_BASIC, bad_pointer<char>(), sizeof(basic)),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(get(event.get(), ZX_INFO_HANDLE_BASIC, &basic, sizeof(basic),
                    reinterpret_cast<size_t*>(1), nullptr),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(get(event.get(), ZX_INFO_HANDLE_BASIC, &basic, sizeof(basic), nullptr,
                    reinterpret_cast<size_t*>(1)),
                ZX_ERR_INVALID_ARGS);
}

TEST(info, topics_check_the_objects_type) {
  const Handle event = make_event();
  char buffer[256];
  for (const uint32_t topic :
       {ZX_INFO_PROCESS, ZX_INFO_PROCESS_THREADS, ZX_INFO_VMAR, ZX_INFO_JOB_CHILDREN,
        ZX_INFO_JOB_PROCESSES, ZX_INFO_THREAD, ZX_INFO_TASK_STATS, ZX_INFO_PROCESS_MAPS,
        ZX_INFO_PROCESS_VMOS, ZX_INFO_THREAD_STATS, ZX_INFO_RESOURCE, ZX_INFO_PROCESS_HANDLE_STATS,
        ZX_INFO_SOCKET, ZX_INFO_VMO, ZX_INFO_JOB, ZX_INFO_TIMER, ZX_INFO_STREAM, ZX_INFO_CPU_STATS,
        ZX_INFO_KMEM_STATS})
    EXPECT_STATUS(get(event.get(), topic, buffer, sizeof(buffer)), ZX_ERR_WRONG_TYPE);
}

TEST(info, topics_need_their_right) {
  char buffer[256];
  const auto denied = [&](const Handle& handle, uint32_t topic) {
    EXPECT_STATUS(get(handle.get(), topic, buffer, sizeof(buffer)), ZX_ERR_ACCESS_DENIED);
  };
  const BareProcess bare;
  const Handle process = without(bare.process, ZX_RIGHT_INSPECT);
  denied(process, ZX_INFO_PROCESS);
  denied(process, ZX_INFO_TASK_STATS);
  denied(process, ZX_INFO_PROCESS_MAPS);
  denied(process, ZX_INFO_PROCESS_VMOS);
  denied(process, ZX_INFO_PROCESS_HANDLE_STATS);
  denied(process, ZX_INFO_HANDLE_COUNT);
  denied(without(bare.process, ZX_RIGHT_ENUMERATE), ZX_INFO_PROCESS_THREADS);
  denied(without(bare.thread, ZX_RIGHT_INSPECT), ZX_INFO_THREAD);
  denied(without(bare.thread, ZX_RIGHT_INSPECT), ZX_INFO_THREAD_STATS);
  const Handle job = make_job();
  denied(without(job, ZX_RIGHT_INSPECT), ZX_INFO_JOB);
  denied(without(job, ZX_RIGHT_ENUMERATE), ZX_INFO_JOB_CHILDREN);
  denied(without(job, ZX_RIGHT_ENUMERATE), ZX_INFO_JOB_PROCESSES);
  denied(without(make_timer(), ZX_RIGHT_INSPECT), ZX_INFO_TIMER);
  denied(without(make_socket(0).a, ZX_RIGHT_INSPECT), ZX_INFO_SOCKET);
}

TEST(info, handle_stats_count_by_type) {
  const auto channels = [] {
    return info<zx_info_process_handle_stats_t>(user::self_process(), ZX_INFO_PROCESS_HANDLE_STATS)
        .handle_count[ZX_OBJ_TYPE_CHANNEL];
  };
  const uint32_t before = channels();
  const Pair channel = make_channel();
  EXPECT_EQ(channels(), before + 2);
}

TEST(info, task_stats_of_oneself) {
  const auto stats = info<zx_info_task_stats_t>(user::self_process(), ZX_INFO_TASK_STATS);
  EXPECT_LT(0, stats.mem_private_bytes);
  EXPECT_LT(0, stats.mem_shared_bytes);
  EXPECT_LT(0, stats.mem_scaled_shared_bytes);
  EXPECT_GE(stats.mem_mapped_bytes, stats.mem_private_bytes + stats.mem_shared_bytes);
  EXPECT_LT(stats.mem_scaled_shared_bytes, stats.mem_shared_bytes);
}

TEST(info, thread_stats_count_time) {
  const auto before = info<zx_info_thread_stats_t>(user::self_thread(), ZX_INFO_THREAD_STATS);
  zx_info_thread_stats_t after = before;
  while (after.total_runtime == before.total_runtime)
    after = info<zx_info_thread_stats_t>(user::self_thread(), ZX_INFO_THREAD_STATS);
  EXPECT_LT(before.total_runtime, after.total_runtime);
  EXPECT_LT(after.last_scheduled_cpu, zx_system_get_num_cpus());
}

TEST(info, exception_report_without_an_exception) {
  zx_exception_report_t report{};
  EXPECT_STATUS(get(user::self_thread(), ZX_INFO_THREAD_EXCEPTION_REPORT, &report, sizeof(report)),
                ZX_ERR_BAD_STATE);
}

TEST(info, maps_of_oneself_are_denied) {
  zx_info_maps_t maps[1];
  EXPECT_STATUS(get(user::self_process(), ZX_INFO_PROCESS_MAPS, maps, sizeof(maps)),
                ZX_ERR_ACCESS_DENIED);
  zx_info_vmo_t vmos[1];
  EXPECT_STATUS(get(user::self_process(), ZX_INFO_PROCESS_VMOS, vmos, sizeof(vmos)),
                ZX_ERR_ACCESS_DENIED);
}

TEST(info, maps_of_another_process) {
  const BareProcess bare;
  const Handle vmo = make_vmo(2 * kPage);
  zx_vaddr_t address = 0;
  EXPECT_OK(zx_vmar_map(bare.vmar.get(), ZX_VM_PERM_READ, 0, vmo.get(), kPage, kPage, &address));
  zx_info_maps_t maps[4] = {};
  size_t actual = 0;
  size_t available = 0;
  EXPECT_OK(get(bare.process.get(), ZX_INFO_PROCESS_MAPS, maps, sizeof(maps), &actual, &available));
  EXPECT_EQ(actual, 3);
  EXPECT_EQ(available, 3);
  EXPECT_EQ(maps[0].type, ZX_INFO_MAPS_TYPE_ASPACE);
  EXPECT_EQ(maps[0].depth, 0);
  EXPECT_LT(uint64_t{1} << 40, maps[0].size);
  EXPECT_EQ(maps[1].type, ZX_INFO_MAPS_TYPE_VMAR);
  EXPECT_EQ(maps[1].depth, 1);
  EXPECT_EQ(maps[2].type, ZX_INFO_MAPS_TYPE_MAPPING);
  EXPECT_EQ(maps[2].depth, 2);
  EXPECT_EQ(maps[2].base, address);
  EXPECT_EQ(maps[2].size, kPage);
  EXPECT_EQ(maps[2].u.mapping.mmu_flags, ZX_VM_PERM_READ);
  EXPECT_EQ(maps[2].u.mapping.vmo_koid, koid_of(vmo.get()));
  EXPECT_EQ(maps[2].u.mapping.vmo_offset, kPage);
}

TEST(info, vmos_of_another_process) {
  const BareProcess bare;
  const Handle vmo = make_vmo(kPage);
  zx_vaddr_t address = 0;
  EXPECT_OK(zx_vmar_map(bare.vmar.get(), ZX_VM_PERM_READ, 0, vmo.get(), 0, kPage, &address));
  zx_info_vmo_t told{};
  size_t available = 0;
  EXPECT_OK(
      get(bare.process.get(), ZX_INFO_PROCESS_VMOS, &told, sizeof(told), nullptr, &available));
  EXPECT_EQ(available, 1);
  EXPECT_EQ(told.koid, koid_of(vmo.get()));
  EXPECT_EQ(told.flags & (ZX_INFO_VMO_VIA_HANDLE | ZX_INFO_VMO_VIA_MAPPING),
            ZX_INFO_VMO_VIA_MAPPING);
  EXPECT_EQ(told.num_mappings, 1);
  EXPECT_EQ(told.share_count, 1);
}

TEST(info, kernel_memory_and_cpus) {
  const auto memory = info<zx_info_kmem_stats_t>(root_resource(), ZX_INFO_KMEM_STATS);
  EXPECT_LT(0, memory.total_bytes);
  EXPECT_LT(memory.free_bytes, memory.total_bytes);
  zx_info_cpu_stats_t cpus[64] = {};
  size_t actual = 0;
  EXPECT_OK(get(root_resource(), ZX_INFO_CPU_STATS, cpus, sizeof(cpus), &actual));
  EXPECT_EQ(actual, zx_system_get_num_cpus());
  EXPECT_EQ(cpus[0].flags, ZX_INFO_CPU_STATS_FLAG_ONLINE);
}

}  // namespace
}  // namespace core
