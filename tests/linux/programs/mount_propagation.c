// Mounts that tell others of what is mounted in them: shared, slave, private, unbindable.
#include <sched.h>
#include <sys/mount.h>
#include "results.h"
static int mount_tmpfs(const char* at) { return mount("none", at, "tmpfs", 0, 0); }
static int set(const char* at, unsigned long how) { return mount("none", at, 0, how, 0); }
static int bind(const char* from, const char* to, unsigned long how) {
  return mount(from, to, 0, MS_BIND | how, 0);
}
// What mountinfo says of the mount that is at `place`: which of its fields are there.
static void show(const char* place) {
  char line[1024], at[512], whole[600];
  snprintf(whole, sizeof whole, "%s/%s", fresh_directory, place);
  FILE* info = fopen("/proc/self/mountinfo", "r");
  char found[64] = "nothing";
  while (fgets(line, sizeof line, info)) {
    sscanf(line, "%*s %*s %*s %*s %s", at);
    if (strcmp(at, whole)) continue;
    char* end = strstr(line, " - ");
    *end = 0;
    snprintf(found, sizeof found, "a mount%s%s%s", strstr(line, " shared:") ? " shared" : "",
             strstr(line, " master:") ? " slave" : "",
             strstr(line, " unbindable") ? " unbindable" : "");
  }
  fclose(info);
  printf("%s: %s\n", place, found);
}
static void make(const char* place) {
  char path[64];
  snprintf(path, sizeof path, "%s", place);
  mkdir(path, 0755);
}
static void peers(void) {
  mount_tmpfs("a"), make("a/in");
  SHOW(set("a", MS_SHARED));
  SHOW(bind("a", "b", 0));
  show("a"), show("b");
  SHOW(mount_tmpfs("a/in"));
  show("a/in"), show("b/in");
  make_file("a/in/file", "told");
  show_file("b/in/file");
  SHOW(umount("b/in"));
  show("a/in"), show("b/in");
  SHOW(set("b", MS_PRIVATE));
  mount_tmpfs("a/in");
  show("a"), show("b"), show("b/in");
}
static void slaves(void) {
  mount_tmpfs("a"), make("a/in"), make("a/other");
  set("a", MS_SHARED), bind("a", "b", 0), bind("a", "c", 0);
  SHOW(set("b", MS_SLAVE));
  show("b");
  mount_tmpfs("a/in"), show("b/in"), show("c/in");
  mount_tmpfs("b/other"), show("a/other"), show("c/other");
  SHOW(umount("a/in"));
  show("b/in");
  SHOW(set("b", MS_SHARED));
  show("b");
  bind("b", "d", 0);
  show("d");
  mount_tmpfs("a/in");
  show("b/in"), show("d/in");
  // Whom nobody tells any more.
  set("a", MS_PRIVATE), set("c", MS_PRIVATE);
  show("b"), show("d");
}
static void unbindables(void) {
  mount_tmpfs("a"), make("a/in"), make("a/out");
  mount_tmpfs("a/in"), mount_tmpfs("a/out");
  SHOW(set("a/in", MS_UNBINDABLE));
  show("a/in");
  SHOW(bind("a/in", "b", 0));
  SHOW(bind("a", "b", MS_REC));
  show("b/in"), show("b/out");
}
static void other_namespace(void) {
  mount_tmpfs("a"), make("a/in"), make("a/own");
  set("a", MS_SHARED);
  int ends[2], back[2];
  char byte;
  pipe(ends), pipe(back);
  pid_t child = fork();
  if (child == 0) {
    SHOW(unshare(CLONE_NEWNS));
    write(back[1], "", 1), read(ends[0], &byte, 1);
    show("a/in");
    SHOW(set("a", MS_SLAVE));
    mount_tmpfs("a/own");
    write(back[1], "", 1), read(ends[0], &byte, 1);
    show("a/in");
    _exit(0);
  }
  read(back[0], &byte, 1);
  SHOW(mount_tmpfs("a/in"));
  write(ends[1], "", 1), read(back[0], &byte, 1);
  show("a/own");
  SHOW(umount("a/in"));
  write(ends[1], "", 1);
  wait_for("child", child);
}
static void moving(void) {
  mount_tmpfs("a"), make("a/in"), mount_tmpfs("a/in");
  set("a", MS_SHARED);
  SHOW(mount("a/in", "c", 0, MS_MOVE, 0));
  mount_tmpfs("c");
  bind("a", "b", 0);
  make("a/new");
  SHOW(mount("c", "a/new", 0, MS_MOVE, 0));
  show("a/new"), show("b/new");
}
static void busy(void) {
  mount_tmpfs("a"), make("a/in");
  set("a", MS_SHARED), bind("a", "b", 0), mount_tmpfs("a/in");
  int fd = open("b/in", O_RDONLY);
  SHOW(umount("a/in"));
  close(fd);
  make("b/in/deep"), mount_tmpfs("a/in/deep");
  show("b/in/deep");
  SHOW(umount("a/in"));
  SHOW(umount2("a/in", MNT_DETACH));
  show("b/in"), show("b/in/deep");
}
static void errors(void) {
  mount_tmpfs("a"), make("a/in");
  SHOW(set("a/in", MS_SHARED));
  SHOW(set("a", MS_SHARED | MS_PRIVATE));
  SHOW(set("a", MS_SHARED | MS_RDONLY));
  SHOW(set("a", MS_SHARED | MS_REC | MS_SILENT));
}
static void in_namespace(const char* what, void (*body)(void)) {
  printf("-- %s\n", what);
  pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWNS) || set("/", MS_REC | MS_PRIVATE)) _exit(98);
    body();
    _exit(0);
  }
  wait_for("all", child);
}
int main(void) {
  enter_fresh_directory();
  for (const char* name = "abcd"; *name; ++name) mkdir((char[]){*name, 0}, 0755);
  in_namespace("peers", peers);
  in_namespace("slaves", slaves);
  in_namespace("unbindable", unbindables);
  in_namespace("another namespace", other_namespace);
  in_namespace("moving", moving);
  in_namespace("busy", busy);
  in_namespace("errors", errors);
  return 0;
}
