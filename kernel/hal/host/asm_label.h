// Labels inside functions written in assembly.
#pragma once

// A label that other functions refer to. The linker may compile those apart from this one, so it is
// a symbol and not known to one file alone.
#define ASM_LABEL(name) ".globl " name "\n.hidden " name "\n" name ":\n"
