// The mounts that a process sees.
#include <array>

#include "fs/epoch.h"
#include "fs/mount.h"
#include "linux/proc/task_text.h"

namespace jacinth::linux::task_text {
namespace {

using fs::Mount;

// The list is made under the lock of all mounts and described without it.
struct Entry {
  RefPtr<Mount> mount;
  uint64_t parent = 0;
  RefPtr<Mount> above;  // null: the namespace's root
  RefPtr<fs::Dentry> point;
  Mount::Sharing sharing;
};

struct MountsView {
  RefPtr<FsContext> fs;
  fs::Path root;
  Vector<Entry> entries;
};

ErrnoOr<MountsView> look_at_mounts(const Subject& subject) {
  MountsView view;
  TRY(subject.with_thread([&](LinuxThread& thread) -> ErrnoOr<> {
    view.fs = thread.shared_fs();
    if (!view.fs) return fail(Errno::SRCH);
    return {};
  }));
  view.root = view.fs->root();
  bool short_of_memory = false;
  view.fs->mounts().for_each([&](Mount& mount, Mount* parent, fs::Dentry* point) {
    Entry entry;
    entry.mount = RefPtr(&mount);
    entry.sharing = mount.sharing();
    entry.parent = parent != nullptr ? parent->id() : 0;
    if (parent != nullptr) entry.above = RefPtr(parent);
    if (point != nullptr) entry.point = RefPtr(point);
    short_of_memory = !view.entries.push_back(std::move(entry)) || short_of_memory;
  });
  if (short_of_memory) return fail(Errno::NOMEM);
  return view;
}

void write_options(const Mount& mount, TextSink& out) {
  using namespace fs::mount_flags;
  out.write(mount.read_only() ? "ro" : "rw");
  if ((mount.flags() & kNoSetUser) != 0) out.write(",nosuid");
  if ((mount.flags() & kNoDevices) != 0) out.write(",nodev");
  if ((mount.flags() & kNoExecute) != 0) out.write(",noexec");
  out.write((mount.flags() & kNoAccessTime) != 0 ? ",noatime" : ",relatime");
}

// Spaces and the like as Linux writes them: in octal.
void write_escaped(std::string_view text, TextSink& out) {
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\\') {
      const char escape[] = {'\\', static_cast<char>('0' + (c >> 6 & 7)),
                             static_cast<char>('0' + (c >> 3 & 7)),
                             static_cast<char>('0' + (c & 7))};
      out.write({escape, sizeof escape});
    } else {
      out.write({&c, 1});
    }
  }
}

// Where in its file system a mount's root is.
void write_inner_path(const fs::Dentry& dentry, TextSink& out) {
  constexpr size_t kDeepest = 32;
  std::array<std::string_view, kDeepest> names;
  size_t depth = 0;
  fs::Epoch::Reading reading;
  for (const fs::Dentry* at = &dentry; !at->is_root() && depth < kDeepest;) {
    const fs::DentryPlace& place = at->place();
    names[depth++] = place.name();
    at = place.directory();
  }
  if (depth == 0) out.write("/");
  while (depth != 0) {
    out.write("/");
    write_escaped(names[--depth], out);
  }
}

// Where it is seen; empty: not below the process's root.
std::string_view place_of(const MountsView& view, const Entry& entry, std::span<char> buffer) {
  if (!entry.point) return "/";
  bool reachable = true;
  const auto text = fs::describe(fs::Path(entry.above, entry.point), view.root, buffer, &reachable);
  return text && reachable ? *text : std::string_view();
}

void write_sharing(const Mount::Sharing& sharing, TextSink& out) {
  if (sharing.group != 0) format_to(out, " shared:{}", sharing.group);
  if (sharing.master != 0) format_to(out, " master:{}", sharing.master);
  if (sharing.unbindable) out.write(" unbindable");
}

std::string_view source_of(const Mount& mount) {
  return mount.source().empty() ? std::string_view("none") : mount.source();
}

}  // namespace

ErrnoOr<> mounts(const Subject& subject, TextSink& out) {
  const MountsView view = TRY(look_at_mounts(subject));
  std::array<char, 1024> buffer;
  for (const Entry& entry : view.entries) {
    const std::string_view place = place_of(view, entry, buffer);
    if (place.empty()) continue;
    Mount& mount = *entry.mount;
    write_escaped(source_of(mount), out);
    out.write(" ");
    write_escaped(place, out);
    format_to(out, " {} ", mount.file_system().type());
    write_options(mount, out);
    mount.file_system().describe_options(out);
    out.write(" 0 0\n");
  }
  return {};
}

ErrnoOr<> mount_info(const Subject& subject, TextSink& out) {
  const MountsView view = TRY(look_at_mounts(subject));
  std::array<char, 1024> buffer;
  for (const Entry& entry : view.entries) {
    const std::string_view place = place_of(view, entry, buffer);
    if (place.empty()) continue;
    Mount& mount = *entry.mount;
    const fs::DeviceNumber device = mount.file_system().device();
    format_to(out, "{} {} {}:{} ", mount.id(), entry.parent != 0 ? entry.parent : mount.id(),
              device.major, device.minor);
    write_inner_path(mount.root(), out);
    out.write(" ");
    write_escaped(place, out);
    out.write(" ");
    write_options(mount, out);
    write_sharing(entry.sharing, out);
    format_to(out, " - {} ", mount.file_system().type());
    write_escaped(source_of(mount), out);
    out.write(" rw");
    mount.file_system().describe_options(out);
    out.write("\n");
  }
  return {};
}

}  // namespace jacinth::linux::task_text
