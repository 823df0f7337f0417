// process_vm_readv and process_vm_writev: lists of pieces on both sides, and what cannot be
// reached.
#include <sys/mman.h>
#include <sys/uio.h>
#include "results.h"

static char here[] = "here it is";
static const char constant[] = "constant";
static char* pages;

static void as_other_user(void) {
  char byte;
  struct iovec local = {&byte, 1}, remote = {here, 1};
  SHOW(process_vm_readv(getppid(), &local, 1, &remote, 1, 0));
}

int main(void) {
  int to_child[2], to_parent[2];
  char byte;
  pipe(to_child);
  pipe(to_parent);
  pages = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 2 * 4096, 4096);
  mprotect(pages, 4096, PROT_NONE);
  pid_t child = fork();
  if (child == 0) {
    strcpy(here, "there");
    strcpy(pages + 4096, "page");
    write(to_parent[1], "x", 1);
    read(to_child[0], &byte, 1);
    printf("child: %s, %s\n", here, pages + 4096);
    _exit(0);
  }
  read(to_parent[0], &byte, 1);

  char first[4] = {0}, second[16] = {0};
  struct iovec local[2] = {{first, 2}, {second, 9}};
  struct iovec remote[3] = {{here, 3}, {0, 0}, {pages + 4096, 5}};
  SHOW(process_vm_readv(child, local, 2, remote, 3, 0));
  printf("%s|%s\n", first, second);
  printf("here %s\n", here);
  struct iovec source[2] = {{"THE", 3}, {"RE", 2}}, target[2] = {{here, 5}, {pages + 4097, 0}};
  SHOW(process_vm_writev(child, source, 2, target, 2, 0));
  SHOW(process_vm_readv(child, local, 0, remote, 3, 0));
  SHOW(process_vm_readv(child, local, 2, remote, 0, 0));

  // What the other could not do itself.
  struct iovec buffer = {second, 8}, none = {pages, 8}, text = {(void*)constant, 8};
  SHOW(process_vm_readv(child, &buffer, 1, &none, 1, 0));
  SHOW(process_vm_writev(child, &buffer, 1, &text, 1, 0));
  SHOW(process_vm_readv(child, &buffer, 1, &text, 1, 0));
  // As far as it goes.
  struct iovec end = {pages + 2 * 4096 - 3, 8};
  SHOW(process_vm_readv(child, &buffer, 1, &end, 1, 0));
  struct iovec outside = {BAD_POINTER, 8};
  SHOW(process_vm_readv(child, &outside, 1, &text, 1, 0));

  SHOW(process_vm_readv(child, local, 1, remote, 1, 1));
  SHOW(process_vm_readv(child, local, 1025, remote, 1, 0));
  SHOW(process_vm_readv(child, BAD_POINTER, 1, remote, 1, 0));
  SHOW(process_vm_readv(child, local, 1, BAD_POINTER, 1, 0));
  SHOW(process_vm_readv(4000000, local, 1, remote, 1, 0));
  as_user(12345, as_other_user);
  write(to_child[1], "x", 1);
  wait_for("child", child);
  return 0;
}
