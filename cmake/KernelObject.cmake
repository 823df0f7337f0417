# Kernel code of one machine as one relocatable object, checked to need nothing that a machine without
# an operating system does not have.
#
#   jacinth_kernel_object(FILE MACHINE REGEX LIBRARIES…)
#
# FILE is made of the libraries' objects for MACHINE; symbols matching REGEX may stay without definition.
function(jacinth_kernel_object file machine allowed)
  set(objects)
  foreach(library freestanding ${ARGN})
    list(APPEND objects $<TARGET_OBJECTS:${library}.${machine}>)
  endforeach()
  set(check ${CMAKE_SOURCE_DIR}/cmake/check_freestanding.cmake)
  get_filename_component(name ${file} NAME)
  add_custom_command(OUTPUT ${file}
    COMMAND ld.lld-19 -r --force-group-allocation --thinlto-cache-dir=${CMAKE_BINARY_DIR}/lto-cache
            -o ${file} ${objects}
    COMMAND ${CMAKE_COMMAND} -DOBJECT=${file} "-DALLOWED=${allowed}" -P ${check}
    DEPENDS ${objects} ${check} COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Linking ${name}")
endfunction()
