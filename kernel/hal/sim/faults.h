// Making allocations fail, one after the other, and counting what is left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace jacinth::sim {

// The n-th allocation from now on fails (1: the next one): heap blocks, page frames, page-table
// updates. Later ones succeed again, or fail as well. 0: none fails.
enum class Afterwards : bool { Succeed, Fail };
void fail_allocation(uint64_t n, Afterwards afterwards = Afterwards::Succeed);
// Allocations asked for since the last fail_allocation().
uint64_t allocations_since_arm();
// True when the armed failure has happened.
bool allocation_has_failed();

// Runs `body` again and again with its 1st, 2nd, 3rd … allocation failing, and at last with none
// failing. Returns the number of failures there were.
uint64_t for_each_allocation_failure(const std::function<void()>& body);

// Heap blocks not yet freed.
size_t live_heap_blocks();

}  // namespace jacinth::sim
