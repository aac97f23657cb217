/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* guest/virtio-input: what virtio keyboards, mice and tablets report, as `virtio key|rel|abs CODE VALUE`. */
#include <stdbool.h>
#include <stdint.h>

bool virtio_input_matches(uint32_t id);
void virtio_input_add(uint32_t function);

/* These devices are polled, not interrupt driven: with one present the guest must not sleep for long. */
bool virtio_input_present(void);
void virtio_input_poll(void);
