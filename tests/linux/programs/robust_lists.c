// Robust lists: what a thread that ends without unlocking leaves behind.
#include "futexes.h"
struct node {
  struct node* next;
  int word;
};
struct head {
  struct node* next;
  long offset;
  struct node* pending;
};
static struct {
  struct head head;
  struct node nodes[4];
}* shared;
static void* leaves_locks(void* unused) {
  int id = syscall(SYS_gettid);
  struct head* head = &shared->head;
  head->offset = offsetof(struct node, word), head->pending = &shared->nodes[3];
  head->next = &shared->nodes[0], shared->nodes[0].next = &shared->nodes[1];
  shared->nodes[1].next = &shared->nodes[2], shared->nodes[2].next = (struct node*)head;
  shared->nodes[0].word = id, shared->nodes[1].word = 12345,
  shared->nodes[2].word = id | 0x80000000;
  shared->nodes[3].word = id;
  SHOW(syscall(SYS_set_robust_list, head, sizeof *head));
  if (unused) _exit(0);
  syscall(SYS_exit, 0);
  return NULL;
}
static void show(const char* when) {
  printf("%s:", when);
  for (int i = 0; i < 4; ++i) {
    int word = shared->nodes[i].word;
    printf(" %s%s%s", word & 0x40000000 ? "died " : "alive ", word & 0x80000000 ? "waiters " : "",
           word & 0x3fffffff ? word == 12345 ? "other," : "owned," : "free,");
  }
  puts("");
}
int main(void) {
  shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  SHOW(syscall(SYS_set_robust_list, &shared->head, 5));
  void* list;
  size_t size;
  SHOW(syscall(SYS_get_robust_list, 0x3fffffff, &list, &size));
  SHOW(syscall(SYS_get_robust_list, 0, BAD_POINTER, &size));
  pid_t child = fork();
  if (child == 0) leaves_locks(shared);
  wait_for("child", child);
  show("process");
  child = fork();
  if (child == 0) {
    leaves_locks(NULL);
  }
  wait_for("child", child);
  show("exit of its thread");
  child = fork();
  if (child == 0) {
    SHOW(syscall(SYS_set_robust_list, BAD_POINTER, sizeof(struct head)));
    SHOW(syscall(SYS_get_robust_list, 0, &list, &size));
    SHOW(list == BAD_POINTER && size == sizeof(struct head));
    _exit(0);  // A list that cannot be read harms nobody.
  }
  wait_for("bad list", child);
  return 0;
}
