// The pages of page tables, which the kernel gives to the machine: so they are counted apart.
#pragma once

#include <cstddef>

namespace jacinth {

// A page of the direct map, with undefined contents; null when memory is short. Any context; takes
// no lock that ranks below LockRank::Frames. Only once the kernel has started its page frames.
[[nodiscard]] std::byte* take_table_page();
void give_table_page(void* page);

}  // namespace jacinth
