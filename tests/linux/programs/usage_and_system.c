// getrusage, sysinfo, uname, personality, sethostname: errors, and sums that can be trusted.
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include "results.h"
static void user(void) {
  SHOW(sethostname("x", 1));
  SHOW(setdomainname("x", 1));
}
int main(void) {
  struct rusage usage;
  struct utsname names;
  struct sysinfo system;
  SHOW(getrusage(RUSAGE_SELF, &usage));
  SHOW(usage.ru_utime.tv_usec >= 0 && usage.ru_utime.tv_usec < 1000000);
  SHOW(getrusage(RUSAGE_THREAD, &usage));
  SHOW(getrusage(RUSAGE_CHILDREN, &usage));
  SHOW(usage.ru_utime.tv_sec + usage.ru_utime.tv_usec);
  SHOW(getrusage(5, &usage));
  SHOW(getrusage(-2, &usage));
  SHOW(syscall(SYS_getrusage, RUSAGE_SELF, BAD_POINTER));
  SHOW(uname(&names));
  puts(names.sysname);
#ifdef __riscv
  puts(strcmp(names.machine, "riscv64") == 0 ? "this machine" : names.machine);
#else
  puts(strcmp(names.machine, "x86_64") == 0 ? "this machine" : names.machine);
#endif
  SHOW(syscall(SYS_uname, BAD_POINTER));
  SHOW(sysinfo(&system));
  SHOW(system.mem_unit > 0 && system.totalram > 0 && system.freeram <= system.totalram &&
       system.procs > 0);
  SHOW(syscall(SYS_sysinfo, BAD_POINTER));
  SHOW(personality(0xffffffff));
  SHOW(personality(ADDR_NO_RANDOMIZE));
  SHOW(personality(0xffffffff) == ADDR_NO_RANDOMIZE);
  SHOW(syscall(SYS_sethostname, "x", 65));
  SHOW(syscall(SYS_sethostname, "x", -1));
  SHOW(syscall(SYS_sethostname, BAD_POINTER, 5));
  SHOW(syscall(SYS_setdomainname, "x", 65));
  as_user(1000, user);
  unsigned cpu = 9999, node = 9999;
  SHOW(syscall(SYS_getcpu, &cpu, &node, NULL));
  SHOW(cpu < 9999 && node < 9999);
  SHOW(syscall(SYS_getcpu, NULL, NULL, NULL));
  SHOW(syscall(SYS_getcpu, BAD_POINTER, NULL, NULL));
  SHOW(syscall(SYS_gettid) == getpid());
  SHOW(syscall(9999));
  SHOW(syscall(-1));
  return 0;
}
