// Who a process acts for.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "fs/credentials.h"

namespace jacinth::linux {

inline constexpr size_t kMaxGroups = 64;

// Kept for a process as a whole: C libraries set it for all threads anyway.
struct CredentialSet {
  struct Ids {
    uint32_t real = 0, effective = 0, saved = 0, file_system = 0;
  };
  Ids user;
  Ids group;
  std::array<uint32_t, kMaxGroups> groups{};
  uint32_t group_count = 0;
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
            .groups = std::span(groups).first(group_count),
            .capabilities = capabilities.effective};
  }
};

}  // namespace jacinth::linux
