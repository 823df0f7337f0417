// What the compiler and libc++'s headers call of a C++ runtime, for programs that have none.
//
// Nothing here is meant to be reached: the code that would is refused at review, and what slips
// through must stop at once. The weak ones may be replaced by a program that has something better
// (a heap; a panic with a message).
#include <__verbose_abort>
#include <cstddef>
#include <new>

extern "C" {

// Identifies the linked image to __cxa_atexit.
void* __dso_handle = nullptr;

// Kernel and programs end without running destructors of static objects, so none are kept.
int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }

[[noreturn]] void __cxa_pure_virtual() { __builtin_trap(); }
[[noreturn]] void __cxa_deleted_virtual() { __builtin_trap(); }

[[noreturn, gnu::weak]] void abort() { __builtin_trap(); }

}  // extern "C"

// A virtual destructor refers to operator delete even where every object is made by other means.
[[gnu::weak]] void operator delete(void*) noexcept { __builtin_trap(); }
[[gnu::weak]] void operator delete(void*, std::size_t) noexcept { __builtin_trap(); }
[[gnu::weak]] void operator delete(void*, std::align_val_t) noexcept { __builtin_trap(); }
[[gnu::weak]] void operator delete(void*, std::size_t, std::align_val_t) noexcept {
  __builtin_trap();
}

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn, gnu::weak]] void __libcpp_verbose_abort(const char*, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD
