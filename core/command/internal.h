/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* core/command/internal: the functions that the table of commands runs. Nobody else includes this. */

int run_start(int argc, char *argv[]); /* ride.c */
int run_stop(int argc, char *argv[]);
int run_restart(int argc, char *argv[]);
int run_pause(int argc, char *argv[]);
int run_resume(int argc, char *argv[]);

int run_status(int argc, char *argv[]); /* look.c */
int run_audio(int argc, char *argv[]);
int run_logs(int argc, char *argv[]);

int run_input(int argc, char *argv[]); /* input.c */
int run_hotkeys(int argc, char *argv[]);
int run_keys(int argc, char *argv[]);
int run_reload(int argc, char *argv[]);

int run_doctor(int argc, char *argv[]); /* prepare.c */
int run_init(int argc, char *argv[]);
int run_plan(int argc, char *argv[]);

int run_help(int argc, char *argv[]); /* commands.c */
