// The rest of <string.h>; -fno-builtin here as well.
#include <string.h>

#include "freestanding/string_functions.h"

namespace fs = jacinth::freestanding;

extern "C" {

int memcmp(const void* left, const void* right, size_t count) {
  return fs::compare_bytes(static_cast<const unsigned char*>(left),
                           static_cast<const unsigned char*>(right), count);
}

// Compilers turn memcmp() == 0 into this.
int bcmp(const void* left, const void* right, size_t count) { return memcmp(left, right, count); }

void* memchr(const void* in, int byte, size_t count) {
  return const_cast<unsigned char*>(fs::find_byte(static_cast<const unsigned char*>(in),
                                                  static_cast<unsigned char>(byte), count));
}

size_t strlen(const char* text) { return fs::text_length(text); }

int strcmp(const char* left, const char* right) { return fs::compare_texts(left, right, SIZE_MAX); }

int strncmp(const char* left, const char* right, size_t count) {
  return fs::compare_texts(left, right, count);
}

char* strchr(const char* text, int byte) {
  return const_cast<char*>(fs::find_char(text, static_cast<char>(byte)));
}

char* strrchr(const char* text, int byte) {
  return const_cast<char*>(fs::find_last_char(text, static_cast<char>(byte)));
}

char* strpbrk(const char* text, const char* accept) {
  return const_cast<char*>(fs::find_any(text, accept));
}

char* strstr(const char* text, const char* part) {
  return const_cast<char*>(fs::find_text(text, part));
}

}  // extern "C"
