// Who a process acts for.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "fs/credentials.h"

namespace jacinth::linux {

inline constexpr size_t kMaxGroups = 64;

// The supplementary groups. There are few or none most often, and credentials are copied at every
// call on files: so only those in use are.
class GroupList {
 public:
  GroupList() = default;
  GroupList(const GroupList& other) { assign(other.view()); }
  GroupList& operator=(const GroupList& other) {
    if (this != &other) assign(other.view());
    return *this;
  }

  // At most kMaxGroups, which are not this list's own.
  void assign(std::span<const uint32_t> ids) {
    count_ = static_cast<uint32_t>(ids.size());
    std::ranges::copy(ids, ids_.begin());
  }
  std::span<const uint32_t> view() const { return std::span(ids_).first(count_); }

 private:
  uint32_t count_ = 0;
  std::array<uint32_t, kMaxGroups> ids_;  // the first `count_`
};

// Kept for a process as a whole: C libraries set it for all threads anyway.
struct CredentialSet {
  struct Ids {
    uint32_t real = 0, effective = 0, saved = 0, file_system = 0;
  };
  Ids user;
  Ids group;
  GroupList groups;
  struct {
    uint64_t permitted = fs::capability::kAll;
    uint64_t effective = fs::capability::kAll;
    uint64_t inheritable = 0;
    uint64_t bounding = fs::capability::kAll;
  } capabilities;

  // PR_SET_KEEPCAPS: leaving 0 behind takes away only what is in effect.
  bool keeps_capabilities = false;

  bool is_root() const { return user.effective == 0; }
  // After a change of user numbers, as Linux does it: who leaves 0 behind loses capabilities.
  void user_changed(const Ids& before);
  // The file layer's view; refers to this.
  fs::Credentials for_files() const {
    return {.user = user.file_system,
            .group = group.file_system,
            .groups = groups.view(),
            .capabilities = capabilities.effective};
  }
};

}  // namespace jacinth::linux
