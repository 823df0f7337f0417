# jacinth_embed(TARGET NAME FILE): puts the bytes of FILE, which may be a build product, into TARGET as
# read-only data on pages of its own, between the symbols NAME_start and NAME_end:
#
#   extern "C" const std::byte vdso_start[], vdso_end[];
#
# A C++ source carries the bytes, so that it is compiled with the target's own flags.
function(jacinth_embed target name file)
  get_filename_component(file ${file} ABSOLUTE)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embed/${target}.${name}.cc)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [=[
asm(".section .rodata.embedded.@name@, \"a\"\n"
    ".balign 4096\n"
    ".global @name@_start\n"
    ".hidden @name@_start\n"
    "@name@_start:\n"
    ".incbin \"@file@\"\n"
    ".global @name@_end\n"
    ".hidden @name@_end\n"
    "@name@_end:\n"
    ".previous\n");
]=])
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${file})
  target_sources(${target} PRIVATE ${source})
endfunction()
