// ps [-t]: the tree of jobs and processes, their memory, and with -t their threads.
#include <algorithm>

#include "lib/info.h"
#include "lib/io.h"
#include "lib/system_handles.h"
#include "lib/task_tree.h"

namespace {

using jacinth::format_to;

std::string_view state_name(zx_thread_state_t state) {
  switch (state) {
    case ZX_THREAD_STATE_NEW:
      return "new";
    case ZX_THREAD_STATE_RUNNING:
      return "running";
    case ZX_THREAD_STATE_SUSPENDED:
      return "suspended";
    case ZX_THREAD_STATE_DYING:
      return "dying";
    case ZX_THREAD_STATE_DEAD:
      return "dead";
    case ZX_THREAD_STATE_BLOCKED_EXCEPTION:
      return "in exception";
    case ZX_THREAD_STATE_BLOCKED_SLEEPING:
      return "sleeping";
    case ZX_THREAD_STATE_BLOCKED_FUTEX:
      return "in futex";
    case ZX_THREAD_STATE_BLOCKED_PORT:
      return "in port";
    case ZX_THREAD_STATE_BLOCKED_CHANNEL:
      return "in channel";
    case ZX_THREAD_STATE_BLOCKED_WAIT_ONE:
    case ZX_THREAD_STATE_BLOCKED_WAIT_MANY:
      return "waiting";
    case ZX_THREAD_STATE_BLOCKED_INTERRUPT:
      return "in interrupt";
    case ZX_THREAD_STATE_BLOCKED_PAGER:
      return "in pager";
    default:
      return "blocked";
  }
}

std::string_view process_state(const zx_info_process_t& info) {
  if (info.exited) return "exited";
  return info.started ? "started" : "new";
}

// Shown only when it is complete: to print is to wake whoever shows it, and that would be in the
// picture.
class Page final : public user::TextSink {
 public:
  void write(std::string_view text) override {
    text_.insert(text_.end(), text.begin(), text.end());
  }
  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::vector<char> text_;
};

class Printer final : public user::TaskVisitor {
 public:
  Printer(Page& page, bool with_threads) : page_(page), with_threads_(with_threads) {}

  bool visit_job(zx_handle_t job, zx_koid_t koid, size_t depth) override {
    line(depth, "job", koid, job, "", {});
    return true;
  }

  bool visit_process(zx_handle_t process, zx_koid_t koid, size_t depth) override {
    const auto info = user::get_info<zx_info_process_t>(process, ZX_INFO_PROCESS);
    const auto memory = user::get_info<zx_info_task_stats_t>(process, ZX_INFO_TASK_STATS);
    line(depth, "process", koid, process, process_state(info), memory);
    if (with_threads_) print_threads(process, depth + 1);
    return true;
  }

 private:
  void print_threads(zx_handle_t process, size_t depth) {
    std::vector<zx_koid_t> koids;
    if (user::get_list(process, ZX_INFO_PROCESS_THREADS, &koids) != ZX_OK) return;
    for (const zx_koid_t koid : koids) {
      user::Handle thread;
      if (zx_object_get_child(process, koid, ZX_RIGHT_SAME_RIGHTS, thread.out()) != ZX_OK) continue;
      const auto info = user::get_info<zx_info_thread_t>(thread.get(), ZX_INFO_THREAD);
      line(depth, "thread", koid, thread.get(), state_name(info.state), {});
    }
  }

  void line(size_t depth, std::string_view kind, zx_koid_t koid, zx_handle_t task,
            std::string_view state, const zx_info_task_stats_t& memory) {
    constexpr std::string_view kIndent = "                ";
    char left[40];
    const auto task_text = jacinth::format_into(
        left, "{}{} {}", kIndent.substr(0, std::min(2 * depth, kIndent.size())), kind, koid);
    format_to(page_, "{:<28} {:<12}", task_text, state);
    if (memory.mem_mapped_bytes != 0) {
      format_to(page_, " {:7} {:7} {:7}  ", memory.mem_private_bytes >> 10,
                memory.mem_shared_bytes >> 10, memory.mem_mapped_bytes >> 10);
    } else {
      format_to(page_, " {:7} {:7} {:7}  ", "", "", "");
    }
    format_to(page_, "{}\n", user::Name(task).view());
  }

  Page& page_;
  const bool with_threads_;
};

}  // namespace

int main(int argc, char** argv) {
  const bool with_threads = argc == 2 && std::string_view(argv[1]) == "-t";
  if (argc > 2 || (argc == 2 && !with_threads)) {
    user::print_error("usage: ps [-t]\n");
    return 2;
  }
  Page page;
  format_to(page, "{:<28} {:<12} {:7} {:7} {:7}  {}\n", "TASK", "STATE", "PRIV/K", "SHARE/K",
            "MAP/K", "NAME");
  Printer printer(page, with_threads);
  user::walk_tasks(user::root_job(), printer);
  user::out().write(page.text());
  return 0;
}
