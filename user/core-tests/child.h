// Other processes: this program started again for some CHILD code, and bare ones.
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <string_view>

#include "lib/handle.h"
#include "support.h"

namespace core {

// A process that runs the code CHILD(name). It has one end of a channel; the case has the other.
class Child {
 public:
  // In `job`: the program's own job if none is given.
  explicit Child(std::string_view name, zx_handle_t job = ZX_HANDLE_INVALID);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  zx_handle_t process() const { return process_.get(); }
  zx_handle_t channel() const { return channel_.get(); }
  // Its only thread, found by get_child.
  Handle thread() const;
  // Waits for its end; what it returned.
  int64_t exit_code() const;
  // Waits for its end and expects that nothing failed in it.
  void expect_success() const;

 private:
  Handle process_;
  Handle channel_;
};

// In a child: its end of that channel.
zx_handle_t parent_channel();
// In a child: waits until the case sends something or closes its end.
void await_parent();
// In a child: tells the case with an empty message that it got here.
void tell_parent();
// In the case: waits for such a message.
void await_child(const Child& child);

// A process without a program: the test fills and starts it, if at all.
struct BareProcess {
  Handle process;
  Handle vmar;
  Handle thread;
  explicit BareProcess(zx_handle_t job = ZX_HANDLE_INVALID);
  ~BareProcess();
  BareProcess(const BareProcess&) = delete;
  BareProcess& operator=(const BareProcess&) = delete;
};

// Maps the vDSO into a bare process; where its function of this name is there. 0 on failure.
zx_vaddr_t map_vdso_for(const BareProcess& process, std::string_view function);

// Starts it there, with a stack and with `argument` as first argument.
zx_status_t start_at(const BareProcess& process, zx_vaddr_t entry,
                     zx_handle_t argument = ZX_HANDLE_INVALID);

zx_info_process_t process_info(zx_handle_t process);

}  // namespace core
