# How kernel code is compiled for each machine.
#
#   jacinth_kernel_library(NAME SOURCES…)
#
# makes one object library for each machine from the same sources: NAME.sim, NAME.host, NAME.x86_64,
# NAME.riscv64 and so on. The machine is chosen when linking; headers of the form <machine/…> come from
# kernel/hal/<machine>/include. The global property JACINTH_KERNEL_LIBRARIES lists the NAMEs.
set(JACINTH_FREESTANDING_MACHINES host host_checked x86_64 x86_64_checked riscv64 riscv64_checked)
set(JACINTH_MACHINES sim ${JACINTH_FREESTANDING_MACHINES})

# Boost is header-only here; a directory of its own keeps the C library's headers out of reach.
set(JACINTH_BOOST_DIR ${CMAKE_BINARY_DIR}/boost-headers)
file(MAKE_DIRECTORY ${JACINTH_BOOST_DIR})
file(CREATE_LINK /usr/include/boost ${JACINTH_BOOST_DIR}/boost SYMBOLIC)

set(JACINTH_LIBCXX /usr/lib/llvm-19/include/c++/v1)

# Freestanding: libc++'s headers with our own configuration, clang's own headers, no C library.
set(JACINTH_FREESTANDING_FLAGS
  -ffreestanding -nostdlibinc -nostdinc++ -fno-exceptions -fno-rtti -fno-threadsafe-statics
  -fno-stack-protector -fno-asynchronous-unwind-tables -fno-omit-frame-pointer
  -isystem${CMAKE_SOURCE_DIR}/lib/freestanding/libcxx -isystem${JACINTH_LIBCXX}
  -isystem${CMAKE_SOURCE_DIR}/lib/freestanding/libc)
# A user program's FPU and vector registers stay live while the kernel runs, so the kernel has none.
set(JACINTH_NO_FPU_X86 -mno-red-zone -mno-mmx -mno-sse -mno-avx)

set(JACINTH_DEFINES BOOST_ENABLE_ASSERT_HANDLER BOOST_NO_EXCEPTIONS)
set(JACINTH_SANITIZE -fsanitize=address,undefined -fno-sanitize-recover=all)

# sim: hosted, with sanitizers, so that a unit test sees every stray access.
set(JACINTH_sim_FLAGS -stdlib=libc++ -fno-exceptions -fno-rtti -fno-omit-frame-pointer ${JACINTH_SANITIZE} -O1)
set(JACINTH_sim_DEFINES JACINTH_CHECKS=1)
# The kernel's own sources count their branches there, which is what guides fuzz_syscalls; tests need not.
set(JACINTH_COVERAGE -fsanitize-coverage=inline-8bit-counters,pc-table)
set(JACINTH_host_FLAGS ${JACINTH_FREESTANDING_FLAGS} --target=x86_64-unknown-elf
  -fPIE ${JACINTH_NO_FPU_X86})
set(JACINTH_x86_64_FLAGS ${JACINTH_FREESTANDING_FLAGS} --target=x86_64-unknown-elf
  -mcmodel=kernel ${JACINTH_NO_FPU_X86} -fno-pic)
set(JACINTH_riscv64_FLAGS ${JACINTH_FREESTANDING_FLAGS} --target=riscv64-unknown-elf
  -march=rv64imac -mabi=lp64 -mcmodel=medany -fno-pic)
# host_checked and so on: the same machines with lock ranks checked and undefined behaviour trapped, which on
# x86-64 the panic names (hal/x86_common/undefined.h). Compiled with little optimisation, as this is for tests.
foreach(machine host x86_64 riscv64)
  set(JACINTH_${machine}_checked_FLAGS ${JACINTH_${machine}_FLAGS} -O1
    -fsanitize=undefined -fsanitize-trap=undefined)
  set(JACINTH_${machine}_checked_DEFINES JACINTH_CHECKS=1)
