// The same `syscall` instruction many times over, in all the shapes that compilers and people
// write: every register but rax, rcx and r11, the flags and what lies below the stack pointer must
// be as before.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { kTimes = 20, kWords = 16 };

// rax rbx rdx rsi rdi rbp r8 r9 r10 r12 r13 r14 r15 flags, and two words of the red zone.
struct state {
  uint64_t word[kWords];
  uint8_t xmm[16];
};

// Calls `site` with known registers, and notes them behind it.
#define SITE(name, before, behind)                                                           \
  void name(struct state* out);                                                              \
  asm(".text\n" #name                                                                        \
      ":\n"                                                                                  \
      "push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"                   \
      "mov %rdi, %r15\n"                                                                     \
      "mov $0x1111, %rbx; mov $0x2222, %rdx; mov $0x3333, %rsi; mov $0x4444, %rdi\n"         \
      "mov $0x5555, %rbp; mov $0x6666, %r8; mov $0x7777, %r9; mov $0x8888, %r10\n"           \
      "mov $0x9999, %r12; mov $0xaaaa, %r13; mov $0xbbbb, %r14\n"                            \
      "mov $0xcccc, %rax; movq %rax, %xmm3; punpcklqdq %xmm3, %xmm3\n"                       \
      "mov %rax, -8(%rsp); mov %rbx, -128(%rsp)\n"                                           \
      "mov $0x7f, %al; add $1, %al; stc\n" /* overflow, sign, carry */                       \
      before "syscall\n" behind                                                              \
      "mov %rax, 0(%r15); mov %rbx, 8(%r15); mov %rdx, 16(%r15); mov %rsi, 24(%r15)\n"       \
      "mov %rdi, 32(%r15); mov %rbp, 40(%r15); mov %r8, 48(%r15); mov %r9, 56(%r15)\n"       \
      "mov %r10, 64(%r15); mov %r12, 72(%r15); mov %r13, 80(%r15); mov %r14, 88(%r15)\n"     \
      "mov -8(%rsp), %rax; mov %rax, 112(%r15); mov -128(%rsp), %rax; mov %rax, 120(%r15)\n" \
      "pushfq; pop %rax; and $0x8d5, %eax; mov %rax, 96(%r15); movq $0, 104(%r15)\n"         \
      "movdqu %xmm3, 128(%r15)\n"                                                            \
      "pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret\n")

// getpid: 39. What stands behind must leave the flags alone.
SITE(move_before, "mov $39, %eax\n", "");
SITE(long_move_before, "mov $39, %rax\n", "nop; nop; nop\n");
SITE(move_behind, "mov $39, %al; movzbl %al, %eax\n", "mov %rax, %rcx; mov %rcx, %rax\n");
SITE(load_behind, "movabs $39, %rax\n", "lea 8(%rax), %rax; lea -8(%rax), %rax\n");
SITE(store_behind, "mov $39, %eax\n", "mov %rax, -64(%rsp)\n");
SITE(short_behind, "mov $39, %eax\n", "xchg %eax, %ecx; xchg %eax, %ecx; nop\n");
SITE(branch_behind, "mov $39, %eax\n", "jmp 1f; 1:\n");
SITE(direction_set, "std; mov $39, %eax\n", "cld\n");
SITE(other_register, "mov $39, %eax; mov $39, %r11d\n", "mov %eax, %eax\n");

// The instruction in front is part of a longer one whose last bytes look like `mov $39, %eax`.
void looks_alike(struct state* out);
asm(".text\nlooks_alike:\n"
    "mov $39, %eax\n movl $39, -72(%rsp)\n syscall\n ret\n"
    ".byte 0x55, 0x48, 0x89, 0xe5\n");

// Jumps to the `syscall` itself, with other numbers than the move in front of it has.
long jump_to_syscall(long number);
asm(".text\njump_to_syscall:\n mov %rdi, %rax\n jmp 2f\n"
    "mov $39, %eax\n 2: syscall\n ret\n .byte 0x55, 0x48\n");

// Jumps to the instruction behind the `syscall`, with and without a call.
long jump_behind(long call);
asm(".text\njump_behind:\n mov $39, %eax\n test %rdi, %rdi\n mov $7, %edi\n jz 3f\n"
    "syscall\n 3: cmp $-4096, %rax\n ja 4f\n ret\n 4: mov $-1, %eax\n ret\n");

// The site and what is behind it on two pages.
long across_pages(void);
asm(".text\n.p2align 12\n.skip 4091\nacross_pages: .byte 0xb8, 39, 0, 0, 0\n syscall\n mov %rax, "
    "%rdx\n mov %rdx, %rax\n ret\n"
    ".p2align 12\n .skip 4094 - 5\n across_pages2: mov $39, %eax\n syscall\n cmp $-4096, %rax\n "
    "ret\n"
    ".p2align 12\n .skip 4093 - 5\n across_pages3: mov $39, %eax\n syscall\n cmp $-4096, %rax\n "
    "ret\n");
long across_pages2(void);
long across_pages3(void);

static void check(const char* name, void (*site)(struct state*)) {
  struct state first, now;
  int same = 1;
  memset(&first, 0, sizeof first);
  for (int i = 0; i < kTimes; ++i) {
    memset(&now, 0, sizeof now);
    site(&now);
    if (i == 0) first = now;
    same = same && memcmp(&first, &now, sizeof now) == 0;
  }
  printf("%s: %s, pid %s", name, same ? "the same" : "changes",
         first.word[0] == (uint64_t)getpid() ? "right" : "wrong");
  for (int i = 1; i < kWords; ++i) printf(" %llx", (unsigned long long)now.word[i]);
  printf(" xmm %02x%02x\n", now.xmm[0], now.xmm[9]);
}

int main(void) {
  check("move_before", move_before);
  check("long_move_before", long_move_before);
  check("move_behind", move_behind);
  check("load_behind", load_behind);
  check("store_behind", store_behind);
  check("short_behind", short_behind);
  check("branch_behind", branch_behind);
  check("direction_set", direction_set);
  check("other_register", other_register);
  int right = 0;
  for (int i = 0; i < kTimes; ++i) {
    struct state unused;
    right += ((long (*)(struct state*))looks_alike)(&unused) == getpid();
  }
  printf("looks_alike: %d\n", right);
  right = 0;
  for (int i = 0; i < kTimes; ++i)
    right += jump_to_syscall(39) == getpid() && jump_to_syscall(110) == getppid();
  printf("jump_to_syscall: %d\n", right);
  right = 0;
  for (int i = 0; i < kTimes; ++i) right += jump_behind(1) == getpid() && jump_behind(0) == 39;
  printf("jump_behind: %d\n", right);
  right = 0;
  for (int i = 0; i < kTimes; ++i)
    right +=
        across_pages() == getpid() && across_pages2() == getpid() && across_pages3() == getpid();
  printf("across_pages: %d\n", right);
  return 0;
}
