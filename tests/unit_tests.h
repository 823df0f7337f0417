// What many unit tests include, compiled once for all of them (tests/CMakeLists.txt). None may rely
// on it: each includes what it uses.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exec/activity.h"
#include "exec/executor.h"
#include "exec/waiter.h"
#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "hal/sim/seeds.h"
#include "object/handle.h"
#include "object/sync/port.h"
#include "object/task/job.h"
#include "object/task/process.h"
#include "object/task/thread.h"
#include "object/wait.h"
#include "vm/user_memory.h"
#include "vm/vmo.h"
