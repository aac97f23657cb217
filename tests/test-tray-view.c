/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tray shows in each state, with and without a loan; and that its menu offers what the ride obeys.
 */
#include "core/tray/view.h"

#include "tests/test.h"

#define AT_HOST                                                                                              \
        { .profile = "", .phase = "host", .step = "", .reason = "" }
#define LENT                                                                                                 \
        { .profile = "win10", .phase = "lent", .step = "", .reason = "" }

static const struct ride_loan at_host = AT_HOST, lent = LENT;

static struct tray_view view_of(enum supervisor_state state, const struct ride_loan *loan, bool away) {
        const struct tray_facts facts = { state, *loan, "win10", away, "", "" };
        struct tray_view view;

        tray_view(&view, &facts);
        return view;
}

/* The entries of VIEW, one letter each: itself if it can be chosen, small if it is greyed, '.' if not there.
 */
static const char *menu_of(const struct tray_view *view) {
        static const char letters[N_ENTRIES] = "?-T-SPURX";
        static char text[N_ENTRIES + 1];

        for (size_t i = 0; i < N_ENTRIES; i++) {
                const struct tray_entry *entry = &view->entries[i];

                CHECK(*entry->label || !entry->enabled);
                CHECK_EQ(!*entry->label, letters[i] == '-');
                text[i] = !entry->there                        ? '.'
                          : entry->enabled || letters[i] < 'A' ? letters[i]
                                                               : (char)(letters[i] - 'A' + 'a');
        }
        return text;
}

struct expectation {
        const char *title, *menu, *menu_lent, *stop;
        bool attention;
};

static const struct expectation expected[N_STATES] = {
        [STATE_HOST] = { "not running", "?-t-Sp.rx", "?-t-Sp.rX", "Return the hardware to the host" },
        [STATE_PREFLIGHT] = { "being made ready", "?-t-sp.rX", "?-t-sp.rX", "Call off the start" },
        [STATE_LENDING] = { "being lent the hardware", "?-t-sp.rX", "?-t-sp.rX", "Call off the start" },
        [STATE_STARTING] = { "being started", "?-t-sp.rx", "?-t-sp.rx", "Shut down win10" },
        [STATE_GUEST] = { "running", "?-T-sP.RX", "?-T-sP.RX", "Shut down win10" },
        [STATE_PAUSED] = { "paused", "?-t-s.Urx", "?-t-s.Urx", "Shut down win10" },
        [STATE_PAUSING] = { "being paused", "?-t-sp.rx", "?-t-sp.rx", "Shut down win10" },
        [STATE_RESUMING] = { "being resumed", "?-t-s.urx", "?-t-s.urx", "Shut down win10" },
        [STATE_STOPPING] = { "shutting down", "?-T-sp.rx", "?-T-sp.rx", "Shut down win10" },
        [STATE_RESTARTING] = { "restarting", "?-T-sp.rX", "?-T-sp.rX", "Shut down win10" },
        [STATE_RETURNING] = { "returning the hardware", "?-t-sp.rX", "?-t-sp.rX",
                              "Return the hardware to the host" },
        [STATE_UNDOING] = { "returning the hardware", "?-t-sp.rX", "?-t-sp.rX",
                            "Return the hardware to the host" },
        [STATE_STRANDED] = { "gone, but not all of its hardware is back", "?-t-Sp.rX", "?-t-Sp.rX",
                             "Return the hardware to the host", true },
        [STATE_FAILED] = { "failed", "?-t-Sp.rX", "?-t-Sp.rX", "Return the hardware to the host", true },
};

static void test_states(void) {
        for (enum supervisor_state state = STATE_HOST; state < N_STATES; state++) {
                const struct expectation *right = &expected[state];
                struct tray_view view = view_of(state, &at_host, false);
                char title[100];

                snprintf(title, sizeof(title), "win10: %s", right->title);
                CHECK_STR(view.title, title);
                CHECK_STR(view.entries[ENTRY_STATE].label, title);
                CHECK_STR(menu_of(&view), right->menu);
                CHECK_STR(tray_status_name(view.status), right->attention ? "NeedsAttention" : "Active");
                CHECK_STR(view.icon, right->attention ? TRAY_ICON_ATTENTION : "pillion-host-symbolic");
                view = view_of(state, &lent, false);
                CHECK_STR(menu_of(&view), right->menu_lent);
                CHECK_STR(view.entries[ENTRY_STOP].label, right->stop);
        }
}

