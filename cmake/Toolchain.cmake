# The compiler, and the flags every target shares.
#
# Older clangs keep a per-CPU value that was read before a co_await and use it after the coroutine
# has moved to another CPU, so this is a hard requirement and not a preference.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "Jacinth needs clang 19 or newer (found ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}): "
    "older compilers miscompile coroutines that move between CPUs. "
    "Run ./scripts/setup, then configure with: cmake --preset release")
endif()

find_program(CCACHE ccache)
if(CCACHE)
  foreach(lang C CXX)
    set(CMAKE_${lang}_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  endforeach()
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)     # statement expressions carry TRY
set(CMAKE_C_STANDARD 17)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")

set(JACINTH_WARNINGS
  -Wall -Wextra -Werror -Wshadow -Wundef -Wimplicit-fallthrough -Wthread-safety
  -Wthread-safety-beta -Wnon-virtual-dtor -Wno-unused-parameter -Wno-gnu-statement-expression)
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
