# How kernel code is compiled for each machine.
#
#   jacinth_kernel_library(NAME SOURCES… [SELDOM SOURCES…])
#
# makes one object library for each machine from the same sources: NAME.sim, NAME.host, NAME.x86_64,
# NAME.riscv64 and so on. What is SELDOM called is in libraries NAME_seldom.x86_64 and NAME_seldom.riscv64
# instead, compiled for size. The machine is chosen when linking; headers of the form <machine/…> come from
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
# With -fhosted the compiler knows what memcpy() does, and makes few instructions of a small one.
set(JACINTH_BARE_FLAGS ${JACINTH_FREESTANDING_FLAGS} -fhosted -fno-pic)
set(JACINTH_x86_64_FLAGS ${JACINTH_BARE_FLAGS} --target=x86_64-unknown-elf
  -mcmodel=kernel ${JACINTH_NO_FPU_X86})
set(JACINTH_riscv64_FLAGS ${JACINTH_BARE_FLAGS} --target=riscv64-unknown-elf
  -march=rv64imac -mabi=lp64 -mcmodel=medany)
# host_checked and so on: the same machines with lock ranks checked and undefined behaviour trapped, which on
# x86-64 the panic names (hal/x86_common/undefined.h). Compiled with little optimisation, as this is for tests.
foreach(machine host x86_64 riscv64)
  set(JACINTH_${machine}_checked_FLAGS ${JACINTH_${machine}_FLAGS} -O1
    -fsanitize=undefined -fsanitize-trap=undefined)
  set(JACINTH_${machine}_checked_DEFINES JACINTH_CHECKS=1)
endforeach()
# Machines whose kernels are to be small. Boost's assertions would bring names of functions that are many times as long
# as their code; on the PC they are for its checked kernel alone, like DEBUG_ASSERT (RISC-V has room for them, and what
# the compiler makes of them costs less there). Functions that call none do without a frame, as no backtrace begins in
# them.
set(JACINTH_BARE_MACHINES x86_64 riscv64)
set(JACINTH_SMALL -Os)
foreach(machine ${JACINTH_BARE_MACHINES})
  list(APPEND JACINTH_${machine}_FLAGS -ffunction-sections -fdata-sections -momit-leaf-frame-pointer)
  set(JACINTH_${machine}_DEFINES BOOST_DISABLE_CURRENT_FUNCTION)
endforeach()
list(APPEND JACINTH_x86_64_DEFINES BOOST_DISABLE_ASSERTS)
# Calls go through many small functions in many files: the linker compiles across them, which takes a
# sixth off the instructions of a channel call. Not for debugging.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  foreach(machine host x86_64 riscv64)
    list(APPEND JACINTH_${machine}_FLAGS -flto=thin)
  endforeach()
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  foreach(machine host x86_64 riscv64)
    list(APPEND JACINTH_${machine}_DEFINES JACINTH_CHECKS=1)
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

# Most of what compiling costs is reading headers, so sources of one folder are compiled in one go ("unity build"):
# a seventh of the work. Names that sources have for themselves must therefore differ within a folder. Only for the
# host machine are sources compiled one by one: whatever one forgets to include shows there, and a change made
# while working on it costs one file.
set(JACINTH_ONE_BY_ONE host)
function(jacinth_compile_by_folder target machine)
  if(machine IN_LIST JACINTH_ONE_BY_ONE)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  foreach(source ${ARGN})
    get_filename_component(folder ${source} ABSOLUTE)
    cmake_path(GET folder PARENT_PATH folder)
    file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${folder})
    string(MAKE_C_IDENTIFIER ${folder} group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
  target_compile_options(${target} PRIVATE -Wno-shadow) # among sources that never meet
endfunction()

# What is compiled for size where kernels are to be small.
function(jacinth_make_small target)
  target_compile_options(${target} PRIVATE ${JACINTH_SMALL})
endfunction()

function(jacinth_kernel_library name)
  cmake_parse_arguments(PARSE_ARGV 1 given "" "" SELDOM)
  set_property(GLOBAL APPEND PROPERTY JACINTH_KERNEL_LIBRARIES ${name})
  foreach(machine ${JACINTH_MACHINES})
    set(sources ${given_UNPARSED_ARGUMENTS})
    if(NOT machine IN_LIST JACINTH_BARE_MACHINES)
      list(APPEND sources ${given_SELDOM})
    elseif(given_SELDOM)
      jacinth_add_library(${name}_seldom ${machine} ${given_SELDOM})
      jacinth_make_small(${name}_seldom.${machine})
    endif()
    jacinth_add_library(${name} ${machine} ${sources})
  endforeach()
  target_compile_options(${name}.sim PRIVATE ${JACINTH_COVERAGE})
endfunction()

function(jacinth_add_library name machine)
  add_library(${name}.${machine} OBJECT ${ARGN})
  jacinth_machine_options(${name}.${machine} ${machine})
  jacinth_compile_by_folder(${name}.${machine} ${machine} ${ARGN})
endfunction()

# Libraries of which nothing is on the way of the calls that count.
function(jacinth_small_on_bare_machines)
  set_property(GLOBAL APPEND PROPERTY JACINTH_SMALL_LIBRARIES ${ARGN})
  foreach(name ${ARGN})
    foreach(machine ${JACINTH_BARE_MACHINES})
      if(TARGET ${name}.${machine})
        jacinth_make_small(${name}.${machine})
      endif()
    endforeach()
  endforeach()
endfunction()

# Takes the C++ sources apart: LISTED are those whose names are in NAMES, REST all the others.
#
#   jacinth_split_sources(NAMES LISTED REST SOURCES…)
function(jacinth_split_sources names listed rest)
  set(found)
  set(others)
  foreach(source ${ARGN})
    get_filename_component(name ${source} NAME_WE)
    if(source MATCHES "\\.cc$" AND name IN_LIST names)
      list(APPEND found ${source})
    else()
      list(APPEND others ${source})
    endif()
  endforeach()
  set(${listed} ${found} PARENT_SCOPE)
  set(${rest} ${others} PARENT_SCOPE)
endfunction()

# A library of what is one bare machine's own: NAME.MACHINE.
function(jacinth_machine_library name machine)
  add_library(${name}.${machine} OBJECT ${ARGN})
  jacinth_machine_options(${name}.${machine} ${machine})
endfunction()
