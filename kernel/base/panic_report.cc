#include "base/panic_report.h"

#include <atomic>

namespace jacinth {
namespace {

constinit std::atomic<void (*)(TextSink&)> the_report{nullptr};

}  // namespace

void set_panic_report(void (*report)(TextSink& out)) { the_report.store(report); }

void write_panic_report(TextSink& out) {
  if (void (*report)(TextSink&) = the_report.load()) report(out);
}

}  // namespace jacinth
