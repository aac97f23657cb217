/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest/acpi: reads the register block's address from the chipset instead of from the ACPI tables, which
 * would need an AML interpreter for the S5 sleep type. That type is 0 on both of QEMU's chipsets (q35, pc).
 */
#include "guest/acpi.h"
#include "guest/io.h"
#include "guest/pci.h"
#include "guest/say.h"
#include "guest/serial.h"

#define ICH9_LPC         PCI_FUNCTION(0, 0x1f, 0)
#define ICH9_LPC_ID      0x29188086u
#define PIIX4_PM         PCI_FUNCTION(0, 1, 3)
#define PIIX4_PM_ID      0x71138086u
#define PM_BASE          0x40  /* the same offset in both */
#define FIRMWARE_PM_BASE 0x600 /* where SeaBIOS puts it */

#define PM1_STATUS   0
#define PM1_ENABLE   2
#define PM1_CONTROL  4
#define PM_TIMER     8
#define POWER_BUTTON 0x0100
#define SLEEP_ENABLE 0x2000

static uint16_t base = FIRMWARE_PM_BASE;

void acpi_init(void) {
        if (pci_read(ICH9_LPC, PCI_ID) == ICH9_LPC_ID)
                base = pci_read(ICH9_LPC, PM_BASE) & 0xff80;
        else if (pci_read(PIIX4_PM, PCI_ID) == PIIX4_PM_ID)
                base = pci_read(PIIX4_PM, PM_BASE) & 0xffc0;

        out16(base + PM1_STATUS, POWER_BUTTON); /* one pressed during boot is the firmware's */
        out16(base + PM1_ENABLE, POWER_BUTTON);
}

uint16_t acpi_timer_port(void) {
        return base + PM_TIMER;
}

bool acpi_power_button(void) {
        if (!(in16(base + PM1_STATUS) & POWER_BUTTON))
                return false;
        out16(base + PM1_STATUS, POWER_BUTTON); /* a one clears it */
        return true;
}

void acpi_power_off(void) {
        say("bye");
        serial_drain();
        out16(base + PM1_CONTROL, SLEEP_ENABLE);
        cpu_stop();
}

void acpi_reboot(void) {
        say("bye");
        serial_drain();
        out8(0xcf9, 0x06); /* the chipset's reset register */
        cpu_stop();
}
