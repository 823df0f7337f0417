#include "base/check.h"

namespace jacinth {

void assertion_failed(const char* file, int line, const char* condition) {
  panic("{}:{}: assertion failed: {}", file, line, condition);
}

}  // namespace jacinth

// Boost.Intrusive's own assertions (BOOST_ENABLE_ASSERT_HANDLER) end here.
namespace boost {

[[noreturn]] void assertion_failed(const char* expression, const char* function, const char*,
                                   long) {
  ::jacinth::panic("{}: assertion failed: {}", function, expression);
}

}  // namespace boost
