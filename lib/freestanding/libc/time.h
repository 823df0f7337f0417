// libc++'s chrono headers name these types; kernel time lives in base/units.h.
#pragma once
#include <stddef.h>
typedef long time_t;
typedef long clock_t;
struct tm;
