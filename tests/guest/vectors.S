/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupt entry points. A device interrupt has one purpose here, to end a hlt; the main loop then asks
 * every device. So its handler only acknowledges. A CPU exception is a bug of ours: reported, then final.
 */
        .text
        .macro fault vector
fault_\vector:
        /* The CPU pushes an error code for these; the others get a zero, and all frames look alike. */
        .if !((\vector == 8) || ((\vector >= 10) && (\vector <= 14)) || (\vector == 17) || (\vector == 21))
        push $0
        .endif
        push $\vector
        jmp fault_common
        .endm

        .altmacro
        .set number, 0
        .rept 32
        fault %number
        .set number, number + 1
        .endr

fault_common:
        call irq_fault                  /* (vector, error code, address): exactly what the stack holds */
1:      cli
        hlt
        jmp 1b

slave_interrupt:
        push %eax
        mov $0x20, %al
        out %al, $0xa0
        out %al, $0x20
        pop %eax
        iret

master_interrupt:
        push %eax
        mov $0x20, %al
        out %al, $0x20
        pop %eax
        iret

        .macro entry_of vector
        .long fault_\vector
        .endm

        .section .rodata
        .balign 4
        .globl irq_entries
irq_entries:
        .set number, 0
        .rept 32
        entry_of %number
        .set number, number + 1
        .endr
        .rept 8
        .long master_interrupt
        .endr
        .rept 8
        .long slave_interrupt
        .endr

        .section .note.GNU-stack, "", @progbits
