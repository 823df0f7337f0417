#include "fs/xattrs.h"

#include <algorithm>
#include <cstring>

namespace jacinth::fs {

Xattrs::Attribute* Xattrs::find(std::string_view name) {
  const auto found = std::ranges::find(attributes_, name, &Attribute::name);
  return found == attributes_.end() ? nullptr : found;
}

ErrnoOr<size_t> Xattrs::get(std::string_view name, std::span<std::byte> out) const {
  const Attribute* found = find(name);
  if (found == nullptr) return fail(Errno::NODATA);
  const auto value = found->value();
  if (out.empty()) return value.size();
  if (out.size() < value.size()) return fail(Errno::RANGE);
  std::ranges::copy(value, out.begin());
  return value.size();
}

ErrnoOr<> Xattrs::set(std::string_view name, std::span<const std::byte> value, Node::SetXattr how) {
  if (name.empty() || name.size() > kMaxXattrName) return fail(Errno::RANGE);
  if (value.size() > kMaxValue) return fail(Errno::TOOBIG);
  Attribute* found = find(name);
  if (found != nullptr && how == Node::SetXattr::Create) return fail(Errno::EXIST);
  if (found == nullptr && how == Node::SetXattr::Replace) return fail(Errno::NODATA);
  const size_t before = found == nullptr ? 0 : found->bytes.size();
  const size_t after = total_ - before + name.size() + value.size();
  if (after > kMaxTotal) return fail(Errno::NOSPC);
  Attribute fresh{.name_bytes = name.size()};
  fresh.bytes = TRY(to_errno(Vector<std::byte>::with_size(name.size() + value.size())));
  memcpy(fresh.bytes.data(), name.data(), name.size());
  std::ranges::copy(value, fresh.bytes.begin() + name.size());
  if (found != nullptr) {
    *found = std::move(fresh);
  } else {
    TRY(to_errno(attributes_.push_back(std::move(fresh))));
  }
  total_ = after;
  return {};
}

ErrnoOr<> Xattrs::remove(std::string_view name) {
  Attribute* found = find(name);
  if (found == nullptr) return fail(Errno::NODATA);
  total_ -= found->bytes.size();
  attributes_.erase(static_cast<size_t>(found - attributes_.begin()));
  return {};
}

ErrnoOr<size_t> Xattrs::list(std::span<char> out) const {
  size_t bytes = 0;
  for (const Attribute& attribute : attributes_) bytes += attribute.name_bytes + 1;
  if (out.empty()) return bytes;
  if (out.size() < bytes) return fail(Errno::RANGE);
  char* at = out.data();
  for (const Attribute& attribute : attributes_) {
    at = std::ranges::copy(attribute.name(), at).out;
    *at++ = '\0';
  }
  return bytes;
}

}  // namespace jacinth::fs
