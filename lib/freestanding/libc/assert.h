// Kernel and user code assert through their own macros; this one only satisfies includes.
#undef assert
#define assert(condition) ((void)0)
