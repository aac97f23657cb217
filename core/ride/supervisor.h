/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * core/ride/supervisor: what pillion does when, as a pure function. No I/O, no clock, no memory of its own: a
 * state, an event and what is known of the loan give the next state, the actions to carry out in order, and
 * whether a deadline runs from now. The table is in supervisor.c. Threads: none of its business.
 */
#include <stdbool.h>

enum supervisor_state {
        STATE_HOST,       /* no guest; the hardware is the host's too, unless it is to be kept */
        STATE_PREFLIGHT,  /* reading the guest's definition, making ready what it names */
        STATE_LENDING,    /* the guest is being lent the hardware that it names */
        STATE_STARTING,   /* libvirt is starting it */
        STATE_GUEST,      /* it runs and is served */
        STATE_PAUSED,     /* it exists but does not run: the input is the host's */
        STATE_PAUSING,    /* libvirt was asked to pause it: the input is the host's already */
        STATE_RESUMING,   /* libvirt was asked to let it go on */
        STATE_STOPPING,   /* it was asked to shut down */
        STATE_RESTARTING, /* it was asked to shut down, and is then started again, with the hardware it has */
        STATE_RETURNING,  /* it is gone, and the hardware goes back to the host */
        STATE_UNDOING,    /* the same after a start that failed; to people, "returning" too */
        STATE_STRANDED,   /* that it goes back has failed; to people, "failed" too, until it is back */
        STATE_FAILED,     /* the last command failed; the way back is open: start again, or stop */
        N_STATES,
};

enum supervisor_event {
        EVENT_START,       /* the user wants the guest */
        EVENT_STOP,        /* the user wants it shut down by itself, and the hardware back */
        EVENT_STOP_FORCE,  /* the user wants it gone, and the hardware back */
        EVENT_RESTART,     /* the user wants it shut down and started again */
        EVENT_PAUSE,       /* the user wants it to stand still */
        EVENT_RESUME,      /* the user wants it to go on */
        EVENT_READY,       /* preflight: all the guest names is there, and it lacks no hardware */
        EVENT_LOAN_NEEDED, /* preflight: all is there but the hardware, which is still the host's */
        EVENT_LENT,        /* what ACTION_LEND asked for is done */
        EVENT_LOAN_FAILED, /* the hardware could not be lent, or could not be given back */
        EVENT_GOING_BACK,  /* it goes back to the host without our having asked for it */
        EVENT_RETURNED,    /* nothing is lent any more */
        EVENT_CALL_FAILED, /* a call of ours to libvirt failed, or preflight did */
        EVENT_RUNNING,     /* libvirt: the guest runs (also first seen so) */
        EVENT_PAUSED,      /* libvirt: it is paused or asleep */
        EVENT_STOPPED,     /* libvirt: it is gone, for whatever reason */
        EVENT_DEADLINE,    /* the state's deadline has passed */
        N_EVENTS,
};

/* Bits, carried out in this order. */
enum supervisor_action {
        ACTION_INPUT_HOST = 1 << 0, /* keyboard and mouse to the host, at once, and kept there until SERVE */
        ACTION_UNSERVE = 1 << 1,    /* sound and input stop following the guest */
        ACTION_PREPARE = 1 << 2,    /* read the definition, make the sinks; READY, LOAN_NEEDED, CALL_FAILED */
        ACTION_LEND = 1 << 3,       /* have the hardware lent; answers LENT or LOAN_FAILED */
        ACTION_CREATE = 1 << 4,     /* start the domain */
        ACTION_SHUTDOWN = 1 << 5,   /* ask the domain to shut down */
        ACTION_DESTROY = 1 << 6,    /* end the domain */
        ACTION_PAUSE = 1 << 7,      /* have the domain paused */
        ACTION_RESUME = 1 << 8,     /* have it go on */
        ACTION_RETURN = 1 << 9,     /* have the hardware given back; answers RETURNED or LOAN_FAILED */
        ACTION_SERVE = 1 << 10,     /* sound and input follow the guest */
        ACTION_REFUSE = 1 << 11,    /* this command cannot be obeyed in this state */
};

enum supervisor_deadline {
        DEADLINE_KEEP, /* whatever runs, goes on */
        DEADLINE_NONE, /* none in the next state */
        DEADLINE_PREFLIGHT,
        DEADLINE_ANSWER,   /* libvirt's, to what takes no time */
        DEADLINE_SHUTDOWN, /* the configured time for a guest to shut down */
};

struct supervisor_step {
        enum supervisor_state next;
        unsigned actions;
        enum supervisor_deadline deadline;
};

/* What is known of the loan. */
struct supervisor_facts {
        bool lent; /* hardware is away from the host, or on its way */
        bool keep; /* and stays so when the guest ends by itself */
};

/* A settled state is one that lasts until something happens; commands wait for one. */
bool supervisor_settled(enum supervisor_state state);
bool supervisor_has_guest(enum supervisor_state state);

/* Whether COMMAND, the event, has got what it wanted, now that STATE is settled; else it has failed, for the
 * last event's reason. */
bool supervisor_achieved(enum supervisor_event command, enum supervisor_state state);

struct supervisor_step supervisor_step(enum supervisor_state state, enum supervisor_event event,
                                       const struct supervisor_facts *facts);

const char *supervisor_state_name(enum supervisor_state state);

/* Why a command is refused in STATE, and the next thing to do; to be read after the guest's name. */
const char *supervisor_refusal(enum supervisor_state state, enum supervisor_event event);
