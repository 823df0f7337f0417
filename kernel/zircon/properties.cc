// zx_object_get_property and zx_object_set_property (72–73).
//
// One row for each property: what kind of object has it, how large it is, and how it is read and
// set.
#include <zircon/syscalls/object.h>

#include <algorithm>
#include <cstring>

#include "object/ipc/socket.h"
#include "object/task/exception_object.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "object/task/thread.h"
#include "object/vm/vmo_object.h"
#include "zircon/context.h"
#include "zircon/syscall_prototypes.h"
#include "zircon/vdso.h"

namespace jacinth::zircon {
namespace {

using Object = const RefPtr<KernelObject>&;
using Getter = Result<uint64_t> (*)(Object);
using Setter = Result<> (*)(SyscallContext&, Object, uint64_t);

// A property that is a number. The name is handled apart.
struct NumberProperty {
  uint32_t id;
  size_t bytes;
  Getter get;  // null: cannot be read
  Setter set;  // null: cannot be set
};

template <typename T>
Result<RefPtr<T>> as(Object object) {
  if (auto found = object_cast<T>(object)) return found;
  return fail(Status::WrongType);
}

Result<> set_base_register(SyscallContext& ctx, Object object, hal::RegisterSet which,
                           uint64_t value) {
  auto thread = TRY(as<Thread>(object));
  if (thread != &ctx.thread()) return fail(Status::AccessDenied);
  return ctx.thread().context().write_regs(which, std::as_bytes(std::span(&value, 1)));
}

constexpr NumberProperty kNumbers[] = {
    {ZX_PROP_REGISTER_GS, 8, nullptr,
     [](SyscallContext& ctx, Object object, uint64_t value) {
       return set_base_register(ctx, object, hal::RegisterSet::GsBase, value);
     }},
    {ZX_PROP_REGISTER_FS, 8, nullptr,
     [](SyscallContext& ctx, Object object, uint64_t value) {
       return set_base_register(ctx, object, hal::RegisterSet::FsBase, value);
     }},
    {ZX_PROP_PROCESS_DEBUG_ADDR, 8,
     [](Object object) -> Result<uint64_t> {
       return TRY(as<Process>(object))
       ->debug_address();
     },
     [](SyscallContext&, Object object, uint64_t value) -> Result<> {
       return TRY(as<Process>(object))
       ->set_debug_address(value);
     }},
    {ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, 8,
     [](Object object) -> Result<uint64_t> { return vdso_base(*TRY(as<Process>(object))); },
     nullptr},
    {ZX_PROP_PROCESS_BREAK_ON_LOAD, 8,
     [](Object object) -> Result<uint64_t> {
       return TRY(as<Process>(object))
       ->break_on_load();
     },
     [](SyscallContext&, Object object, uint64_t value) -> Result<> {
       TRY(as<Process>(object))
       ->set_break_on_load(value);
       return {};
     }},
    {ZX_PROP_SOCKET_RX_THRESHOLD, 8,
     [](Object object) -> Result<uint64_t> {
       return TRY(as<Socket>(object))
       ->read_threshold();
     },
     [](SyscallContext&, Object object, uint64_t value) -> Result<> {
       return TRY(as<Socket>(object))
       ->set_read_threshold(value);
     }},
    {ZX_PROP_SOCKET_TX_THRESHOLD, 8,
     [](Object object) -> Result<uint64_t> {
       return TRY(as<Socket>(object))
       ->write_threshold();
     },
     [](SyscallContext&, Object object, uint64_t value) -> Result<> {
       return TRY(as<Socket>(object))
       ->set_write_threshold(value);
     }},
    {ZX_PROP_JOB_KILL_ON_OOM, 8, nullptr,
     [](SyscallContext&, Object object, uint64_t value) -> Result<> {
       auto job = TRY(as<Job>(object));
       if (value > 1) return fail(Status::InvalidArgs);
       job->set_kill_on_oom(value != 0);
       return {};
     }},
    {ZX_PROP_EXCEPTION_STATE, 4,
     [](Object object) -> Result<uint64_t> {
       auto exception = TRY(as<Exception>(object));
       return static_cast<uint32_t>(exception->answer());
     },
     [](SyscallContext&, Object object, uint64_t value) -> Result<> {
       auto exception = TRY(as<Exception>(object));
       if (value > ZX_EXCEPTION_STATE_HANDLED) return fail(Status::InvalidArgs);
       exception->set_answer(static_cast<Exception::Answer>(value));
       return {};
     }},
    {ZX_PROP_EXCEPTION_STRATEGY, 4,
     [](Object object) -> Result<uint64_t> {
       auto exception = TRY(as<Exception>(object));
       return static_cast<uint32_t>(TRY(exception->strategy()));
     },
     [](SyscallContext&, Object object, uint64_t value) -> Result<> {
       auto exception = TRY(as<Exception>(object));
       if (value > ZX_EXCEPTION_STRATEGY_SECOND_CHANCE) return fail(Status::InvalidArgs);
       return exception->set_strategy(static_cast<Exception::Strategy>(value));
     }},
    {ZX_PROP_VMO_CONTENT_SIZE, 8,
     [](Object object) -> Result<uint64_t> {
       return TRY(as<VmoObject>(object))
       ->vmo()->content_size();
     },
     [](SyscallContext&, Object object, uint64_t value) -> Result<> {
       TRY(as<VmoObject>(object))
       ->vmo()->set_content_size(value);
       return {};
     }},
};

const NumberProperty* find(uint32_t id) {
  const auto* found = std::ranges::find(kNumbers, id, &NumberProperty::id);
  return found == std::end(kNumbers) ? nullptr : found;
}

}  // namespace

Result<> sys_object_get_property(SyscallContext& ctx, HandleValue handle, uint32_t property,
                                 UserOut<std::byte> value, size_t value_size) {
  if (value.is_null()) return fail(Status::InvalidArgs);
  auto object = TRY(ctx.get<KernelObject>(handle, rights::kGetProperty));
  if (property == ZX_PROP_NAME) {
    if (value_size < KernelObject::kMaxName) return fail(Status::BufferTooSmall);
    const KernelObject::Name name = object->name();
    return value.write_array(std::as_bytes(std::span(name)));
  }
  const NumberProperty* row = find(property);
  if (row == nullptr || row->get == nullptr) return fail(Status::InvalidArgs);
  if (value_size < row->bytes) return fail(Status::BufferTooSmall);
  const uint64_t number = TRY(row->get(object));
  return value.write_array(std::as_bytes(std::span(&number, 1)).first(row->bytes));
}

Result<> sys_object_set_property(SyscallContext& ctx, HandleValue handle, uint32_t property,
                                 UserIn<std::byte> value, size_t value_size) {
  if (value.is_null()) return fail(Status::InvalidArgs);
  auto object = TRY(ctx.get<KernelObject>(handle, rights::kSetProperty));
  if (property == ZX_PROP_NAME) {
    const NameArgument name = TRY(read_name(UserIn<char>(value.address()), value_size));
    return object->set_name(name.view());
  }
  const NumberProperty* row = find(property);
  if (row == nullptr || row->set == nullptr) return fail(Status::InvalidArgs);
  if (value_size < row->bytes) return fail(Status::BufferTooSmall);
  uint64_t number = 0;
  TRY(value.read_array(std::as_writable_bytes(std::span(&number, 1)).first(row->bytes)));
  return row->set(ctx, object, number);
}

}  // namespace jacinth::zircon