/* Nothing is lent: then there is nothing to return. */
static void test_stop(void) {
        CHECK_STR(view_of(STATE_HOST, &at_host, false).entries[ENTRY_STOP].label, "Shut down win10");
        CHECK_STR(view_of(STATE_FAILED, &at_host, false).entries[ENTRY_STOP].label, "Go back to the host");
}

static void test_input(void) {
        struct tray_view view = view_of(STATE_GUEST, &lent, false);

        CHECK_STR(view.entries[ENTRY_TOGGLE].label, "Hand over keyboard and mouse");
        CHECK_STR(view.text, "Keyboard and mouse are at the host.");
        view = view_of(STATE_GUEST, &lent, true);
        CHECK_STR(view.entries[ENTRY_TOGGLE].label, "Bring keyboard and mouse back");
        CHECK_STR(view.text, "Keyboard and mouse are at the guest.");
        CHECK_STR(view.icon, "pillion-guest-symbolic");
        /* Whatever the state is believed to be: the way home is open. */
        CHECK(view_of(STATE_HOST, &at_host, true).entries[ENTRY_TOGGLE].enabled);
}

/* A loan says how far it is, and calls for somebody when it will not go on by itself. */
static void test_loan(void) {
        struct ride_loan loan = { "win10", "lending", "unbind 0000:01:00.0", 4, 9, 0, "" };
        struct tray_view view = view_of(STATE_LENDING, &loan, false);

        CHECK_STR(view.text, "Step 4 of 9: unbind 0000:01:00.0");
        CHECK_STR(tray_status_name(view.status), "Active");
        loan.reason = "it hangs";
        loan.phase = "stuck";
        view = view_of(STATE_LENDING, &loan, false);
        CHECK_STR(view.text, "Step 4 of 9: unbind 0000:01:00.0\nit hangs");
        CHECK_STR(tray_status_name(view.status), "NeedsAttention");
        loan.phase = "failed";
        CHECK_STR(tray_status_name(view_of(STATE_HOST, &loan, false).status), "NeedsAttention");
}

/* The same is not said twice. */
static void test_reasons(void) {
        struct tray_facts facts = { STATE_FAILED, AT_HOST, "win10", false, "no", "not connected" };
        struct tray_view view;

        tray_view(&view, &facts);
        CHECK_STR(view.text, "no\nnot connected");
        facts.loan.reason = "no";
        tray_view(&view, &facts);
        CHECK_STR(view.text, "no\nnot connected");
        facts.problem = "no";
        tray_view(&view, &facts);
        CHECK_STR(view.text, "no");
}

static void test_nobody(void) {
        struct tray_facts facts = { STATE_HOST, AT_HOST, "", false, "", "" };
        struct tray_view view;

        tray_view(&view, &facts);
        CHECK_STR(view.title, "No guest");
        CHECK_STR(tray_status_name(view.status), "Passive");
        CHECK_STR(menu_of(&view), "?-t-sp.rx");
        CHECK_STR(view.entries[ENTRY_START].label, "Start guest");
        /* Hardware that was lent by hand can be brought back all the same. */
        facts.loan = lent;
        tray_view(&view, &facts);
        CHECK_STR(tray_status_name(view.status), "Active");
        CHECK_STR(menu_of(&view), "?-t-sp.rX");
}

/* What is cut off is never half a character. */
static void test_long(void) {
        char name[1200], whole[1200];

        for (size_t lead = 0; lead < 4; lead++) {
                struct tray_facts facts = { STATE_GUEST, AT_HOST, name, false, whole, "" };
                struct tray_view view;

                for (size_t i = 0; i < sizeof(name) - 1; i++)
                        name[i] = i < lead ? 'x' : "\xf0\x9f\x8f\x8d"[(i - lead) % 4];
                name[sizeof(name) - 1] = '\0';
                memcpy(whole, name, sizeof(name));
                tray_view(&view, &facts);
                CHECK_EQ((strlen(view.title) - lead) % 4, 0);
                CHECK_EQ((strlen(view.entries[ENTRY_STATE].label) - lead) % 4, 0);
                CHECK_EQ((strlen(view.entries[ENTRY_START].label) - strlen("Start ") - lead) % 4, 0);
                CHECK_EQ((strlen(view.text) - strlen("Keyboard and mouse are at the host.\n") - lead) % 4, 0);
        }
}

int main(void) {
        test_states();
        test_stop();
        test_input();
        test_loan();
        test_reasons();
        test_nobody();
        test_long();
        return 0;
}
