# cmake -DOBJECT=FILE -DALLOWED=REGEX -P check_freestanding.cmake
#
# Fails, naming them, when the relocatable object FILE needs symbols that do not match: what would
# otherwise come from a C library, or from nowhere on a bare machine.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND llvm-nm-19 --undefined-only --format=just-symbols ${OBJECT}
  OUTPUT_VARIABLE needed COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" needed "${needed}")
list(FILTER needed EXCLUDE REGEX "^$|${ALLOWED}")
if(needed)
  file(REMOVE ${OBJECT})
  list(JOIN needed "\n  " names)
  message(FATAL_ERROR "Kernel code must be freestanding, but nothing defines:\n  ${names}")
endif()
