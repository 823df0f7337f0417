#include <cstring>
#include <new>

#include "exec/executor.h"
#include "hal/host/selftest/selftest.h"
#include "hal/memory.h"
#include "hal/syscall_entry.h"

namespace jacinth::selftest {

using exec::Executor;
using exec::Task;
using hal::Access;
using hal::UserExit;

namespace {

constexpr Access kReadExecute = Access::Read | Access::Execute;
constexpr Access kReadWrite = Access::Read | Access::Write;

Result<> map_page(hal::AddressSpace& space, VirtAddr at, PhysAddr page, Access access) {
  return space.map(at, page, 1, access, hal::CachePolicy::Cached);
}

}  // namespace

Guest* Guest::create(Program program) {
  Guest* guest = new (std::nothrow) Guest;
  if (guest == nullptr) return nullptr;
  auto space = hal::AddressSpace::create();
  if (!space) return nullptr;
  guest->space_ = std::move(*space);
  guest->set_address_space(guest->space_.get());
  guest->code_page = take_pages(1);
  guest->data_page = take_pages(1);
  guest->stack_page = take_pages(1);
  memcpy(hal::phys_to_virt(guest->code_page), program.data(), program.size());
  guest->context.start(kCode, kStack + (kPageSize - 8), hal::syscall_entry_address(), raw(kData));
  return guest;
}

Guest* Guest::create_beside(Guest& other, size_t index) {
  Guest* guest = new (std::nothrow) Guest;
  if (guest == nullptr) return nullptr;
  guest->space_ = other.space_;
  guest->set_address_space(guest->space_.get());
  guest->code_page = other.code_page;
  guest->data_page = take_pages(1);
  guest->stack_page = take_pages(1);
  const uint64_t away = index * kPageSize;
  if (!map_page(*guest->space_, kData + away, guest->data_page, kReadWrite) ||
      !map_page(*guest->space_, kStack + away, guest->stack_page, kReadWrite))
    return nullptr;
  guest->context.start(kCode, kStack + (away + kPageSize - 8), hal::syscall_entry_address(),
                       raw(kData) + away);
  // Mapped already: begin() has nothing to do for it.
  guest->fills_lazily = true;
  return guest;
}

std::atomic<uint64_t>& Guest::word(size_t index) {
  return reinterpret_cast<std::atomic<uint64_t>*>(hal::phys_to_virt(data_page))[index];
}

Status Guest::begin() {
  if (!fills_lazily && (!fill(kCode) || !fill(kData) || !fill(kStack))) return Status::NoMemory;
  return to_status(start([this] { return run(); }));
}

bool Guest::fill(VirtAddr at) {
  switch (page_floor(raw(at))) {
    case raw(kCode):
      return map_page(*space_, kCode, code_page, kReadExecute).has_value();
    case raw(kData):
      return map_page(*space_, kData, data_page, kReadWrite).has_value();
    case raw(kStack):
      return map_page(*space_, kStack, stack_page, kReadWrite).has_value();
    default:
      return false;
  }
}

void Guest::leave_peer() {
  if (peer == nullptr) return;
  peer->peer_gone.store(true);
  peer->turn.signal();
}

void Guest::migrate() {
  const hal::CpuId next = (hal::current_cpu() + 1) % hal::cpu_count();
  set_allowed_cpus(uint64_t{1} << next);
}

Task<void> Guest::run() {
  for (;;) {
    Executor::current().prepare_user();
    last = hal::enter_user(context);
    switch (last.reason) {
      case UserExit::Reason::Interrupt: {
        interrupts.fetch_add(1);
        const bool must_yield = Executor::current().poll();
        if (migrates) migrate();
        if (must_yield || migrates) co_await exec::yield();
        break;
      }
      case UserExit::Reason::PageFault:
        faults.fetch_add(1);
        if (fills_lazily && space_->query(last.address) == std::nullopt && fill(last.address))
          break;
        [[fallthrough]];
      case UserExit::Reason::Exception:
        if (on_exit != nullptr && on_exit(*this)) break;
        co_return;
      case UserExit::Reason::Syscall:
        if (context.syscall_number() == 0) {
          exit_value = context.syscall_arg(0);
          leave_peer();
          co_return;
        }
        // As in the real kernel, a call that cannot block has no coroutine.
        if (context.syscall_number() == 1) {
          context.set_syscall_result(context.syscall_arg(0) + 1);
          break;
        }
        context.set_syscall_result(
            static_cast<uint64_t>(static_cast<int64_t>(co_await make_call())));
        break;
    }
  }
}

// The result as a Status-typed number, as coroutines carry it.
Task<Status> Guest::make_call() {
  switch (context.syscall_number()) {
    case 2:
      if (migrates) migrate();
      co_await exec::yield();
      co_return Status::Ok;
    case 3:
      co_return Status{static_cast<int32_t>(kernel_part(*this))};
    case 4:
      if (peer_gone.load()) co_return Status::Ok;
      peer->turn.signal();
      CHECK(co_await turn.wait() == Status::Ok);
      turn.reset();
      co_return Status::Ok;
    default:
      co_return Status::BadSyscall;
  }
}

}  // namespace jacinth::selftest
