#include "hal/host/call_site.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

namespace jacinth::host {
namespace {

constexpr uint64_t kPage = 0x401000;
constexpr size_t kAt = 0x100;  // of the `syscall` in the page
constexpr uint64_t kSyscall = kPage + kAt;
constexpr uint64_t kEntry = 0x7fff'1234'5678;
using Form = CallSite::Form;

struct Page {
  std::array<uint8_t, kPageSize> code{};

  Page(std::vector<uint8_t> before, std::vector<uint8_t> behind, size_t at = kAt) {
    code.fill(0xcc);
    std::ranges::copy(before, code.begin() + static_cast<long>(at - before.size()));
    code[at] = 0x0f;
    code[at + 1] = 0x05;
    behind.resize(std::min(behind.size(), kPageSize - at - 2));
    std::ranges::copy(behind, code.begin() + static_cast<long>(at + 2));
  }
  auto form(uint64_t number = 39, size_t at = kAt) const { return find_form(code, at, number); }
};

const std::vector<uint8_t> kMoveNumber{0x89, 0xb8, 39,
                                       0,    0,    0};  // the end of something, mov $39, %eax
const std::vector<uint8_t> kCompare{0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff};

// Some address that the site's jump may lead to.
Trampoline placed(CallSite site) {
  for (uint64_t start = 0x10000;; start += kTrampolineBytes) {
    const Trampoline trampoline{site, kSyscall, start};
    if (trampoline.fits()) return trampoline;
  }
}

int32_t distance_at(const uint8_t* code) {
  int32_t distance;
  memcpy(&distance, code, sizeof distance);
  return distance;
}

TEST(CallSite, MovesTheInstructionBehind) {
  const auto site = Page({0x90}, kCompare).form();
  ASSERT_TRUE(site);
  EXPECT_EQ(site->form, Form::Next);
  EXPECT_EQ(site->moved, 6);
  EXPECT_EQ(Page({}, {0x48, 0x89, 0xc7}).form()->moved, 3);        // mov %rax, %rdi
  EXPECT_EQ(Page({}, {0x89, 0x44, 0x24, 0x1c}).form()->moved, 4);  // mov %eax, 28(%rsp)
  EXPECT_EQ(Page({}, {0x41, 0xb8, 1, 0, 0, 0}).form()->moved, 6);  // mov $1, %r8d
  EXPECT_EQ(Page({}, {0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0}).form()->moved,
            9);  // mov %fs:0, %rax
}

TEST(CallSite, MovesAReturnWithPaddingBehindIt) {
  EXPECT_EQ(Page({}, {0xc3, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0}).form()->moved, 1);
  EXPECT_EQ(Page({}, {0xc3, 0x0f, 0x1f, 0x40, 0x00}).form()->moved, 1);
  EXPECT_EQ(Page({}, {0xc3, 0xcc, 0xcc}).form()->moved, 1);
  // Another function.
  EXPECT_FALSE(Page({0x90}, {0xc3, 0x90, 0x55, 0x48}).form());
}

TEST(CallSite, LeavesWhatDependsOnItsPlace) {
  EXPECT_FALSE(Page({}, {0x48, 0x8b, 0x05, 1, 0, 0, 0}).form());  // relative to rip
  EXPECT_FALSE(Page({}, {0x85, 0xc0, 0x75, 0x05}).form());        // too short, then a branch
  EXPECT_FALSE(Page({}, {0xe8, 0, 0, 0, 0}).form());              // call
  EXPECT_FALSE(Page({}, {0x50, 0x51, 0x52}).form());              // push
}

TEST(CallSite, MovesTheMoveInFront) {
  const auto site = Page(kMoveNumber, {0xc3, 0x55, 0x48, 0x89}).form();
  ASSERT_TRUE(site);
  EXPECT_EQ(site->form, Form::Move);
  EXPECT_EQ(site->moved, 5);
  EXPECT_EQ(Page({0, 0, 0, 0x48, 0xc7, 0xc0, 15, 0, 0, 0}, {0x85, 0xc0}).form(15)->moved, 7);
}

TEST(CallSite, DoubtsAMoveInFront) {
  const std::vector<uint8_t> behind{0xc3, 0x55};
  EXPECT_FALSE(Page(kMoveNumber, behind).form(40));                    // another call was made
  EXPECT_FALSE(Page({0x41, 0xb8, 39, 0, 0, 0}, behind).form());        // mov $39, %r8d
  EXPECT_FALSE(Page({0xc7, 0x45, 0xb8, 39, 0, 0, 0}, behind).form());  // movl $39, -72(%rbp)
  EXPECT_FALSE(Page({0xc7, 0x44, 0x24, 0xb8, 39, 0, 0, 0}, behind).form());  // movl $39, -72(%rsp)
}

TEST(CallSite, MustLieWithinAPage) {
  EXPECT_FALSE(Page({}, kCompare, kPageSize - 2).form(39, kPageSize - 2));
  EXPECT_FALSE(Page({}, kCompare, kPageSize - 4).form(39, kPageSize - 4));
  EXPECT_FALSE(Page({}, kCompare, kPageSize - 6).form(39, kPageSize - 6));  // the compare goes on
  EXPECT_TRUE(Page({}, {0x48, 0x89, 0xc7}, kPageSize - 5).form(39, kPageSize - 5));
  EXPECT_FALSE(Page({}, kCompare).form(39, kAt + 1));  // no syscall
}

TEST(CallSite, AJumpFaultsWhereTheInstructionBehindBegan) {
  const Page original({}, kCompare);
  const Trampoline trampoline = placed(*original.form());
  Page patched = original;
  trampoline.write_jump(patched.code.data());
  EXPECT_EQ(patched.code[kAt], 0xe9);
  EXPECT_EQ(
      kSyscall + kJumpBytes + static_cast<uint64_t>(int64_t{distance_at(&patched.code[kAt + 1])}),
      trampoline.start);
  const uint8_t met = patched.code[kAt + kSyscallBytes];
  EXPECT_TRUE(met == 0x06 || met == 0x07 || met == 0x0e) << int{met};
  // Nothing else has changed.
  EXPECT_EQ(memcmp(&patched.code[kAt + kJumpBytes], &original.code[kAt + kJumpBytes], 64), 0);
}

TEST(CallSite, AMoveLeavesTheSyscall) {
  Page page({0, 0, 0, 0x48, 0xc7, 0xc0, 15, 0, 0, 0}, {0x85, 0xc0});
  const Trampoline trampoline = placed(*page.form(15));
  trampoline.write_jump(page.code.data());
  EXPECT_EQ(trampoline.jump(), kSyscall - 7);
  EXPECT_EQ(page.code[kAt - 7], 0xe9);
  EXPECT_EQ(page.code[kAt - 2], 0x90);
  EXPECT_EQ(page.code[kAt - 1], 0x90);
  EXPECT_EQ(page.code[kAt], 0x0f);
  EXPECT_EQ(page.code[kAt + 1], 0x05);
}

TEST(CallSite, TheTrampolineGoesOnBehindWhatItHasMoved) {
  const Page page({}, kCompare);
  const Trampoline trampoline = placed(*page.form());
  std::array<uint8_t, kTrampolineBytes> code{};
  trampoline.write_code(page.code, kEntry, code.data());
  const auto target = [&](size_t behind) {
    return trampoline.start + behind +
           static_cast<uint64_t>(int64_t{distance_at(&code[behind - 4])});
  };
  EXPECT_EQ(target(7), kSyscall + 2);          // rcx
  EXPECT_EQ(target(14), trampoline.resume());  // r11
  uint64_t entry;
  memcpy(&entry, &code[target(20) - trampoline.start], sizeof entry);
  EXPECT_EQ(entry, kEntry);
  const size_t moved = trampoline.resume() - trampoline.start;
  EXPECT_EQ(memcmp(&code[moved], kCompare.data(), kCompare.size()), 0);
  EXPECT_EQ(code[moved + 6], 0xe9);
  EXPECT_EQ(target(moved + 11), kSyscall + 2 + 6);
}

TEST(CallSite, KnowsTheProgramsOwnPlaceForEachInstruction) {
  const Trampoline next = placed(*Page({}, kCompare).form());
  EXPECT_EQ(next.origin_of(next.start), kSyscall);
  EXPECT_EQ(next.origin_of(next.start + 14), kSyscall);
  EXPECT_EQ(next.origin_of(next.resume()), kSyscall + 2);
  EXPECT_EQ(next.origin_of(next.resume() + 6), kSyscall + 8);
  const Trampoline move = placed(*Page(kMoveNumber, {0xc3, 0x55}).form());
  EXPECT_EQ(move.origin_of(move.start), kSyscall - 5);
  EXPECT_EQ(move.origin_of(move.start + 5), kSyscall);
  EXPECT_EQ(move.resume(), kSyscall + 2);
}

TEST(CallSite, TooFarIsTooFar) {
  const CallSite site = *Page(kMoveNumber, {0xc3, 0x55}).form();
  EXPECT_TRUE((Trampoline{site, kSyscall, kSyscall + 0x7000'0000}.fits()));
  EXPECT_FALSE((Trampoline{site, kSyscall, kSyscall + 0x8000'0000}.fits()));
  EXPECT_FALSE((Trampoline{site, 0x6fff'0000'0000, 0x10000}.fits()));
}

}  // namespace
}  // namespace jacinth::host
