// Processes: their life, their threads, their memory.
#include <zircon/syscalls/ipc.h>
#include <zircon/syscalls/memory.h>

#include <cstring>

#include "arch.h"
#include "child.h"
#include "support.h"

namespace core {
namespace {

constexpr uint64_t kPage = 4096;

zx_vaddr_t exit_function(const BareProcess& process) {
  return map_vdso_for(process, "zx_process_exit");
}

TEST(processes, are_not_started_at_first) {
  const BareProcess bare;
  const zx_info_process_t told = process_info(bare.process.get());
  EXPECT_FALSE(told.started);
  EXPECT_FALSE(told.exited);
  EXPECT_FALSE(told.debugger_attached);
  EXPECT_EQ(told.return_code, 0);
  EXPECT_EQ(signals_of(bare.process), ZX_SIGNAL_NONE);
}

TEST(processes, create_refuses_bad_arguments) {
  Handle process;
  Handle vmar;
  const auto create = [&](zx_handle_t job, const char* name, size_t size, uint32_t options) {
    return zx_process_create(job, name, size, options, process.out(), vmar.out());
  };
  EXPECT_STATUS(create(user::default_job(), "x", 1, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(user::default_job(), bad_pointer<char>(), 8, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(create(kBadHandle, "x", 1, 0), ZX_ERR_BAD_HANDLE);
  const Handle event = make_event();
  EXPECT_STATUS(create(event.get(), "x", 1, 0), ZX_ERR_WRONG_TYPE);
}

TEST(processes, create_needs_one_of_two_rights) {
  const Handle job = make_job();
  const auto create = [](const Handle& in) {
    Handle process;
    Handle vmar;
    return zx_process_create(in.get(), "x", 1, 0, process.out(), vmar.out());
  };
  EXPECT_OK(create(without(job, ZX_RIGHT_WRITE)));
  EXPECT_OK(create(without(job, ZX_RIGHT_MANAGE_PROCESS)));
  EXPECT_STATUS(create(without(job, ZX_RIGHT_WRITE | ZX_RIGHT_MANAGE_PROCESS)),
                ZX_ERR_ACCESS_DENIED);
}

TEST(processes, names_are_cut_silently) {
  constexpr std::string_view kLong = "a name that is longer than thirty-two bytes";
  Handle process;
  Handle vmar;
  EXPECT_OK(zx_process_create(user::default_job(), kLong.data(), kLong.size(), 0, process.out(),
                              vmar.out()));
  char name[ZX_MAX_NAME_LEN];
  EXPECT_OK(zx_object_get_property(process.get(), ZX_PROP_NAME, name, sizeof(name)));
  EXPECT_EQ(std::string_view(name), kLong.substr(0, ZX_MAX_NAME_LEN - 1));
  EXPECT_OK(zx_process_create(user::default_job(), "", 0, 0, process.out(), vmar.out()));
}

TEST(processes, start_and_exit) {
  const BareProcess bare;
  EXPECT_OK(start_at(bare, exit_function(bare)));
  await_end(bare.process.get());
  const zx_info_process_t told = process_info(bare.process.get());
  EXPECT_TRUE(told.started);
  EXPECT_TRUE(told.exited);
  EXPECT_EQ(told.return_code, 0);
  EXPECT_EQ(signals_of(bare.process), ZX_PROCESS_TERMINATED);
}

TEST(processes, start_only_once_and_consume_the_handle) {
  const Child child("waits_until_it_is_killed");
  const Handle first = child.thread();
  const zx_handle_t argument = make_event().release();
  EXPECT_STATUS(zx_process_start(child.process(), first.get(), 0, 0, argument, 0),
                ZX_ERR_BAD_STATE);
  EXPECT_FALSE(is_valid(argument));
}

CHILD(waits_until_it_is_killed) {
  tell_parent();
  await_parent();
}

TEST(processes, start_with_a_thread_of_another) {
  const BareProcess one;
  const BareProcess other;
  const zx_handle_t argument = make_event().release();
  EXPECT_STATUS(zx_process_start(one.process.get(), other.thread.get(), 0, 0, argument, 0),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(is_valid(argument));
}

TEST(processes, start_refuses_bad_handles) {
  const BareProcess bare;
  EXPECT_STATUS(zx_process_start(kBadHandle, bare.thread.get(), 0, 0, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_process_start(bare.process.get(), kBadHandle, 0, 0, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_process_start(bare.thread.get(), bare.thread.get(), 0, 0, 0, 0),
                ZX_ERR_WRONG_TYPE);
  const Handle fixed = without(bare.process, ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_process_start(fixed.get(), bare.thread.get(), 0, 0, 0, 0), ZX_ERR_ACCESS_DENIED);
  const Handle event = make_event();
  const zx_handle_t stuck = without(event, ZX_RIGHT_TRANSFER).release();
  EXPECT_STATUS(start_at(bare, 0, stuck), ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(is_valid(stuck));
}

TEST(processes, die_of_a_bad_entry) {
  const BareProcess bare;
  EXPECT_OK(start_at(bare, 0));
  await_end(bare.process.get());
  EXPECT_EQ(process_info(bare.process.get()).return_code, ZX_TASK_RETCODE_EXCEPTION_KILL);
}

CHILD(exits_with_a_code) { zx_process_exit(-123456789012); }

TEST(processes, exit_codes_have_64_bits) {
  const Child child("exits_with_a_code");
  EXPECT_EQ(child.exit_code(), -123456789012);
}

CHILD(exits_with_threads) {
  Thread sleeper([] { zx_nanosleep(ZX_TIME_INFINITE); });
  await_state(sleeper.handle(), ZX_THREAD_STATE_BLOCKED_SLEEPING);
  zx_process_exit(5);
}

TEST(processes, exit_ends_all_threads) {
  const Child child("exits_with_threads");
  EXPECT_EQ(child.exit_code(), 5);
  size_t threads = 7;
  EXPECT_OK(
      zx_object_get_info(child.process(), ZX_INFO_PROCESS_THREADS, nullptr, 0, nullptr, &threads));
  EXPECT_EQ(threads, 0);
}

CHILD(ends_its_only_thread) { zx_thread_exit(); }

TEST(processes, end_with_their_last_thread) {
  const Child child("ends_its_only_thread");
  EXPECT_EQ(child.exit_code(), 0);
}

CHILD(ends_its_first_thread) {
  static Thread other;
  other = Thread([] {
    await_end(user::self_thread());
    zx_process_exit(77);
  });
  zx_thread_exit();
}

TEST(processes, outlive_their_first_thread) {
  const Child child("ends_its_first_thread");
  EXPECT_EQ(child.exit_code(), 77);
}

CHILD(executes_nonsense) { execute_undefined_instruction(); }

TEST(processes, die_of_exceptions) {
  const Child child("executes_nonsense");
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(process_kill, ends_it_and_closes_its_handles) {
  const Child child("waits_until_it_is_killed");
  await_child(child);
  EXPECT_OK(zx_task_kill(child.process()));
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_EQ(signals_of(child.channel()), ZX_CHANNEL_PEER_CLOSED);
  EXPECT_OK(zx_task_kill(child.process()));
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_SYSCALL_KILL);
}

TEST(process_kill, of_one_that_never_started) {
  const BareProcess bare;
  EXPECT_OK(zx_task_kill(bare.process.get()));
  EXPECT_EQ(signals_of(bare.process), ZX_PROCESS_TERMINATED);
  EXPECT_STATUS(zx_process_start(bare.process.get(), bare.thread.get(), 0, 0, 0, 0),
                ZX_ERR_BAD_STATE);
}

CHILD(kills_itself) {
  zx_task_kill(user::self_process());
  zx_process_exit(1);
}

TEST(process_kill, of_oneself_does_not_return) {
  const Child child("kills_itself");
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_SYSCALL_KILL);
}

TEST(process_kill, needs_the_right_and_a_task) {
  const BareProcess bare;
  EXPECT_STATUS(zx_task_kill(without(bare.process, ZX_RIGHT_DESTROY).get()), ZX_ERR_ACCESS_DENIED);
  const Handle event = make_event();
  EXPECT_STATUS(zx_task_kill(event.get()), ZX_ERR_ACCESS_DENIED);
}

TEST(processes, that_never_started_end_with_their_last_handle) {
  const Handle job = make_job();
  {
    Handle process;
    Handle vmar;
    EXPECT_OK(zx_process_create(job.get(), "x", 1, 0, process.out(), vmar.out()));
    EXPECT_EQ(signals_of(job), ZX_JOB_NO_JOBS);
  }
  EXPECT_EQ(signals_of(job), ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES);
}

TEST(processes, hand_out_handles_to_their_threads) {
  const BareProcess bare;
  Handle found;
  const zx_koid_t koid = koid_of(bare.thread.get());
  EXPECT_OK(zx_object_get_child(bare.process.get(), koid, ZX_RIGHT_SAME_RIGHTS, found.out()));
  EXPECT_EQ(koid_of(found.get()), koid);
  EXPECT_STATUS(zx_object_get_child(bare.process.get(), 1, ZX_RIGHT_SAME_RIGHTS, found.out()),
                ZX_ERR_NOT_FOUND);
  EXPECT_STATUS(zx_object_get_child(bare.thread.get(), koid, ZX_RIGHT_SAME_RIGHTS, found.out()),
                ZX_ERR_ACCESS_DENIED);
}

// A page of a bare process's memory that this one can look at through the memory object.
struct Window {
  BareProcess bare;
  Handle vmo = make_vmo(2 * kPage);
  zx_vaddr_t address = 0;
  Window() {
    EXPECT_OK(zx_vmar_map(bare.vmar.get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo.get(), 0,
                          2 * kPage, &address));
  }
  zx_status_t read(zx_vaddr_t at, void* buffer, size_t size, size_t* actual) const {
    return zx_process_read_memory(bare.process.get(), at, buffer, size, actual);
  }
  zx_status_t write(zx_vaddr_t at, const void* buffer, size_t size, size_t* actual) const {
    return zx_process_write_memory(bare.process.get(), at, buffer, size, actual);
  }
};

TEST(process_memory, can_be_read_and_written) {
  const Window window;
  size_t actual = 0;
  EXPECT_OK(window.write(window.address + kPage - 3, "across", 6, &actual));
  EXPECT_EQ(actual, 6);
  char text[6];
  EXPECT_OK(zx_vmo_read(window.vmo.get(), text, kPage - 3, 6));
  EXPECT_EQ(std::string_view(text, 6), "across");
  memset(text, 0, 6);
  EXPECT_OK(window.read(window.address + kPage - 3, text, 6, &actual));
  EXPECT_EQ(actual, 6);
  EXPECT_EQ(std::string_view(text, 6), "across");
}

TEST(process_memory, ends_where_the_mapping_does) {
  const Window window;
  static char buffer[3 * kPage];
  size_t actual = 0;
  EXPECT_OK(window.read(window.address + kPage, buffer, 2 * kPage, &actual));
  EXPECT_EQ(actual, kPage);
  EXPECT_STATUS(window.read(kPage, buffer, 1, &actual), ZX_ERR_NO_MEMORY);
  EXPECT_STATUS(window.write(window.address + 2 * kPage, buffer, 1, &actual), ZX_ERR_NO_MEMORY);
}

TEST(process_memory, refuses_bad_arguments) {
  const Window window;
  char byte = 0;
  size_t actual = 0;
  EXPECT_STATUS(window.read(window.address, nullptr, 1, &actual), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(window.read(window.address, &byte, 0, &actual), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(window.read(window.address, &byte, (64 << 20) + 1, &actual), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(window.write(window.address, nullptr, 1, &actual), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(window.write(window.address, &byte, 0, &actual), ZX_ERR_INVALID_ARGS);
}

TEST(process_memory, needs_rights) {
  const Window window;
  char byte = 0;
  size_t actual = 0;
  for (const zx_rights_t right : {ZX_RIGHT_READ, ZX_RIGHT_WRITE}) {
    const Handle fewer = without(window.bare.process, right);
    EXPECT_STATUS(zx_process_read_memory(fewer.get(), window.address, &byte, 1, &actual),
                  ZX_ERR_ACCESS_DENIED);
  }
  const Handle fixed = without(window.bare.process, ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_process_write_memory(fixed.get(), window.address, &byte, 1, &actual),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_process_read_memory(kBadHandle, window.address, &byte, 1, &actual),
                ZX_ERR_BAD_HANDLE);
}

TEST(process_memory, of_a_dead_process) {
  const Window window;
  EXPECT_OK(zx_task_kill(window.bare.process.get()));
  char byte = 0;
  size_t actual = 0;
  EXPECT_STATUS(window.read(window.address, &byte, 1, &actual), ZX_ERR_BAD_STATE);
}

TEST(process_memory, the_vdsos_code_is_not_writable) {
  const BareProcess bare;
  const zx_vaddr_t function = exit_function(bare);
  const char byte = 0;
  size_t actual = 0;
  EXPECT_STATUS(zx_process_write_memory(bare.process.get(), function, &byte, 1, &actual),
                ZX_ERR_ACCESS_DENIED);
}

}  // namespace
}  // namespace core
