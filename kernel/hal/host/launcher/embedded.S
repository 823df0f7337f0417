// Programs built into this one; empty when the build does not have them.
        .section .rodata.embedded, "a"
        .balign 16

        .global jacinth_userboot, jacinth_userboot_end
jacinth_userboot:
#ifdef JACINTH_USERBOOT_FILE
        .incbin JACINTH_USERBOOT_FILE
#endif
jacinth_userboot_end:

        .balign 16
        .global jacinth_vdso, jacinth_vdso_end
jacinth_vdso:
#ifdef JACINTH_VDSO_FILE
        .incbin JACINTH_VDSO_FILE
#endif
jacinth_vdso_end:

        .section .note.GNU-stack, "", @progbits
