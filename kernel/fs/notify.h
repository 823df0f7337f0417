// Watching nodes: what inotify hangs on.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/intrusive.h"

namespace jacinth::fs {

class Node;
struct Path;

// What has happened; the numbers of inotify's IN_….
namespace event {
inline constexpr uint32_t kAccess = 0x1;
inline constexpr uint32_t kModify = 0x2;
inline constexpr uint32_t kAttributes = 0x4;
inline constexpr uint32_t kCloseWrite = 0x8;
inline constexpr uint32_t kCloseNoWrite = 0x10;
inline constexpr uint32_t kOpen = 0x20;
inline constexpr uint32_t kMovedFrom = 0x40;
inline constexpr uint32_t kMovedTo = 0x80;
inline constexpr uint32_t kCreate = 0x100;
inline constexpr uint32_t kDelete = 0x200;
inline constexpr uint32_t kDeleteSelf = 0x400;
inline constexpr uint32_t kMoveSelf = 0x800;
inline constexpr uint32_t kUnmount = 0x2000;
inline constexpr uint32_t kIsDirectory = 0x40000000;
}  // namespace event

// One who wants to know. Embedded in its owner; must be removed before it dies.
class Watch {
 public:
  Watch() = default;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Something happened to the node, or (with a name) in the directory. Under the node's lock.
  // `cookie` joins the two halves of a rename; else 0.
  virtual void on_event(uint32_t events, std::string_view name, uint32_t cookie) = 0;

  // The owner keeps the node alive as long as it watches.
  void start(Node& node);
  // After this no call is under way.
  void stop(Node& node);

 protected:
  ~Watch() = default;

 private:
  friend class Node;
  ListHook link_;
};

// Tells who watches the directory that `path` is found in, under the name that it has there; before
// the node's own watches are told. Costs nothing while there are no watches at all. No lock held.
void notify_directory(const Path& path, uint32_t events);

}  // namespace jacinth::fs
