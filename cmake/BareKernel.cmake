# A kernel that runs on a bare machine.
#
#   jacinth_bare_kernel(MACHINE SCRIPT LIBRARIES…)
#
# links all kernel layers with the machine's LIBRARIES, and what there is of them named …_seldom, by the linker
# script SCRIPT into
# ${CMAKE_BINARY_DIR}/bin/jacinth-MACHINE (target jacinth-MACHINE), and beside it …-MACHINE.debug with all
# symbols. The image has a table of its functions' names: it is linked once to learn them, and once with it.
# The script puts the table, section .symbols, where it moves no code.
set(JACINTH_SYMBOL_TABLE ${CMAKE_SOURCE_DIR}/tools/symbols/symbol_table.py CACHE INTERNAL "")

find_program(JACINTH_OBJCOPY NAMES llvm-objcopy-19 REQUIRED)

function(jacinth_bare_kernel machine script)
  jacinth_machine_architecture(${machine} architecture)
  get_property(libraries GLOBAL PROPERTY JACINTH_KERNEL_LIBRARIES)
  get_property(small GLOBAL PROPERTY JACINTH_SMALL_LIBRARIES)
  # Of an inline function that several have, the linker takes the first: not one that was compiled for size.
  set(objects)
  set(small_objects)
  foreach(library freestanding ${libraries} ${ARGN})
    if(library IN_LIST small)
      list(APPEND small_objects $<TARGET_OBJECTS:${library}.${machine}>)
    else()
      list(APPEND objects $<TARGET_OBJECTS:${library}.${machine}>)
    endif()
    if(TARGET ${library}_seldom.${machine})
      list(APPEND small_objects $<TARGET_OBJECTS:${library}_seldom.${machine}>)
    endif()
  endforeach()
  list(APPEND objects ${small_objects})
  set(image ${CMAKE_BINARY_DIR}/bin/jacinth-${machine})
  set(work ${CMAKE_CURRENT_BINARY_DIR}/link.${machine})
  set(table ${work}/symbols.bin)
  file(MAKE_DIRECTORY ${work} ${CMAKE_BINARY_DIR}/bin)
  file(CONFIGURE OUTPUT ${work}/symbols.S @ONLY CONTENT [=[
.section .symbols, "a"
.balign 8
.incbin "@table@"
]=])
  # Loaders copy segments to where they belong, so they need not begin at a page in the file; and what is executed counts
  # here, not where it lies.
  set(packed_tightly --nmagic --mllvm=-align-all-functions=1 --mllvm=-align-loops=1)
  # Debuggers find no definition of some types, but for the option.
  set(link ld.lld-19 --static --gc-sections --icf=safe --discard-locals --fatal-warnings --build-id=none
    --thinlto-cache-dir=${CMAKE_BINARY_DIR}/lto-cache --mllvm=-import-full-type-definitions
    ${packed_tightly} -z noexecstack -T ${script} ${objects})

  add_custom_command(OUTPUT ${image}
    COMMAND ${link} -o ${work}/first
    COMMAND Python3::Interpreter ${JACINTH_SYMBOL_TABLE} llvm-nm-19 ${work}/first ${table}
    COMMAND ${CMAKE_ASM_COMPILER} --target=${architecture}-unknown-elf -c ${work}/symbols.S -o ${work}/symbols.o
    COMMAND ${link} ${work}/symbols.o -o ${image}.debug
    COMMAND ${JACINTH_OBJCOPY} --strip-all --strip-sections ${image}.debug ${image}
    BYPRODUCTS ${image}.debug
    DEPENDS ${objects} ${script} ${JACINTH_SYMBOL_TABLE}
    COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking jacinth-${machine}")
  add_custom_target(jacinth-${machine} ALL DEPENDS ${image})
endfunction()
