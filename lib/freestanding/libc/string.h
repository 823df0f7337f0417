// The memory and string functions that compilers and libc++ expect; lib/freestanding/memory.cc has
// them.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
void* memcpy(void* __restrict to, const void* __restrict from, size_t count);
void* memmove(void* to, const void* from, size_t count);
void* memset(void* to, int byte, size_t count);
int memcmp(const void* left, const void* right, size_t count);
void* memchr(const void* in, int byte, size_t count);
size_t strlen(const char* text);
int strcmp(const char* left, const char* right);
int strncmp(const char* left, const char* right, size_t count);
char* strchr(const char* text, int byte);
char* strpbrk(const char* text, const char* accept);
char* strrchr(const char* text, int byte);
char* strstr(const char* text, const char* part);
#ifdef __cplusplus
}
#endif
