/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without an operating system, for tests: it says what hardware it sees, plays Scream's driver into
 * shared memory, reports keys and mouse, obeys the power button, and takes commands on its serial console.
 */
#include "guest/acpi.h"
#include "guest/clock.h"
#include "guest/command.h"
#include "guest/i8042.h"
#include "guest/inventory.h"
#include "guest/io.h"
#include "guest/irq.h"
#include "guest/paging.h"
#include "guest/say.h"
#include "guest/scream.h"
#include "guest/serial.h"
#include "guest/virtio-input.h"
#include "guest/wake.h"

void guest_main(void);

static void start(void) {
        serial_init();
        irq_init();
        paging_init();
        acpi_init();
        clock_init(acpi_timer_port());
        say("pillion-guest 1");
        i8042_init();
        inventory_report();
        say("ready");
}

static void heed_power_button(void) {
        if (!acpi_power_button())
                return;
        say("acpi power-button");
        if (!command_ignores_power_button())
                acpi_power_off();
}

/* Whatever ended the sleep, everything is looked at: that is cheap, and there is no event to lose. */
void guest_main(void) {
        start();
        for (;;) {
                scream_run(clock_update());
                serial_receive(command_line);
                i8042_poll();
                virtio_input_poll();
                heed_power_button();
                wake_prepare();
                serial_send();
                cpu_wait();
        }
}