endforeach()
# Calls go through many small functions in many files: the linker compiles across them, which takes a
# sixth off the instructions of a channel call. Not for debugging.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  list(APPEND JACINTH_host_FLAGS -flto=thin)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  foreach(machine host x86_64 riscv64)
    set(JACINTH_${machine}_DEFINES JACINTH_CHECKS=1)
  endforeach()
endif()

# The folder under kernel/hal/ that a build of the kernel takes its machine from.
function(jacinth_machine_folder machine out)
  string(REGEX REPLACE "_(fast|checked)$" "" folder ${machine})
  set(${out} ${folder} PARENT_SCOPE)
endfunction()

# What programs on it are made of; the simulator plays an x86-64 machine.
function(jacinth_machine_architecture machine out)
  set(architecture x86_64)
  if(machine MATCHES "^riscv64")
    set(architecture riscv64)
  endif()
  set(${out} ${architecture} PARENT_SCOPE)
endfunction()

function(jacinth_machine_options target machine)
  jacinth_machine_folder(${machine} folder)
  jacinth_machine_architecture(${machine} architecture)
  target_compile_options(${target} PRIVATE ${JACINTH_WARNINGS}
    $<$<COMPILE_LANGUAGE:CXX,C>:${JACINTH_${machine}_FLAGS};-Ulinux>) # a name of ours, elsewhere a macro
  target_compile_definitions(${target} PRIVATE ${JACINTH_DEFINES} ${JACINTH_${machine}_DEFINES})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/kernel
    ${CMAKE_SOURCE_DIR}/lib ${CMAKE_SOURCE_DIR}/kernel/hal/${folder}/include
    ${CMAKE_BINARY_DIR}/generated ${CMAKE_SOURCE_DIR}/abi/zircon/include
    ${CMAKE_SOURCE_DIR}/abi/linux/${architecture}/include)
  target_include_directories(${target} SYSTEM PRIVATE ${CMAKE_SOURCE_DIR}/lib/freestanding/boost ${JACINTH_BOOST_DIR})
endfunction()

# Kernels for tests alone: the headers that nearly every source has are compiled once. (ccache has to be told that it
# may trust such a header's own dates.)
set(JACINTH_PRECOMPILED_MACHINES x86_64_checked riscv64_checked)
function(jacinth_use_precompiled_headers target machine)
  if(NOT machine IN_LIST JACINTH_PRECOMPILED_MACHINES)
    return()
  endif()
  set(owner precompiled.${machine})
  if(NOT TARGET ${owner})
    add_library(${owner} OBJECT ${CMAKE_SOURCE_DIR}/kernel/precompiled.cc)
    jacinth_machine_options(${owner} ${machine})
    target_precompile_headers(${owner} PRIVATE ${CMAKE_SOURCE_DIR}/kernel/precompiled.h)
    target_compile_options(${owner} PRIVATE -Xclang -fno-pch-timestamp)
    jacinth_cache_precompiled(${owner})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Xclang;-fno-pch-timestamp>)
  jacinth_cache_precompiled(${target})
endfunction()
function(jacinth_cache_precompiled target)
  if(CCACHE)
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${CMAKE_SOURCE_DIR};CCACHE_NOHASHDIR=1;CCACHE_SLOPPINESS=pch_defines,time_macros;${CCACHE}")
  endif()
endfunction()

function(jacinth_kernel_library name)
  set_property(GLOBAL APPEND PROPERTY JACINTH_KERNEL_LIBRARIES ${name})
  foreach(machine ${JACINTH_MACHINES})
    add_library(${name}.${machine} OBJECT ${ARGN})
    jacinth_machine_options(${name}.${machine} ${machine})
    if(NOT name STREQUAL "base") # declares what the headers do, differently
      jacinth_use_precompiled_headers(${name}.${machine} ${machine})
    endif()
  endforeach()
  target_compile_options(${name}.sim PRIVATE ${JACINTH_COVERAGE})
endfunction()
