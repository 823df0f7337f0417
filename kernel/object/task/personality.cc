#include "object/task/personality.h"

#include "object/task/exception_delivery.h"
#include "object/task/spot_server.h"

namespace jacinth {

exec::Eventually<Status> Personality::on_exception(Thread& thread, const ExceptionReport& report) {
  return deliver_exception(thread, report);
}

exec::Eventually<Status> Personality::on_thread_start(Thread& thread, bool first) {
  if (!debugger_attached(thread)) return Status::Ok;
  return announce_start(thread, first);
}

exec::Eventually<Status> Personality::on_thread_exit(Thread& thread) {
  if (!debugger_attached(thread)) return Status::Ok;
  return announce_exit(thread);
}

hal::CallServer::Serve Personality::spot_server() const {
  return [](hal::CallServer& self) {
    return SpotServer::serve_by(
        self, [](Thread&, exec::Task<Status>&) { return SpotServer::Served::NotYet; });
  };
}

}  // namespace jacinth
