// What the fuzz targets assert with.
#pragma once

#include "image/bytes.h"

#define CHECK(condition)                \
  do {                                  \
    if (!(condition)) __builtin_trap(); \
  } while (false)

// Whether `part` lies inside `whole`. The sanitizers see stray reads; this sees stray answers.
inline bool within(jacinth::image::Bytes part, jacinth::image::Bytes whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() - whole.data() <= std::ssize(whole) &&
          part.size() <= whole.size() - static_cast<size_t>(part.data() - whole.data()));
}
