# jacinth_embed(TARGET NAME FILE [ALIGNMENT]): puts the bytes of FILE, which may be a build product, into TARGET as
# read-only data, on pages of its own when no other ALIGNMENT is given, between the symbols NAME_start and NAME_end:
#
#   extern "C" const std::byte vdso_start[], vdso_end[];
#
#   jacinth_embed_packed(TARGET NAME FILE)
#
# the same of what gzip makes of the file.
#
# A C++ source carries the bytes, so that it is compiled with the target's own flags; but for one: the linker's cache of
# what it has compiled would not see that the file has changed.
function(jacinth_embed target name file)
  get_filename_component(file ${file} ABSOLUTE)
  set(alignment 4096)
  if(ARGC GREATER 3)
    set(alignment ${ARGV3})
  endif()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embed/${target}.${name}.cc)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [=[
asm(".section .rodata.embedded.@name@, \"a\"\n"
    ".balign @alignment@\n"
    ".global @name@_start\n"
    ".hidden @name@_start\n"
    "@name@_start:\n"
    ".incbin \"@file@\"\n"
    ".global @name@_end\n"
    ".hidden @name@_end\n"
    "@name@_end:\n"
    ".previous\n");
]=])
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${file} COMPILE_OPTIONS -fno-lto)
  target_sources(${target} PRIVATE ${source})
endfunction()

function(jacinth_embed_packed target name file)
  get_filename_component(file ${file} ABSOLUTE)
  set(packed ${CMAKE_CURRENT_BINARY_DIR}/embed/${target}.${name}.gz)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/embed)
  add_custom_command(OUTPUT ${packed} COMMAND gzip -9nc ${file} > ${packed} DEPENDS ${file} VERBATIM
    COMMENT "Packing ${name} for ${target}")
  jacinth_embed(${target} ${name} ${packed} 8)
endfunction()
