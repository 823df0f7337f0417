# How user code is compiled and linked, once for each architecture (not machine: the vDSO hides that).
#
#   user_library(NAME SOURCES…)          static libraries NAME.x86_64 and NAME.riscv64
#   user_program(NAME SOURCES…)          programs, targets NAME.x86_64 and NAME.riscv64: in
#                                        ${JACINTH_USER_DIR}/<architecture>, NAME as it goes into an
#                                        image, and NAME.debug with all symbols
#   user_shared_library(NAME SOURCES…)   shared libraries; NAME is their whole file name, "libx.so"
#   user_linked_program(NAME SOURCES … LIBRARIES …)
#                                        programs for which ld.so.1 finds shared libraries at start
#   user_library_for(NAME ARCHITECTURE SOURCES…)
#                                        NAME.ARCHITECTURE alone
#
# A program is a position-independent executable without an interpreter that needs libzircon.so; its
# entry is _start(bootstrap channel, vDSO base). Relocating itself and finding zx_* in the vDSO is the
# runtime's work.
set(JACINTH_USER_ARCHITECTURES x86_64 riscv64)
set(JACINTH_USER_DIR ${CMAKE_BINARY_DIR}/user CACHE INTERNAL "")
find_program(JACINTH_OBJCOPY NAMES llvm-objcopy-19 REQUIRED)

# Programs may use floating point and vectors, other than the kernel.
set(JACINTH_USER_x86_64_FLAGS --target=x86_64-unknown-elf)
set(JACINTH_USER_riscv64_FLAGS --target=riscv64-unknown-elf -march=rv64gc -mabi=lp64d)
# For linking clang takes the Linux triples: the bare ones would look for a GNU linker.
set(JACINTH_USER_x86_64_LINK --target=x86_64-unknown-linux-gnu)
set(JACINTH_USER_riscv64_LINK --target=riscv64-unknown-linux-gnu)

# Compile and link options of any user code.
function(jacinth_user_options target architecture)
  target_compile_options(${target} PRIVATE
    ${JACINTH_USER_${architecture}_FLAGS}
    $<$<COMPILE_LANGUAGE:CXX,C>:${JACINTH_WARNINGS};${JACINTH_FREESTANDING_FLAGS}>)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/abi/zircon/include ${CMAKE_BINARY_DIR}/generated)
  target_link_options(${target} PRIVATE ${JACINTH_USER_${architecture}_LINK} -fuse-ld=lld -nostdlib
    -Wl,--fatal-warnings)
endfunction()

# What programs and their libraries have in common, beyond what the vDSO is compiled with.
function(jacinth_user_program_options target architecture)
  add_dependencies(${target} zircon_abi)
  jacinth_user_options(${target} ${architecture})
  # There is a main(), and the runtime brings the functions that compilers expect.
  target_compile_options(${target} PRIVATE -fPIE
    $<$<COMPILE_LANGUAGE:CXX,C>:-fhosted;-ffunction-sections;-fdata-sections>)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/user ${CMAKE_SOURCE_DIR}/lib)
endfunction()

function(user_library_for name architecture)
  add_library(${name}.${architecture} STATIC EXCLUDE_FROM_ALL ${ARGN})
  jacinth_user_program_options(${name}.${architecture} ${architecture})
endfunction()

function(user_library name)
  foreach(architecture ${JACINTH_USER_ARCHITECTURES})
    user_library_for(${name} ${architecture} ${ARGN})
  endforeach()
endfunction()

# What all linked images have in common: stripped into ${JACINTH_USER_DIR}/<architecture>, the symbols beside.
function(jacinth_user_image target architecture name)
  target_link_options(${target} PRIVATE -Wl,-z,now -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack
    -Wl,--hash-style=sysv -Wl,--build-id=none -Wl,--gc-sections)
  target_link_libraries(${target} PRIVATE libzircon.${architecture})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name}.debug PREFIX "" SUFFIX "" NO_SONAME ON SKIP_BUILD_RPATH ON
    RUNTIME_OUTPUT_DIRECTORY ${JACINTH_USER_DIR}/${architecture}
    LIBRARY_OUTPUT_DIRECTORY ${JACINTH_USER_DIR}/${architecture})
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${JACINTH_OBJCOPY} --strip-all $<TARGET_FILE:${target}> ${JACINTH_USER_DIR}/${architecture}/${name}
    BYPRODUCTS ${JACINTH_USER_DIR}/${architecture}/${name} VERBATIM)
endfunction()

function(user_program name)
  foreach(architecture ${JACINTH_USER_ARCHITECTURES})
    set(target ${name}.${architecture})
    add_executable(${target} ${ARGN})
    jacinth_user_program_options(${target} ${architecture})
    target_link_options(${target} PRIVATE -pie -Wl,--no-dynamic-linker -Wl,-e,_start)
    target_link_libraries(${target} PRIVATE user_runtime.${architecture} user_freestanding.${architecture})
    jacinth_user_image(${target} ${architecture} ${name})
  endforeach()
endfunction()

function(user_shared_library name)
  foreach(architecture ${JACINTH_USER_ARCHITECTURES})
    set(target ${name}.${architecture})
    add_library(${target} SHARED ${ARGN})
    jacinth_user_program_options(${target} ${architecture})
    target_compile_options(${target} PRIVATE -fPIC)
    # What it brings along for its own use stays its own.
    target_link_options(${target} PRIVATE -Wl,-soname,${name} -Wl,--exclude-libs,ALL -Wl,--no-undefined)
    target_link_libraries(${target} PRIVATE user_freestanding.${architecture})
    jacinth_user_image(${target} ${architecture} ${name})
  endforeach()
endfunction()

function(user_linked_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  foreach(architecture ${JACINTH_USER_ARCHITECTURES})
    set(target ${name}.${architecture})
    add_executable(${target} ${arg_SOURCES} ${CMAKE_SOURCE_DIR}/user/ldso/linked_entry.cc)
    jacinth_user_program_options(${target} ${architecture})
    target_link_options(${target} PRIVATE -pie -Wl,--dynamic-linker=ld.so.1 -Wl,-e,_start)
    foreach(library ${arg_LIBRARIES})
      target_link_libraries(${target} PRIVATE ${library}.${architecture})
    endforeach()
    target_link_libraries(${target} PRIVATE user_runtime.${architecture} user_freestanding.${architecture})
    jacinth_user_image(${target} ${architecture} ${name})
  endforeach()
endfunction()
