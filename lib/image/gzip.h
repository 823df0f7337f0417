// gzip files (RFC 1952) and the DEFLATE method inside them (RFC 1951).
#pragma once

#include "image/bytes.h"

namespace jacinth::image {

// Takes what is unpacked, and has it at hand again: DEFLATE repeats parts of its last 32 KiB.
class Unpacked {
 public:
  // False: no room; unpacking ends.
  virtual bool append(std::byte byte) = 0;
  // Appends the `bytes` bytes (up to 258) that begin `distance` bytes before the end; they may
  // overlap what is appended. False: no room, or there are not so many.
  virtual bool repeat(size_t distance, size_t bytes) = 0;
  // All of it so far, from the last restart() on.
  virtual Bytes view() const = 0;
  // A further member of the file begins.
  virtual void restart() = 0;

 protected:
  ~Unpacked() = default;
};

// Whether the bytes begin as a gzip file does.
bool is_gzip(Bytes file);

// Unpacks all members of a gzip file, one after the other, and checks their checksums.
Parsed<> gunzip(Bytes file, Unpacked& out);

// Unpacks DEFLATE data; returns how many bytes of `data` it took.
Parsed<uint64_t> inflate(Bytes data, Unpacked& out);

}  // namespace jacinth::image
