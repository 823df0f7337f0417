// What the system calls itself.
#pragma once

#include <array>
#include <string_view>

namespace jacinth::linux {

inline constexpr std::string_view kSystemName = "Linux";
inline constexpr std::string_view kSystemRelease = "6.1.0-jacinth";
inline constexpr std::string_view kSystemVersion = "#1 SMP Jacinth";
inline constexpr size_t kMostHostName = 64;

using HostName = std::array<char, kMostHostName + 1>;  // ends in NULs
HostName host_name();
HostName domain_name();
// Cut where they are too long.
void set_host_name(std::string_view name);
void set_domain_name(std::string_view name);

}  // namespace jacinth::linux
