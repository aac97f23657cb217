/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * input/input-internal: what input.c, which holds the parts together, and sides.c, which moves the input,
 * share. Nobody else includes this.
 */
#include "input/discovery.h"
#include "input/fleet.h"
#include "input/hostkeys.h"
#include "input/input.h"
#include "input/opener.h"
#include "input/port.h"
#include "input/router.h"

struct input {
        sd_event *loop;
        struct opener *opener;
        struct router *router;
        struct fleet *fleet;
        struct discovery *discovery; /* NULL: its sockets could not be made */
        struct port *port;
        struct hostkeys *hostkeys;
        struct keys host_keys; /* that it shall have */
        int host_keys_error;   /* why it has not; 0: it has, or none */
        bool running;
        const char *barred; /* why nothing may go to the guest; NULL: it may. Borrowed */
        char home_reason[160];
        sd_event_source *probe;    /* while the guest has the input: does it still read it? */
        bool expected;             /* has not been given yet what is always the guest's */
        bool rescan;               /* for devices that could not follow the others to the guest */
        sd_event_source *deadline; /* of a key that is held, or a hotkey that is not any more */
        sd_event_source *news;     /* tells the owner about changes, once the call that made them is over */
        struct input_status told;  /* what the owner knows */
        const struct input_handlers *handlers; /* borrowed */
        void *userdata;
};

/* What input_status() reports may have changed. USERDATA is the input. */
void input_changed(void *userdata);
/* 0: there is a guest, and it reads what we write; 1: whether it does is not known yet; else as
 * input_switch(). */
int input_find_guest(const struct input *input);
/* Brings the input home from a guest that does not read it. */
void input_look(struct input *input);
/* For what was refused: it may be allowed now. */
void input_ask_anew(struct input *input);
/* To the host, because the owner says so. */
void input_to_host(struct input *input);

/* Hands over what is always the guest's, once there is one that reads. */
void input_welcome_guest(struct input *input);

extern const struct port_handlers input_port_handlers;
extern const struct router_callbacks input_router_callbacks;
/* What fleet_new() wants to call. */
void input_on_fleet_change(void *userdata);
