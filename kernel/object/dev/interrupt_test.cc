#include "object/dev/interrupt.h"

#include <optional>

#include "object/handle.h"
#include "vm/testing.h"

namespace jacinth {
namespace {

using vm::status_of;

class InterruptTest : public vm::VmTest {
 protected:
  InterruptTest()
      : handle_(Handle(*Interrupt::create_virtual())),
        port_(Handle(*Port::create(Port::kBindToInterrupt))) {}

  RefPtr<Interrupt> interrupt() { return object_cast<Interrupt>(handle_.object()); }
  RefPtr<Port> port() { return object_cast<Port>(port_.object()); }
  std::optional<PacketData> packet() {
    auto wait = Port::wait(port(), Instant{0});
    EXPECT_TRUE(wait.ready());
    return wait.value() ? std::optional(*wait.value()) : std::nullopt;
  }
  // What waiting gives at once; nothing when it has to wait.
  std::optional<Result<Instant>> wait_now() {
    auto wait = Interrupt::wait(interrupt());
    return wait.ready() ? std::optional(wait.value()) : std::nullopt;
  }

  Handle handle_;
  Handle port_;
};

TEST_F(InterruptTest, RemembersTheFirstOfSeveralTriggers) {
  EXPECT_TRUE(interrupt()->trigger(Instant{5}));
  EXPECT_TRUE(interrupt()->trigger(Instant{6}));
  EXPECT_EQ(wait_now(), Result<Instant>(Instant{5}));
  EXPECT_FALSE(wait_now());
}

TEST_F(InterruptTest, ATriggerDuringTheWorkIsTheNext) {
  EXPECT_TRUE(interrupt()->trigger(Instant{5}));
  EXPECT_TRUE(wait_now());
  EXPECT_TRUE(interrupt()->trigger(Instant{7}));
  EXPECT_EQ(wait_now(), Result<Instant>(Instant{7}));
}

TEST_F(InterruptTest, SendsOnePacketForEachAcknowledgement) {
  EXPECT_TRUE(interrupt()->bind(port(), 3));
  EXPECT_TRUE(interrupt()->trigger(Instant{1}));
  EXPECT_TRUE(interrupt()->trigger(Instant{2}));
  const auto first = packet();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->type, PacketType::Interrupt);
  EXPECT_EQ(first->key, 3u);
  EXPECT_EQ(first->interrupt.timestamp, 1);
  EXPECT_FALSE(packet());
  EXPECT_TRUE(interrupt()->ack());
  const auto second = packet();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->interrupt.timestamp, 2);
}

TEST_F(InterruptTest, BindsToOnePort) {
  const Handle plain(*Port::create(0));
  EXPECT_EQ(status_of(interrupt()->bind(object_cast<Port>(plain.object()), 0)), Status::WrongType);
  EXPECT_TRUE(interrupt()->bind(port(), 0));
  EXPECT_EQ(status_of(interrupt()->bind(port(), 0)), Status::AlreadyBound);
  EXPECT_EQ(wait_now()->error(), Status::BadState);
  EXPECT_TRUE(interrupt()->unbind(*port()));
  EXPECT_EQ(status_of(interrupt()->unbind(*port())), Status::NotFound);
  EXPECT_EQ(status_of(interrupt()->ack()), Status::BadState);
}

TEST_F(InterruptTest, UnbindingTakesThePacketBack) {
  EXPECT_TRUE(interrupt()->bind(port(), 0));
  EXPECT_TRUE(interrupt()->trigger(Instant{1}));
  EXPECT_TRUE(interrupt()->unbind(*port()));
  EXPECT_FALSE(packet());
}

TEST_F(InterruptTest, DestroyedOnesDoNothing) {
  EXPECT_TRUE(interrupt()->destroy());
  EXPECT_TRUE(interrupt()->destroy());
  EXPECT_EQ(status_of(interrupt()->trigger(Instant{1})), Status::Canceled);
  EXPECT_EQ(status_of(interrupt()->bind(port(), 0)), Status::Canceled);
  EXPECT_EQ(status_of(interrupt()->ack()), Status::Canceled);
  EXPECT_EQ(wait_now()->error(), Status::Canceled);
}

TEST_F(InterruptTest, DestroyingTellsWhetherSomebodyDealsWithIt) {
  EXPECT_TRUE(interrupt()->bind(port(), 0));
  EXPECT_TRUE(interrupt()->trigger(Instant{1}));
  EXPECT_TRUE(packet());
  EXPECT_EQ(status_of(interrupt()->destroy()), Status::NotFound);
}

TEST_F(InterruptTest, TheLastHandleDestroysIt) {
  const RefPtr<Interrupt> kept = interrupt();
  EXPECT_TRUE(kept->bind(port(), 0));
  EXPECT_TRUE(kept->trigger(Instant{1}));
  handle_ = Handle();
  EXPECT_FALSE(packet());
  EXPECT_EQ(status_of(kept->trigger(Instant{1})), Status::Canceled);
}

TEST_F(InterruptTest, WaitersGetTheTimeOrTheEnd) {
  std::optional<Result<Instant>> outcome;
  const auto wait = [](RefPtr<Interrupt> on,
                       std::optional<Result<Instant>>& to) -> exec::Task<void> {
    to = co_await Interrupt::wait(std::move(on));
  };
  {
    exec::Activity waiter;
    ASSERT_TRUE(waiter.start([&] { return wait(interrupt(), outcome); }));
    EXPECT_EQ(memory_.machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_FALSE(outcome);
    EXPECT_EQ(status_of(interrupt()->bind(port(), 0)), Status::BadState);
    EXPECT_TRUE(interrupt()->trigger(Instant{42}));
    EXPECT_EQ(memory_.machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(outcome, Result<Instant>(Instant{42}));
  }
  exec::Activity waiter;
  ASSERT_TRUE(waiter.start([&] { return wait(interrupt(), outcome); }));
  EXPECT_EQ(memory_.machine.run_until_idle(), sim::Stop::Idle);
  EXPECT_TRUE(interrupt()->destroy());
  EXPECT_EQ(memory_.machine.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(outcome->error(), Status::Canceled);
}

}  // namespace
}  // namespace jacinth
