// Files whose contents are made when they are read: what procfs and sysfs consist of.
#pragma once

#include "base/vector.h"
#include "fs/file.h"
#include "text/format.h"

namespace jacinth::fs {

// Collects text in growing memory; remembers that some was missing when memory is short.
class TextBuilder final : public TextSink {
 public:
  void write(std::string_view text) override;
  bool failed() const { return failed_; }
  const Vector<char>& text() const { return text_; }

 private:
  Vector<char> text_;
  bool failed_ = false;
};

// An open file whose whole text is made at its first read and again after each seek to the start:
// what one reader sees is of one moment. Made by a node's open().
class GeneratedFile : public File {
 public:
  Transferred read(IoTarget to, IoFlags how) override;
  Transferred read_at(uint64_t offset, IoTarget to, IoFlags how) override;
  ErrnoOr<uint64_t> seek(Whence whence, int64_t offset) override;
  bool can_poll() override { return false; }

 protected:
  using File::File;
  // Writes the contents. No lock held.
  virtual ErrnoOr<> generate(TextSink& out) = 0;

 private:
  struct Contents {
    TextBuilder made;
    bool valid = false;
    uint64_t position = 0;
  };
  ErrnoOr<> make_valid(bool anew);
  ErrnoOr<size_t> copy(uint64_t offset, IoTarget& to);

  Guarded<Contents, LockRank::FsFile> contents_;
};

}  // namespace jacinth::fs
