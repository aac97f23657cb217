/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/acpi: the few fixed ACPI registers that a machine of QEMU has: PM timer, power button, sleep. */
#include <stdbool.h>
#include <stdint.h>

void acpi_init(void);
uint16_t acpi_timer_port(void);

/* True once for each press of the power button since the last call. */
bool acpi_power_button(void);

/* These say `bye` and do not return. */
void acpi_power_off(void);
void acpi_reboot(void);
