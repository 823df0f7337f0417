#include "hal/host/call_site.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

namespace jacinth::host {
namespace {

using Code = std::span<const uint8_t>;
using Form = CallSite::Form;

constexpr uint8_t kJump = 0xe9;
constexpr uint8_t kReturn = 0xc3;
constexpr size_t kMostMoved = 11;
// In front of the instruction that moves behind the call: two LEAs and the indirect jump.
constexpr size_t kMovedNext = 20;
constexpr size_t kEntryPointer = kTrampolineBytes - sizeof(uint64_t);

bool is_one_of(uint8_t byte, std::initializer_list<uint8_t> bytes) {
  return std::ranges::find(bytes, byte) != bytes.end();
}

// No instructions in 64-bit mode, on any processor: they fault before they do anything.
bool faults(uint8_t opcode) {
  return is_one_of(opcode, {0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x60,
                            0x61, 0x82, 0x9a, 0xce, 0xd4, 0xd6, 0xea});
}

// The bytes of ModRM, SIB and displacement; 0 when they depend on where the instruction is, or are
// not all there.
size_t operand_bytes(Code code) {
  if (code.empty()) return 0;
  const unsigned mode = code[0] >> 6, rm = code[0] & 7;
  if (mode == 3) return 1;
  if (mode == 0 && rm == 5) return 0;  // relative to the instruction
  const size_t sib = rm == 4 ? 1 : 0;
  if (mode == 1) return 1 + sib + 1;
  if (mode == 2) return 1 + sib + 4;
  return 1 + sib + (sib != 0 && code.size() > 1 && (code[1] & 7) == 5 ? 4 : 0);
}

// The length of the instruction if it does the same at another place, knows neither stack nor
// branches and is one of those that compilers put behind a call; else 0.
size_t movable_bytes(Code code) {
  constexpr uint8_t kFsPrefix = 0x64;
  size_t at = 0;
  bool wide = false;
  if (at < code.size() && code[at] == kFsPrefix) ++at;
  if (at < code.size() && (code[at] & 0xf0) == 0x40) wide = (code[at++] & 8) != 0;
  if (at >= code.size()) return 0;
  const uint8_t opcode = code[at++];
  size_t immediate = 0;
  // With an immediate, for eax alone.
  if (is_one_of(opcode, {0x05, 0x0d, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0xa9})) return at + 4;
  if ((opcode & 0xf8) == 0xb8) return at + (wide ? 8 : 4);
  if (opcode == 0x81 || opcode == 0xc7)
    immediate = 4;
  else if (opcode == 0x83)
    immediate = 1;
  else if (!is_one_of(opcode, {0x01, 0x03, 0x09, 0x0b, 0x21, 0x23, 0x29, 0x2b, 0x31, 0x33, 0x39,
                               0x3b, 0x63, 0x85, 0x89, 0x8b, 0x8d}))
    return 0;
  if (opcode == 0xc7 && at < code.size() && (code[at] & 0x38) != 0) return 0;
  const size_t operands = operand_bytes(code.subspan(at));
  return operands == 0 ? 0 : at + operands + immediate;
}

// Compilers fill up with these to where the next function begins.
size_t padding_bytes(Code code) {
  size_t at = 0;
  while (at < code.size()) {
    size_t prefixes = 0;
    while (at + prefixes < code.size() && is_one_of(code[at + prefixes], {0x66, 0x2e})) ++prefixes;
    const Code rest = code.subspan(at + prefixes);
    if (!rest.empty() && (rest[0] == 0x90 || (rest[0] == 0xcc && prefixes == 0))) {
      at += prefixes + 1;
    } else if (rest.size() >= 3 && rest[0] == 0x0f && rest[1] == 0x1f &&
               operand_bytes(rest.subspan(2)) != 0) {
      at += prefixes + 2 + operand_bytes(rest.subspan(2));
    } else {
      break;
    }
  }
  return at;
}

std::optional<CallSite> with_next(Code behind) {
  constexpr size_t kLeast = kJumpBytes - kSyscallBytes;
  if (!behind.empty() && behind[0] == kReturn && padding_bytes(behind.subspan(1)) + 1 >= kLeast)
    return CallSite{Form::Next, 1};
  const size_t bytes = movable_bytes(behind);
  if (bytes < kLeast || bytes > kMostMoved || bytes > behind.size()) return std::nullopt;
  return CallSite{Form::Next, static_cast<uint8_t>(bytes)};
}

// `mov $number, %eax`, or the same of rax.
std::optional<CallSite> with_move(Code before, uint64_t number) {
  constexpr size_t kShort = 5, kLong = 7, kSlack = 3;
  if (before.size() < kLong + kSlack) return std::nullopt;
  uint32_t immediate;
  memcpy(&immediate, &before[before.size() - sizeof immediate], sizeof immediate);
  if (immediate != number) return std::nullopt;
  const uint8_t* const end = before.data() + before.size();
  if (end[-7] == 0x48 && end[-6] == 0xc7 && end[-5] == 0xc0) return CallSite{Form::Move, kLong};
  if (end[-5] != 0xb8) return std::nullopt;
  // A prefix would make it another register's; these have an immediate of four bytes behind a
  // displacement of one.
  const bool prefixed = (end[-6] & 0xf0) == 0x40 || end[-6] == 0x66;
  const auto takes_both = [](uint8_t opcode) {
    return is_one_of(opcode, {0xc7, 0x81, 0x69, 0xf7});
  };
  if (prefixed || takes_both(end[-7]) || takes_both(end[-8])) return std::nullopt;
  return CallSite{Form::Move, kShort};
}

void put_distance(uint8_t* code, size_t at, uint64_t from, uint64_t to) {
  const auto distance = static_cast<int32_t>(to - from);
  memcpy(code + at, &distance, sizeof distance);
}

bool reaches(uint64_t from, uint64_t to) {
  const auto distance = static_cast<int64_t>(to - from);
  return distance == static_cast<int32_t>(distance);
}

// What is written piece by piece, for an address of its own.
class Writer {
 public:
  Writer(uint8_t* code, uint64_t start) : code_(code), start_(start) {}
  void bytes(Code code) {
    std::ranges::copy(code, code_ + at_);
    at_ += code.size();
  }
  // An instruction whose last four bytes are the distance to `target`.
  void relative(std::initializer_list<uint8_t> opcode, uint64_t target) {
    bytes(Code(opcode.begin(), opcode.size()));
    put_distance(code_, at_, start_ + at_ + sizeof(int32_t), target);
    at_ += sizeof(int32_t);
  }

