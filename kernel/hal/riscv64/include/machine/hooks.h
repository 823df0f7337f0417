// What base/ asks of the machine, inline where the machine has nothing to say.
#pragma once

namespace jacinth {

inline bool allocation_may_succeed() { return true; }
inline void interleave_point() {}

}  // namespace jacinth
