/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/command/snapshot: `pillion snapshot`. Without pilliond. As an ordinary user it lists what root has
 * written down; to go back to a snapshot is left to pillion-switch, which pkexec(1) runs as root.
 */

int snapshot_command(int argc, char *argv[]);
