// zx_object_get_info, topic by topic.
#pragma once

#include <zircon/syscalls/object.h>

#include <algorithm>
#include <cstdint>

#include "zircon/context.h"

namespace jacinth::zircon {

// What a query was given, and the rules for answering it: a topic with one record needs room for it
// (BUFFER_TOO_SMALL otherwise, told with 0 of 1); one with many fills what fits and tells how many
// there are.
struct InfoQuery {
  SyscallContext& ctx;
  HandleValue handle;
  UserOut<std::byte> buffer;
  size_t buffer_size;
  UserOut<size_t> actual;
  UserOut<size_t> available;

  template <typename T>
  Result<RefPtr<T>> get(Rights needed) {
    return ctx.get<T>(handle, needed);
  }
  Result<> tell(size_t copied, size_t there_are);

  template <typename Record>
  Result<> answer_one(const Record& record) {
    if (buffer_size < sizeof(Record)) {
      TRY(tell(0, 1));
      return fail(Status::BufferTooSmall);
    }
    TRY(UserOut<Record>(buffer.address()).write(record));
    return tell(1, 1);
  }
  template <typename Record>
  size_t room() const {
    return buffer_size / sizeof(Record);
  }
  template <typename Record>
  Result<> write(size_t index, const Record& record) {
    return UserOut<Record>(buffer.address()).write(record, index);
  }
  template <typename Record>
  Result<> answer_many(std::span<const Record> records) {
    const size_t count = std::min(records.size(), room<Record>());
    TRY(UserOut<Record>(buffer.address()).write_array(records.first(count)));
    return tell(count, records.size());
  }
};

using InfoTopic = Result<> (*)(InfoQuery&);

Result<> info_handle_valid(InfoQuery& query);
Result<> info_handle_basic(InfoQuery& query);
Result<> info_handle_count(InfoQuery& query);
Result<> info_handle_table(InfoQuery& query);
Result<> info_process(InfoQuery& query);
Result<> info_process_threads(InfoQuery& query);
Result<> info_process_handle_stats(InfoQuery& query);
Result<> info_job(InfoQuery& query);
Result<> info_job_children(InfoQuery& query);
Result<> info_job_processes(InfoQuery& query);
Result<> info_thread(InfoQuery& query);
Result<> info_thread_stats(InfoQuery& query);
Result<> info_thread_exception_report(InfoQuery& query);
Result<> info_vmar(InfoQuery& query);
Result<> info_vmo(InfoQuery& query);
Result<> info_task_stats(InfoQuery& query);
Result<> info_process_maps(InfoQuery& query);
Result<> info_process_vmos(InfoQuery& query);
Result<> info_socket(InfoQuery& query);
Result<> info_timer(InfoQuery& query);
Result<> info_stream(InfoQuery& query);
Result<> info_resource(InfoQuery& query);
Result<> info_bti(InfoQuery& query);
Result<> info_msi(InfoQuery& query);
Result<> info_cpu_stats(InfoQuery& query);
Result<> info_kmem_stats(InfoQuery& query);

}  // namespace jacinth::zircon
