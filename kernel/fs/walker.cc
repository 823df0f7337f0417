#include "fs/walker.h"

#include "fs/tree.h"

namespace jacinth::fs {
namespace {

using Last = Parent::Last;

Last kind_of(std::string_view part) {
  if (part == ".") return Last::Dot;
  if (part == "..") return Last::DotDot;
  return Last::Name;
}

}  // namespace

Walker::Walker(const WalkFrom& from, uint32_t flags)
    : from_(from),
      flags_(flags),
      mount_(from.base.mount.get()),
      at_(from.base.dentry.get()),
      moves_(NameTable::moves()),
      mount_changes_(MountTable::changes()) {
  const bool confined = flag(walk_flags::kBeneath | walk_flags::kInRoot);
  const Path& root = confined ? from.base : from.root;
  root_mount_ = root.mount.get();
  root_ = root.dentry.get();
}

Walker::~Walker() {
  while (pop()) {
  }
}

// --- the text ---

void Walker::push(Interrupted text) {
  new (stack_ + depth_++ * sizeof(Interrupted)) Interrupted(std::move(text));
}

bool Walker::pop() {
  if (depth_ == 0) return false;
  auto* text =
      std::launder(reinterpret_cast<Interrupted*>(stack_ + --depth_ * sizeof(Interrupted)));
  rest_ = text->rest;
  keep_ = std::move(text->keep);
  text->~Interrupted();
  return true;
}

void Walker::skip_slashes() {
  while (!rest_.empty() && rest_.front() == '/') rest_.remove_prefix(1);
}

std::string_view Walker::take_part() {
  const std::string_view part = rest_.substr(0, rest_.find('/'));
  rest_.remove_prefix(part.size());
  return part;
}

// --- the walk ---

ErrnoOr<> Walker::run(std::string_view path) {
  TRY(begin(path));
  do {
    TRY(to_last());
  } while (!TRY(enter_last(flag(walk_flags::kFollow))));
  return check_confined();
}

ErrnoOr<> Walker::begin(std::string_view path) {
  if (path.empty()) return flag(walk_flags::kAllowEmpty) ? ErrnoOr<>() : fail(Errno::NOENT);
  rest_ = path;
  if (path.front() != '/') return {};
  if (flag(walk_flags::kBeneath)) return fail(Errno::XDEV);
  mount_ = root_mount_;
  at_ = root_;
  return {};
}

ErrnoOr<> Walker::may_search() const {
  if (!node().is_directory()) return fail(Errno::NOTDIR);
  return check_access(node(), from_.who, access::kExecute);
}

ErrnoOr<> Walker::to_last() {
  for (;;) {
    skip_slashes();
    if (rest_.empty()) {
      if (pop()) continue;
      last_ = Last::Root;
      return {};
    }
    TRY(may_search());
    const std::string_view part = take_part();
    const bool slash = !rest_.empty();
    skip_slashes();
    if (rest_.empty() && depth_ == 0) {
      trailing_slash_ |= slash;
      last_ = kind_of(part);
      name_ = part;
      return {};
    }
    bool followed = false;
    TRY(enter(kind_of(part), part, true, &followed));
  }
}

ErrnoOr<bool> Walker::enter_last(bool follow) {
  bool followed = false;
  TRY(enter(last_, name_, follow || trailing_slash_, &followed));
  if (followed) return false;
  if ((trailing_slash_ || flag(walk_flags::kDirectory)) && !node().is_directory())
    return fail(Errno::NOTDIR);
  return true;
}

ErrnoOr<> Walker::enter(Last kind, std::string_view name, bool follow, bool* followed) {
  switch (kind) {
    case Last::Root:
    case Last::Dot:
      return {};
    case Last::DotDot:
      return go_up();
    case Last::Name:
      break;
  }
  Dentry* const child = TRY(look_up(name));
  return step_into(*child, follow, followed);
}

ErrnoOr<Dentry*> Walker::look_up(std::string_view name) {
  if (name.size() > kMaxName) return fail(Errno::NAMETOOLONG);
  if (node().file_system().names() == FileSystem::Names::All) {
    const NameTable::Found found = NameTable::find(*at_, name);
    if (found.dentry != nullptr) return found.dentry;
    if (found.certain) return fail(Errno::NOENT);
  } else if (flag(walk_flags::kCached)) {
    return fail(Errno::AGAIN);
  }
  held_ = TRY(Tree::find(*at_, name));
  return held_.get();
}

ErrnoOr<> Walker::step_into(Dentry& child, bool follow, bool* followed) {
  if (follow && child.node().type() == FileType::Symlink) {
    *followed = true;
    return follow_link(child.node());
  }
  at_ = &child;
  return cross_mounts();
}

ErrnoOr<> Walker::cross_mounts() {
  while (at_->mount_point()) {
    Mount* const over = MountTable::mounted_at(*mount_, *at_);
    if (over == nullptr) break;
    if (flag(walk_flags::kNoXdev)) return fail(Errno::XDEV);
    mount_ = over;
    at_ = &over->root();
  }
  return {};
}

ErrnoOr<> Walker::follow_link(Node& link) {
  if (flag(walk_flags::kNoSymlinks) || ++links_ > kMaxLinks) return fail(Errno::LOOP);
  LinkTarget target = TRY(link.read_link(from_.who));
  if (target.place != nullptr) {
    if (flag(walk_flags::kNoMagicLinks)) return fail(Errno::LOOP);
    if (flag(walk_flags::kBeneath | walk_flags::kInRoot)) return fail(Errno::XDEV);
    jumped_ = *target.place;
    return jump_to(*jumped_.mount, *jumped_.dentry);
  }
  if (target.text.empty()) return fail(Errno::NOENT);
  if (!rest_.empty()) {
    push({.rest = rest_, .keep = std::move(keep_)});
  }
  rest_ = target.text;
  keep_ = std::move(target.keep);
  if (rest_.front() != '/') return {};
  if (flag(walk_flags::kBeneath)) return fail(Errno::XDEV);
  return jump_to(*root_mount_, *root_);
}

ErrnoOr<> Walker::jump_to(Mount& mount, Dentry& dentry) {
  if (flag(walk_flags::kNoXdev) && &mount != mount_) return fail(Errno::XDEV);
  mount_ = &mount;
  at_ = &dentry;
  return {};
}

ErrnoOr<> Walker::go_up() {
  went_up_ = true;
  for (;;) {
    if (at_root()) return flag(walk_flags::kBeneath) ? fail(Errno::XDEV) : ErrnoOr<>();
    if (at_ != &mount_->root() && !at_->is_root()) break;
    const MountTable::Point point = MountTable::point_of(*mount_);
    if (point.dentry == nullptr) return {};
    if (flag(walk_flags::kNoXdev)) return fail(Errno::XDEV);
    mount_ = point.mount;
    at_ = point.dentry;
  }
  at_ = at_->directory();
  // A directory may have been moved out of the part of its file system that is mounted here.
  const Dentry& top = mount_->root();
  if (!top.is_root() && !Tree::is_below(*at_, top)) return fail(Errno::NOENT);
  return cross_mounts();
}

ErrnoOr<> Walker::check_confined() const {
  if (!went_up_ || !flag(walk_flags::kBeneath | walk_flags::kInRoot)) return {};
  if (moves_ == NameTable::moves() && mount_changes_ == MountTable::changes()) return {};
  return fail(Errno::AGAIN);
}

std::optional<Path> Walker::path() const {
  interleave_point();
  if (!at_->try_add_ref()) return std::nullopt;
  RefPtr<Dentry> dentry = RefPtr<Dentry>::adopt(at_);
  if (!mount_->try_add_ref()) return std::nullopt;
  return Path(RefPtr<Mount>::adopt(mount_), std::move(dentry));
}

}  // namespace jacinth::fs
