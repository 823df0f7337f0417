// Names looked up without a lock while others make, rename and remove them.
#include "exec/activity.h"
#include "fs/pipe.h"
#include "fs/testing.h"
#include "hal/sim/seeds.h"

namespace jacinth::fs {
namespace {

using Body = std::function<void(int round)>;

exec::Task<void> repeat(int rounds, const Body& body) {
  for (int round = 0; round < rounds; ++round) {
    body(round);
    co_await exec::yield();
  }
}

// Runs each body some times, all at once on several CPUs.
void run_together(FileWorld& world, int rounds, const std::vector<Body>& bodies) {
  std::vector<std::unique_ptr<exec::Activity>> activities;
  for (const Body& body : bodies) {
    activities.push_back(std::make_unique<exec::Activity>());
    EXPECT_TRUE(activities.back()->start([&] { return repeat(rounds, body); }));
  }
  EXPECT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
}

// A file that is renamed back and forth is always under one of its names, and another that is
// replaced by renames is always there.
TEST(NamesSeeds, RenamesLookAtomic) {
  sim::for_each_seed(400, [](uint64_t seed) {
    FileWorld world({.seed = seed, .cpus = 3});
    ASSERT_EQ(world.mkdir("/d"), kOk);
    ASSERT_EQ(world.mkdir("/e"), kOk);
    ASSERT_EQ(world.touch("/d/target"), kOk);
    ASSERT_EQ(world.touch("/e/swapped"), kOk);
    const Node* const swapped = &world.at("/e/swapped").node();
    run_together(
        world, 12,
        {[&](int round) {
           ASSERT_EQ(world.touch("/e/new"), kOk);
           ASSERT_EQ(world.rename("/e/new", "/d/target"), kOk);
           ASSERT_EQ(world.rename("/e/swapped", "/d/target", rename_flags::kExchange), kOk);
           ASSERT_EQ(world.rename("/d/target", "/e/swapped", rename_flags::kExchange), kOk);
         },
         [&](int) { EXPECT_EQ(world.look("/d/target"), kOk); },
         [&](int) {
           EXPECT_EQ(world.look("/e/swapped"), kOk);
           EXPECT_EQ(world.look("/d/none"), Errno::NOENT);
         }});
    EXPECT_EQ(&world.at("/e/swapped").node(), swapped);
  });
}

// Whoever opens a file that renames replace gets one of those that had the name, and whole: also
// who has found the old one when it goes away. None is ever made in between.
TEST(NamesSeeds, OpensFindWhatRenamesReplace) {
  sim::for_each_seed(400, [](uint64_t seed) {
    FileWorld world({.seed = seed, .cpus = 3});
    ASSERT_EQ(world.touch("/target", "whole"), kOk);
    const auto open = [&](uint32_t flags) {
      return [&world, flags](int) {
        const auto file = world.open("/target", flags);
        ASSERT_TRUE(file) << errno_name(file.error());
        EXPECT_EQ(FileWorld::read(**file, 5), "whole");
      };
    };
    const auto replace = [&](int) {
      ASSERT_EQ(world.touch("/new", "whole"), kOk);
      ASSERT_EQ(world.rename("/new", "/target"), kOk);
    };
    run_together(
        world, 12,
        {replace, open(open_flags::kReadOnly), open(open_flags::kReadWrite | open_flags::kCreate)});
  });
}

// Directories move while others walk through them, up and down.
TEST(NamesSeeds, WalksThroughMovingDirectories) {
  sim::for_each_seed(300, [](uint64_t seed) {
    FileWorld world({.seed = seed, .cpus = 3});
    for (const char* path : {"/a", "/b", "/a/m", "/a/m/n"}) ASSERT_EQ(world.mkdir(path), kOk);
    ASSERT_EQ(world.touch("/a/m/n/f"), kOk);
    const Path deep = world.at("/a/m/n");
    run_together(world, 12,
                 {[&](int round) {
                    const bool there = round % 2 == 0;
                    ASSERT_EQ(world.rename(there ? "/a/m" : "/b/m", there ? "/b/m" : "/a/m"), kOk);
                  },
                  [&](int) {
                    EXPECT_TRUE(walk(world.from(deep), "../../..", 0));
                    EXPECT_TRUE(walk(world.from(deep), "../n/f", 0));
                    const auto confined =
                        error_of(walk(world.from(deep), "../n", walk_flags::kBeneath));
                    EXPECT_EQ(confined, Errno::XDEV);
                  },
                  [&](int) {
                    const Errno error = world.look("/b/m/n/f");
                    EXPECT_TRUE(error == kOk || error == Errno::NOENT);
                    const std::string path = world.path_of(deep);
                    EXPECT_TRUE(path == "/a/m/n" || path == "/b/m/n") << path;
                  }});
  });
}

// Files come and go under the same names; what is open stays usable, and nothing leaks.
TEST(NamesSeeds, UnlinkedWhileOpened) {
  sim::for_each_seed(300, [](uint64_t seed) {
    FileWorld world({.seed = seed, .cpus = 4});
    const auto churn = [&](int) {
      const auto file = world.open("/f", open_flags::kCreate | open_flags::kReadWrite);
      ASSERT_TRUE(file);
      EXPECT_EQ(FileWorld::write(**file, "mine"), 4u);
      const Errno gone = world.unlink("/f");
      EXPECT_TRUE(gone == kOk || gone == Errno::NOENT);
      EXPECT_EQ(*(*file)->seek(File::Whence::Start, 0), 0u);
      EXPECT_EQ(FileWorld::read(**file, 4), "mine");
    };
    const auto look = [&](int) {
      const Errno error = world.look("/f");
      EXPECT_TRUE(error == kOk || error == Errno::NOENT);
      const auto made = world.mkdir("/d");
      EXPECT_TRUE(made == kOk || made == Errno::EXIST);
      const auto removed = world.rmdir("/d");
      EXPECT_TRUE(removed == kOk || removed == Errno::NOENT);
    };
    run_together(world, 8, {churn, churn, look, look});
  });
}

// Two make the same file exclusively: one succeeds.
TEST(NamesSeeds, ExclusiveCreationHasOneWinner) {
  sim::for_each_seed(300, [](uint64_t seed) {
    FileWorld world({.seed = seed, .cpus = 3});
    int winners[8] = {};
    const auto race = [&](int round) {
      const auto made =
          world.open("/f" + std::to_string(round), open_flags::kCreate | open_flags::kExclusive);
      if (made) {
        ++winners[round];
      } else {
        EXPECT_EQ(made.error(), Errno::EXIST);
      }
    };
    run_together(world, 8, {race, race, race});
    for (int count : winners) EXPECT_EQ(count, 1);
  });
}

// --- pipes ---

exec::Task<void> send(RefPtr<File> writer, int count, char letter) {
  for (int i = 0; i < count; ++i) {
    const std::string text(1 + (i * 977) % Pipe::kAtomic, letter);
    const ErrnoOr<size_t> done = co_await writer->write(IoSource::kernel(bytes_of(text)), {});
    EXPECT_EQ(done.value_or(0), text.size());
  }
}

exec::Task<void> receive(RefPtr<File> reader, size_t& total, int& switches) {
  std::string buffer(3000, '\0');
  char last = 0;
  for (;;) {
    const auto to = IoTarget::kernel(std::as_writable_bytes(std::span(buffer)));
    const ErrnoOr<size_t> done = co_await reader->read(to, {});
    EXPECT_TRUE(done);
    if (done.value_or(0) == 0) co_return;
    total += *done;
    for (size_t i = 0; i < *done; ++i) {
      switches += buffer[i] != last ? 1 : 0;
      last = buffer[i];
    }
  }
}

TEST(PipeSeeds, AtomicWritesAreNotMixed) {
  sim::for_each_seed(300, [](uint64_t seed) {
    FileWorld world({.seed = seed, .cpus = 3});
    PipeEnds ends = *make_pipe(0, world.who);
    size_t total = 0;
    int switches = 0;
    exec::Activity reader;
    exec::Activity one;
    exec::Activity other;
    EXPECT_TRUE(reader.start([&] { return receive(std::move(ends.reader), total, switches); }));
    EXPECT_TRUE(one.start([&] { return send(ends.writer, 30, 'a'); }));
    EXPECT_TRUE(other.start([&] { return send(ends.writer, 30, 'b'); }));
    ends.writer = nullptr;
    EXPECT_EQ(world.memory.machine.run_until_idle(), sim::Stop::Idle);
    EXPECT_EQ(reader.state(), exec::Activity::State::Finished);
    size_t sent = 0;
    for (int i = 0; i < 30; ++i) sent += 2 * (1 + static_cast<size_t>(i * 977) % Pipe::kAtomic);
    EXPECT_EQ(total, sent);
    EXPECT_LE(switches, 60);  // at most one for each message
  });
}

}  // namespace
}  // namespace jacinth::fs