 private:
  uint8_t* const code_;
  const uint64_t start_;
  size_t at_ = 0;
};

}  // namespace

std::optional<CallSite> find_form(std::span<const uint8_t, kPageSize> page, size_t at,
                                  uint64_t number) {
  if (at + kJumpBytes > kPageSize || page[at] != 0x0f || page[at + 1] != 0x05) return std::nullopt;
  if (const auto next = with_next(page.subspan(at + kSyscallBytes))) return next;
  return with_move(page.first(at), number);
}

uint64_t Trampoline::resume() const {
  return site.form == Form::Next ? start + kMovedNext : after_call();
}

bool Trampoline::fits() const {
  const uint64_t from = jump() + kJumpBytes;
  // Its own instructions reach back over a little more.
  constexpr uint64_t kSlack = 2 * kTrampolineBytes;
  if (!reaches(from - kSlack, start) || !reaches(from + kSlack, start)) return false;
  return site.form == Form::Move || faults(static_cast<uint8_t>((start - from) >> 8));
}

uint64_t Trampoline::origin_of(uint64_t pc) const {
  const uint64_t offset = pc - start;
  if (site.form == Form::Move) return offset == 0 ? jump() : syscall;
  if (offset < kMovedNext) return syscall;
  return offset == kMovedNext ? after_call() : after_call() + site.moved;
}

void Trampoline::write_code(std::span<const uint8_t, kPageSize> page, uint64_t entry,
                            uint8_t* code) const {
  Writer out(code, start);
  const size_t at = syscall % kPageSize;
  if (site.form == Form::Move) out.bytes(page.subspan(at - site.moved, site.moved));
  out.relative({0x48, 0x8d, 0x0d}, after_call());     // lea after_call, %rcx
  out.relative({0x4c, 0x8d, 0x1d}, resume());         // lea resume, %r11
  out.relative({0xff, 0x25}, start + kEntryPointer);  // jmp *entry
  if (site.form == Form::Next) {
    out.bytes(page.subspan(at + kSyscallBytes, site.moved));
    out.relative({kJump}, after_call() + site.moved);
  }
  memcpy(code + kEntryPointer, &entry, sizeof entry);
}

void Trampoline::write_jump(uint8_t* page) const {
  constexpr uint8_t kNop = 0x90;
  uint8_t* const at = page + jump() % kPageSize;
  at[0] = kJump;
  put_distance(at, 1, jump() + kJumpBytes, start);
  if (site.form == Form::Move) std::fill(at + kJumpBytes, at + site.moved, kNop);
}

}  // namespace jacinth::host
