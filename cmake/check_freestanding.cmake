# cmake -DOBJECT=FILE "-DALLOWED=NAME NAME…" -P check_freestanding.cmake
#
# Fails, naming them, when the relocatable object FILE needs symbols that are not in the list: what
# would otherwise come from a C library, or from nowhere on a bare machine.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND llvm-nm-19 --undefined-only --format=just-symbols ${OBJECT}
  OUTPUT_VARIABLE needed COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(ALLOWED)
string(REPLACE "\n" ";" needed "${needed}")
list(REMOVE_ITEM needed "" ${ALLOWED})
if(needed)
  list(JOIN needed "\n  " names)
  file(REMOVE ${OBJECT})
  message(FATAL_ERROR "Kernel code must be freestanding, but these symbols have no definition:\n  ${names}")
endif()
