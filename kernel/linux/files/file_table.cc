#include "linux/files/file_table.h"

#include <algorithm>

namespace jacinth::linux {

namespace {
constexpr uint32_t kMaxDescriptor = 1 << 30;
size_t index_of(int32_t fd) { return static_cast<size_t>(fd); }
}  // namespace

ErrnoOr<RefPtr<FileTable>> FileTable::create() { return to_errno(make_ref<FileTable>()); }

FileTable::~FileTable() {
  for (Slot& slot : slots_) {
    if (slot.file) let_go(std::move(slot.file));
  }
}

void FileTable::let_go(RefPtr<fs::File> file) {
  file->on_close(this);
  file->remove_handle();
}

// Nobody else has the new table yet, so its lock is not needed.
ErrnoOr<RefPtr<FileTable>> FileTable::copy() NO_THREAD_SAFETY_ANALYSIS {
  auto made = TRY(create());
  LockGuard guard(lock_);
  TRY(made->grow_to(slots_.size()));
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].file) continue;
    slots_[i].file->add_handle();
    made->slots_[i] = {slots_[i].file, slots_[i].close_on_exec};
  }
  made->lowest_free_ = lowest_free_;
  return made;
}

ErrnoOr<FileTable::Slot*> FileTable::slot(int32_t fd) {
  if (fd < 0 || index_of(fd) >= slots_.size()) return fail(Errno::BADF);
  Slot& found = slots_[index_of(fd)];
  if (!found.file) return fail(Errno::BADF);
  return &found;
}

ErrnoOr<RefPtr<fs::File>> FileTable::get_any(int32_t fd) {
  LockGuard guard(lock_);
  return TRY(slot(fd))
  ->file;
}

ErrnoOr<RefPtr<fs::File>> FileTable::get(int32_t fd) {
  LockGuard guard(lock_);
  const Slot* const found = TRY(slot(fd));
  if (found->file->is_path_only()) return fail(Errno::BADF);
  return found->file;
}

ErrnoOr<> FileTable::grow_to(size_t count) {
  if (count > slots_.size()) {
    constexpr size_t kStep = 16;
    if (count > slots_.capacity())
      TRY(to_errno(slots_.reserve(std::max({count, kStep, slots_.size() * 2}))));
    while (slots_.size() < count) TRY(to_errno(slots_.push_back({})));
  }
  return {};
}

ErrnoOr<int32_t> FileTable::find_free(int32_t from, uint64_t limit) {
  size_t at = std::max(index_of(from), lowest_free_);
  while (at < slots_.size() && slots_[at].file) ++at;
  if (at >= limit) return fail(Errno::MFILE);
  TRY(grow_to(at + 1));
  if (index_of(from) <= lowest_free_) lowest_free_ = at;
  return static_cast<int32_t>(at);
}

ErrnoOr<int32_t> FileTable::add(RefPtr<fs::File> file, bool close_on_exec, uint64_t limit,
                                int32_t from) {
  LockGuard guard(lock_);
  const int32_t fd = TRY(find_free(from, limit));
  file->add_handle();
  slots_[index_of(fd)] = {std::move(file), close_on_exec};
  return fd;
}

ErrnoOr<> FileTable::check_room(uint64_t limit) {
  LockGuard guard(lock_);
  if (limit > slots_.size()) return {};
  TRY(find_free(0, limit));
  return {};
}

ErrnoOr<FileTable::Pair> FileTable::add_pair(RefPtr<fs::File> first, RefPtr<fs::File> second,
                                             bool close_on_exec, uint64_t limit) {
  const int32_t one = TRY(add(std::move(first), close_on_exec, limit));
  const auto other = add(std::move(second), close_on_exec, limit);
  if (other) return Pair{one, *other};
  (void)close(one);
  return fail(other.error());
}

ErrnoOr<> FileTable::put(int32_t fd, RefPtr<fs::File> file, bool close_on_exec, uint64_t limit) {
  if (fd < 0 || static_cast<uint64_t>(fd) >= limit) return fail(Errno::BADF);
  Slot old{std::move(file), close_on_exec};
  {
    LockGuard guard(lock_);
    TRY(grow_to(index_of(fd) + 1));
    old.file->add_handle();
    std::swap(slots_[index_of(fd)], old);
  }
  if (old.file) let_go(std::move(old.file));
  return {};
}

ErrnoOr<> FileTable::close(int32_t fd) {
  RefPtr<fs::File> file;
  {
    LockGuard guard(lock_);
    file = std::move(TRY(slot(fd))->file);
    lowest_free_ = std::min(lowest_free_, index_of(fd));
  }
  let_go(std::move(file));
  return {};
}

void FileTable::close_range(uint32_t first, uint32_t last, bool mark_only) {
  for (int32_t fd = next_used(static_cast<int32_t>(std::min<uint32_t>(first, kMaxDescriptor)));
       fd >= 0 && static_cast<uint32_t>(fd) <= last; fd = next_used(fd + 1)) {
    if (mark_only) {
      (void)set_close_on_exec(fd, true);
    } else {
      (void)close(fd);
    }
  }
}

RefPtr<fs::File> FileTable::take_marked(size_t& from) {
  LockGuard guard(lock_);
  for (; from < slots_.size(); ++from) {
    if (!slots_[from].file || !slots_[from].close_on_exec) continue;
    lowest_free_ = std::min(lowest_free_, from);
    return std::move(slots_[from].file);
  }
  return nullptr;
}

void FileTable::close_on_exec() {
  size_t from = 0;
  while (auto file = take_marked(from)) let_go(std::move(file));
}

ErrnoOr<bool> FileTable::close_on_exec(int32_t fd) {
  LockGuard guard(lock_);
  return TRY(slot(fd))
  ->close_on_exec;
}

ErrnoOr<> FileTable::set_close_on_exec(int32_t fd, bool value) {
  LockGuard guard(lock_);
  TRY(slot(fd))
  ->close_on_exec = value;
  return {};
}

int32_t FileTable::next_used(int32_t from) {
  LockGuard guard(lock_);
  for (size_t i = index_of(from); i < slots_.size(); ++i) {
    if (slots_[i].file) return static_cast<int32_t>(i);
  }
  return -1;
}

}  // namespace jacinth::linux
