// What /proc/cpuinfo says of a processor.
#include <array>
#include <cstring>

#include "linux/arch.h"

namespace jacinth::linux {
namespace {

struct Leaf {
  uint32_t a, b, c, d;
};
Leaf cpuid(uint32_t leaf) {
  Leaf got{.a = leaf, .b = 0, .c = 0, .d = 0};
  asm volatile("cpuid" : "+a"(got.a), "=b"(got.b), "+c"(got.c), "=d"(got.d));
  return got;
}

struct Flag {
  uint8_t bit;
  const char* name;
};
constexpr Flag kFlags[] = {{0, "fpu"},  {4, "tsc"},   {5, "msr"},      {6, "pae"},  {8, "cx8"},
                           {13, "pge"}, {15, "cmov"}, {19, "clflush"}, {23, "mmx"}, {24, "fxsr"},
                           {25, "sse"}, {26, "sse2"}, {28, "ht"}};
constexpr Flag kMoreFlags[] = {{0, "pni"},     {1, "pclmulqdq"}, {9, "ssse3"},   {12, "fma"},
                               {13, "cx16"},   {19, "sse4_1"},   {20, "sse4_2"}, {22, "movbe"},
                               {23, "popcnt"}, {25, "aes"},      {26, "xsave"},  {28, "avx"},
                               {29, "f16c"},   {30, "rdrand"}};

void write_flags(std::span<const Flag> flags, uint32_t bits, TextSink& out) {
  for (const Flag& flag : flags) {
    if ((bits >> flag.bit & 1) != 0) format_to(out, " {}", flag.name);
  }
}

// Registers hold text, four characters each.
template <size_t kWords>
void write_text(const std::array<uint32_t, kWords>& words, TextSink& out) {
  std::array<char, kWords * 4> text;
  std::memcpy(text.data(), words.data(), text.size());
  size_t end = 0;
  while (end < text.size() && text[end] != '\0') ++end;
  size_t begin = 0;
  while (begin < end && text[begin] == ' ') ++begin;
  out.write({text.data() + begin, end - begin});
}

}  // namespace

void describe_processor(uint32_t, TextSink& out) {
  const Leaf vendor = cpuid(0), features = cpuid(1);
  const uint32_t family = (features.a >> 8 & 15) + (features.a >> 20 & 0xff);
  const uint32_t model = (features.a >> 4 & 15) + (features.a >> 12 & 0xf0);
  out.write("vendor_id\t: ");
  write_text<3>({vendor.b, vendor.d, vendor.c}, out);
  format_to(out, "\ncpu family\t: {}\nmodel\t\t: {}\nmodel name\t: ", family, model);
  std::array<uint32_t, 12> name{};
  if (cpuid(0x8000'0000).a >= 0x8000'0004) {
    for (uint32_t i = 0; i < 3; ++i) {
      const Leaf part = cpuid(0x8000'0002 + i);
      name[i * 4] = part.a;
      name[i * 4 + 1] = part.b;
      name[i * 4 + 2] = part.c;
      name[i * 4 + 3] = part.d;
    }
  }
  write_text(name, out);
  format_to(out, "\nstepping\t: {}\nfpu\t\t: yes\nflags\t\t:", features.a & 15);
  write_flags(kFlags, features.d, out);
  write_flags(kMoreFlags, features.c, out);
  out.write(" lm syscall nx\naddress sizes\t: 46 bits physical, 48 bits virtual\n");
}

}  // namespace jacinth::linux
