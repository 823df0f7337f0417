// Calls on handles and what they tell about objects, with every allocation failing in turn.
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>

#include "zircon/failing/testing.h"

namespace jacinth::zircon {
namespace {

using namespace testing;

TEST(FailingHandles, DuplicateKeepsTheSource) {
  each_failure(1, [](Program& p) -> Steps {
    co_await p.retried(number::kHandleDuplicate, p.event, rights::kSame, p.at(0));
    EXPECT_EQ(co_await p.call(number::kHandleClose, co_await p.handle(0)), Status::Ok);
    EXPECT_EQ(co_await p.call(number::kHandleClose, p.event), Status::Ok);
  });
}

TEST(FailingHandles, ReplaceNeedsNoMemory) {
  // It has just freed the slot that it takes.
  needs_no_memory([](Program& p) -> Steps {
    EXPECT_EQ(co_await p.failing(number::kHandleReplace, p.event, rights::kWait, p.at(0)),
              Status::Ok);
  });
}

TEST(FailingHandles, CloseNeedsNoMemory) {
  needs_no_memory([](Program& p) -> Steps {
    co_await p.ok(number::kChannelCreate, 0, p.at(0), p.at(1));
    co_await p.write<uint64_t>(p.data(),
                               co_await p.handle(0) | uint64_t{co_await p.handle(1)} << 32);
    EXPECT_EQ(co_await p.failing(number::kHandleCloseMany, p.data(), 2), Status::Ok);
  });
}

TEST(FailingHandles, GetChildLeavesNoHandle) {
  each_failure(1, [](Program& p) -> Steps {
    co_await p.ok(number::kObjectGetInfo, p.process, ZX_INFO_HANDLE_BASIC, p.data(),
                  sizeof(zx_info_handle_basic_t), 0, 0);
    const Koid koid = co_await p.read<Koid>(p.data());
    co_await p.retried(number::kObjectGetChild, p.job, koid, rights::kSame, p.at(0));
  });
}

// Lists are put together in the kernel before they are told.
TEST(FailingHandles, ListsOfChildren) {
  struct List {
    uint32_t topic;
    HandleValue Program::* of;
  };
  constexpr List kLists[] = {{ZX_INFO_PROCESS_THREADS, &Program::process},
                             {ZX_INFO_JOB_CHILDREN, &Program::job},
                             {ZX_INFO_JOB_PROCESSES, &Program::job}};
  for (const List& list : kLists) {
    SCOPED_TRACE(list.topic);
    each_failure(1, [&](Program& p) -> Steps {
      for (int i = 0; i < 9; ++i) co_await p.ok(number::kJobCreate, p.job, 0, p.at(i));
      co_await p.retried(number::kObjectGetInfo, p.*list.of, list.topic, p.data(), 4096, p.at(10),
                         p.at(11));
      EXPECT_EQ(co_await p.word(10), co_await p.word(11));
      EXPECT_GE(co_await p.word(10), 1u);
    });
  }
}

TEST(FailingHandles, HandleTableOfAnotherProcess) {
  each_failure(1, [](Program& p) -> Steps {
    co_await p.ok(number::kProcessCreate, p.job, p.data(), 4, 0, p.at(0), p.at(1));
    co_await p.ok(number::kThreadCreate, co_await p.handle(0), p.data(), 4, 0, p.at(2));
    const HandleValue other = co_await p.handle(0);
    co_await p.ok(number::kProcessStart, other, co_await p.handle(2), p.sleeper, 0, p.event, 0);
    co_await p.retried(number::kObjectGetInfo, other, ZX_INFO_HANDLE_TABLE, p.data(), 4096, p.at(3),
                       p.at(4));
    EXPECT_EQ(co_await p.word(3), 1u);
    EXPECT_EQ(co_await p.read<uint32_t>(p.data()), uint32_t{ZX_OBJ_TYPE_EVENT});
  });
}

// What can be long is told piece by piece.
TEST(FailingHandles, ListsOfMemoryNeedNone) {
  for (const uint32_t topic : {ZX_INFO_PROCESS_MAPS, ZX_INFO_PROCESS_VMOS}) {
    SCOPED_TRACE(topic);
    needs_no_memory([&](Program& p) -> Steps {
      co_await p.ok(number::kProcessCreate, p.job, p.data(), 4, 0, p.at(0), p.at(1));
      co_await p.ok(number::kVmoCreate, 4096, 0, p.at(2));
      co_await p.ok(number::kVmarMap, co_await p.handle(1), 1, 0, co_await p.handle(2), 0, 4096,
                    p.at(3));
      EXPECT_EQ(co_await p.failing(number::kObjectGetInfo, co_await p.handle(0), topic, p.data(),
                                   8192, p.at(4), p.at(5)),
                Status::Ok);
      EXPECT_GE(co_await p.word(4), 1u);
    });
  }
}

TEST(FailingHandles, PropertiesNeedNoMemory) {
  needs_no_memory([](Program& p) -> Steps {
    EXPECT_EQ(co_await p.failing(number::kObjectSetProperty, p.process, ZX_PROP_NAME, p.data(), 8),
              Status::Ok);
  });
}

TEST(FailingHandles, JobPolicyIsAsItWas) {
  constexpr zx_policy_basic_v1_t kDenyEvents{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY};
  each_failure(1, [&](Program& p) -> Steps {
    co_await p.ok(number::kJobCreate, p.job, 0, p.at(0));
    co_await p.write(p.data(), kDenyEvents);
    co_await p.retried(number::kJobSetPolicy, co_await p.handle(0), ZX_JOB_POL_ABSOLUTE,
                       ZX_JOB_POL_BASIC_V1, p.data(), 1);
  });
}

TEST(FailingHandles, SystemEvents) {
  each_failure(1, [](Program& p) -> Steps {
    co_await p.retried(number::kSystemGetEvent, p.job, 1, p.at(0));
  });
}

}  // namespace
}  // namespace jacinth::zircon
