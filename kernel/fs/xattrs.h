// Extended attributes kept in memory.
#pragma once

#include <span>
#include <string_view>

#include "base/errno.h"
#include "base/vector.h"
#include "fs/node.h"

namespace jacinth::fs {

// A few per node, so a plain list. Not locked.
class Xattrs : public HeapAllocated {
 public:
  static constexpr size_t kMaxXattrName = 255;
  static constexpr size_t kMaxValue = 64 * 1024;
  // All of a node's names and values together.
  static constexpr size_t kMaxTotal = 256 * 1024;

  // As Node's functions of these names. ENOSPC: too much for one node.
  ErrnoOr<size_t> get(std::string_view name, std::span<std::byte> out) const;
  ErrnoOr<> set(std::string_view name, std::span<const std::byte> value, Node::SetXattr how);
  ErrnoOr<> remove(std::string_view name);
  ErrnoOr<size_t> list(std::span<char> out) const;

 private:
  // The name, then the value, in one block.
  struct Attribute {
    size_t name_bytes = 0;
    Vector<std::byte> bytes{};
    std::string_view name() const {
      return {reinterpret_cast<const char*>(bytes.data()), name_bytes};
    }
    std::span<const std::byte> value() const {
      return std::span<const std::byte>(bytes).subspan(name_bytes);
    }
  };
  Attribute* find(std::string_view name);
  const Attribute* find(std::string_view name) const {
    return const_cast<Xattrs*>(this)->find(name);
  }

  Vector<Attribute> attributes_;
  size_t total_ = 0;
};

}  // namespace jacinth::fs
