// libc++'s iosfwd names this type; nothing here uses it.
#pragma once
typedef struct {
  int unused;
} mbstate_t;
