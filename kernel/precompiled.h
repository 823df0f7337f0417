// What nearly every source of the kernel includes, compiled once for kernels whose compilation is
// to cost little (cmake/Machines.cmake). No source may rely on it: other kernels are compiled
// without.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/intrusive.h"
#include "base/spinlock.h"
#include "base/vector.h"
#include "exec/executor.h"
#include "exec/task.h"
#include "exec/waiter.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "object/task/thread.h"
#include "vm/user_memory.h"
#include "vm/vmo.h"
