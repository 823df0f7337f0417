#include "fs/generated_file.h"

#include <algorithm>

namespace jacinth::fs {

void TextBuilder::write(std::string_view text) {
  const size_t wanted = text_.size() + text.size();
  if (wanted > text_.capacity() && !text_.reserve(std::max(wanted, 2 * text_.capacity()))) {
    failed_ = true;
    return;
  }
  for (char c : text) static_cast<void>(text_.push_back(c));
}

ErrnoOr<> GeneratedFile::make_valid(bool anew) {
  if (!anew && contents_.lock()->valid) return {};
  TextBuilder fresh;
  TRY(generate(fresh));
  if (fresh.failed()) return fail(Errno::NOMEM);
  auto contents = contents_.lock();
  std::swap(contents->made, fresh);
  contents->valid = true;
  return {};
}

// From one text to the end, but for what is lost when somebody has it made anew meanwhile.
ErrnoOr<size_t> GeneratedFile::copy(uint64_t offset, IoTarget& to) {
  size_t done = 0;
  for (;;) {
    {
      auto contents = contents_.lock();
      const Vector<char>& text = contents->made.text();
      const uint64_t from = std::min<uint64_t>(offset + done, text.size());
      const size_t wanted = std::min<size_t>(text.size() - from, to.remaining());
      const size_t copied =
          to.put_now(std::as_bytes(std::span<const char>(text).subspan(from, wanted)));
      done += copied;
      if (copied == wanted) return done;
    }
    if (const ErrnoOr<> ready = to.make_ready(); !ready)
      return done != 0 ? ErrnoOr<size_t>(done) : fail(ready.error());
  }
}

File::Transferred GeneratedFile::read(IoTarget to, IoFlags how) {
  const uint64_t offset = contents_.lock()->position;
  const auto run = [&]() -> ErrnoOr<size_t> {
    TRY(make_valid(offset == 0));
    const size_t done = TRY(copy(offset, to));
    contents_.lock()->position = offset + done;
    return done;
  };
  return run();
}

File::Transferred GeneratedFile::read_at(uint64_t offset, IoTarget to, IoFlags) {
  const auto run = [&]() -> ErrnoOr<size_t> {
    TRY(make_valid(offset == 0));
    return copy(offset, to);
  };
  return run();
}

ErrnoOr<uint64_t> GeneratedFile::seek(Whence whence, int64_t offset) {
  auto contents = contents_.lock();
  int64_t target = offset;
  if (whence == Whence::Current &&
      __builtin_add_overflow(static_cast<int64_t>(contents->position), offset, &target))
    return fail(Errno::OVERFLOW);
  if (whence > Whence::Current || target < 0) return fail(Errno::INVAL);
  return contents->position = static_cast<uint64_t>(target);
}

}  // namespace jacinth::fs
