/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The multiboot entry. The loader leaves us in 32-bit protected mode without paging and with interrupts off,
 * but with a descriptor table that we may not rely on: load ours, take a stack, reset the FPU, run C.
 */
        .set MULTIBOOT_MAGIC, 0x1badb002
        .set MULTIBOOT_FLAGS, 0

        .section .multiboot, "a"
        .balign 4
        .long MULTIBOOT_MAGIC
        .long MULTIBOOT_FLAGS
        .long -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

        .text
        .globl entry
entry:
        cli
        cld
        lgdt descriptors_register
        ljmp $0x08, $1f
1:      mov $0x10, %eax
        mov %eax, %ds
        mov %eax, %es
        mov %eax, %fs
        mov %eax, %gs
        mov %eax, %ss
        mov $stack_top, %esp
        fninit
        call guest_main
2:      cli
        hlt
        jmp 2b

        .section .rodata
        .balign 8
descriptors:
        .quad 0
        .quad 0x00cf9a000000ffff        /* flat code */
        .quad 0x00cf92000000ffff        /* flat data */
descriptors_register:
        .word descriptors_register - descriptors - 1
        .long descriptors

        .bss
        .balign 16
        .skip 16384
stack_top:

        .section .note.GNU-stack, "", @progbits
