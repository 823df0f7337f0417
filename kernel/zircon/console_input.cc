#include "zircon/console_input.h"

#include <algorithm>

#include "exec/waiter.h"
#include "hal/console.h"

namespace jacinth::zircon {
namespace {

struct Reader {
  exec::Waiter waiter;
  ListHook link;
};

using Readers = IntrusiveList<Reader, &Reader::link>;

// Who waits for input. The machine's buffer itself is the queue of bytes.
union ReadersStorage {
  constexpr ReadersStorage() : none(0) {}
  ~ReadersStorage() {}
  int none;
  Readers readers;
};
// Ranks as an object's state does: readers are woken under it.
constinit SpinLock readers_lock{LockRank::Object};
constinit ReadersStorage readers_storage;

void on_input() {
  LockGuard guard(readers_lock);
  for (Reader& reader : readers_storage.readers) reader.waiter.finish(Status::Ok);
}

Status deliver(std::span<const char> bytes, vm::UserOut<char> buffer, vm::UserOut<size_t> actual) {
  if (const auto told = buffer.write_array(bytes); !told) return told.error();
  return to_status(actual.write(bytes.size()));
}

exec::Task<Status> read_slowly(vm::UserOut<char> buffer, size_t size, vm::UserOut<size_t> actual) {
  char bytes[64];
  for (;;) {
    Reader self;
    {
      LockGuard guard(readers_lock);
      readers_storage.readers.push_back(self);
    }
    // Bytes that came before the reader was in the list told nobody.
    const size_t count = hal::console_read({bytes, std::min(size, sizeof(bytes))});
    const bool ended = hal::console_input_ended();
    if (count != 0 || ended) self.waiter.finish(Status::Ok);
    const Status status = co_await self.waiter.wait(kForever);
    {
      LockGuard guard(readers_lock);
      readers_storage.readers.erase(readers_storage.readers.iterator_to(self));
    }
    if (count != 0 || ended) co_return deliver({bytes, count}, buffer, actual);
    if (status != Status::Ok) co_return status;
  }
}

}  // namespace

void start_console_input() {
  std::construct_at(&readers_storage.readers);
  hal::console_set_input_handler(&on_input);
}

exec::Eventually<Status> read_console(Thread& reader, vm::UserOut<char> buffer, size_t size,
                                      vm::UserOut<size_t> actual) {
  if (size == 0) return to_status(actual.write(0));
  char bytes[256];
  const size_t count = hal::console_read({bytes, std::min(size, sizeof(bytes))});
  if (count != 0) return deliver({bytes, count}, buffer, actual);
  reader.set_blocked_reason(BlockedReason::Interrupt);
  return read_slowly(buffer, size, actual);
}

}  // namespace jacinth::zircon
