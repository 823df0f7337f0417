// What libc++'s headers name from the C library's header; there is no stdio here.
#pragma once
#include <stddef.h>
#define EOF (-1)
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
typedef struct FILE FILE;
typedef long fpos_t;
#ifdef __cplusplus
extern "C" {
#endif
int remove(const char* path);
#ifdef __cplusplus
}
#endif
