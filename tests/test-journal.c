/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journal of every record, cut and damaged in every place, and what is read of it. */
#include "switcher/journal.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/test.h"

#define BOOT "0123456789abcdef0123456789abcdef"

static char directory[] = "/tmp/pillion-journal.XXXXXX";
static char path[64];

static void clear(void) {
        char command[128];

        snprintf(command, sizeof(command), "rm -rf %s/*", directory);
        CHECK_EQ(system(command), 0);
}

static void append(struct journal *journal, int made, struct record *record) {
        CHECK_EQ(made, 0);
        CHECK_EQ(journal_append(journal, record), 0);
        record_done(record);
}

static struct journal *create(void) {
        const struct record_begin begin = { "win10", "guest", "", BOOT, 1234567, 3 };
        struct journal *journal;
        struct record record;

        clear();
        CHECK_EQ(record_make_begin(&record, &begin), 0);
        CHECK_EQ(journal_create(&journal, directory, &record), 0);
        record_done(&record);
        return journal;
}

static const struct record_child child = { 4711, 99 };

static void intend(struct journal *journal, unsigned n, enum step_kind kind, const char *target,
                   bool optional) {
        struct step step = { .kind = kind, .target = (char *)target, .optional = optional };
        struct words state = { 0 };
        struct record record;
        int r;

        CHECK_EQ(words_add(&step.told, "driver", "nou veau=%\n"), 0);
        CHECK_EQ(words_add(&step.told, "function", "0000:01:00.1"), 0);
        CHECK_EQ(words_add(&state, "was", "a b=c"), 0);
        r = record_make_intent(&record, n, &step, &state, &child);
        append(journal, r, &record);
        words_done(&step.told);
        words_done(&state);
}

/* Every type of record, in an order in which they come. */
static struct journal *write_all(void) {
        struct journal *journal = create();
        struct words result = { 0 };
        struct record record;

        CHECK_EQ(words_add(&result, "now", "x y"), 0);
        intend(journal, 1, STEP_UNIT, "a.service", false);
        append(journal, record_make_done(&record, 1, 1500, &result), &record);
        append(journal, record_make_failed(&record, 2, false, "cannot be seen"), &record);
        intend(journal, 3, STEP_UNBIND, "0000:01:00.0", false);
        append(journal, record_make_done(&record, 3, 2500, &result), &record);
        append(journal, record_make_lent(&record), &record);
        append(journal, record_make_undo(&record, 3, &child), &record);
        append(journal, record_make_stuck(&record, 3, &child, "hangs in the kernel"), &record);
        append(journal, record_make_undo(&record, 3, &child), &record);
        append(journal, record_make_failed(&record, 3, true, "no such device"), &record);
        append(journal, record_make_undo(&record, 3, &child), &record);
        append(journal, record_make_undone(&record, 3, 700), &record);
        append(journal, record_make_undo(&record, 1, &child), &record);
        append(journal, record_make_undone(&record, 1, 800), &record);
        words_done(&result);
        return journal;
}

#define LINES 15 /* of write_all() */

static size_t slurp(char *text, size_t size) {
        FILE *file = fopen(path, "re");
        size_t n;

        CHECK(file);
        n = fread(text, 1, size, file);
        CHECK(n < size);
        text[n] = '\0';
        fclose(file);
        return n;
}

static void spill(const char *text, size_t size) {
        FILE *file = fopen(path, "we");

        CHECK(file);
        CHECK_EQ(fwrite(text, 1, size, file), size);
        CHECK_EQ(fclose(file), 0);
}

static void test_everything_comes_back(void) {
        _cleanup_(loan_freep) struct loan *loan = NULL;
        const struct loan_step *step;
        size_t damage = 99;
        struct stat st;

        journal_free(write_all());
        CHECK_EQ(journal_read(&loan, directory, &damage), 0);
        CHECK_EQ(damage, 0);
        CHECK_STR(loan->profile, "win10");
        CHECK_STR(loan->domain, "guest");
        CHECK_STR(loan->uri, "");
        CHECK_STR(loan->boot, BOOT);
        CHECK_EQ(loan->time, 1234567);
        CHECK_EQ(loan->planned, 3);
        CHECK_EQ(loan->phase, LOAN_RETURNING);
        CHECK(loan->was_lent);
        CHECK_STR(loan->reason, "cannot be seen");
        CHECK_EQ(loan->n_steps, 2);
        CHECK_EQ(loan_open_steps(loan), 0);
        step = loan_find(loan, 3);
        CHECK_EQ(step->phase, LOAN_STEP_UNDONE);
        CHECK_EQ(step->step.kind, STEP_UNBIND);
        CHECK_STR(step->step.target, "0000:01:00.0");
        CHECK_STR(words_get(&step->step.told, "driver"), "nou veau=%\n");
        CHECK_STR(words_get(&step->state, "was"), "a b=c");
        CHECK_STR(words_get(&step->result, "now"), "x y");
        CHECK_EQ(step->apply_usec, 2500);
        CHECK_EQ(step->undo_usec, 700);
        CHECK(!loan_stuck(loan) && step->pid == 0);
        CHECK_EQ(stat(path, &st), 0);
        CHECK_EQ(st.st_mode & 07777, 0644);
}

/* Of every torn journal the whole lines are read, and it can be written on. */
static void test_torn_anywhere(void) {
        static char text[8192], torn[8192];
        struct journal *journal = write_all();
        struct record record;
        size_t size, cuts = 0;

        journal_free(journal);
        size = slurp(text, sizeof(text));
        for (size_t cut = (size_t)(strchr(text, '\n') - text) + 1; cut <= size; cut++, cuts++) {
                struct loan *loan;
                size_t damage, whole = cut;

                spill(text, cut);
                CHECK_EQ(journal_read(&loan, directory, &damage), 0);
                CHECK_EQ(damage, 0);
                loan_free(loan);
                CHECK_EQ(journal_open(&journal, directory), 0);
                CHECK_EQ(journal_damage(journal), 0);
                while (text[whole - 1] != '\n')
                        whole--;
                CHECK_EQ(slurp(torn, sizeof(torn)), whole);
                append(journal, record_make_end(&record, "torn"), &record);
                journal_free(journal);
                CHECK_EQ(journal_read(&loan, directory, &damage), 0);
                CHECK_STR(loan->how, "torn");
                loan_free(loan);
        }
        printf("torn at %zu places\n", cuts);
}

/* A file that ends in zeros, as some file systems leave it. */
static void test_zeros_at_the_end(void) {
        static char text[8192];
        size_t damage, size;
        struct loan *loan;

        journal_free(write_all());
        size = slurp(text, sizeof(text));
        memset(text + size, 0, 300);
        spill(text, size + 300);
        CHECK_EQ(journal_read(&loan, directory, &damage), 0);
        CHECK_EQ(damage, 0);
        CHECK_EQ(loan_open_steps(loan), 0);
        loan_free(loan);
}

/* Any byte of any line but the last two, which are one if the end between them is lost: the line is named. */
static void test_damage_is_told(void) {
        static char text[8192];
        size_t size, line = 1, flips = 0;

        journal_free(write_all());
        size = slurp(text, sizeof(text));
        for (size_t at = 0; at < size && line < LINES - 1; at++) {
                struct loan *loan;
                size_t damage = 0, here = line;
                int r;

                line += text[at] == '\n';
                text[at] ^= 0x01;
                spill(text, size);
                text[at] ^= 0x01;
                r = journal_read(&loan, directory, &damage);
                if (here == 1)
                        CHECK_EQ(r, -EBADMSG); /* whose loan it is, nobody knows */
                else
                        CHECK_EQ(damage, here);
                if (r >= 0)
                        loan_free(loan);
                flips++;
        }
        CHECK_EQ(line, LINES - 1);
        printf("%zu bytes flipped\n", flips);
}

static void test_one_at_a_time(void) {
        const struct record_begin begin = { "other", "guest", "", BOOT, 1, 1 };
        _cleanup_(journal_freep) struct journal *first = write_all(), *second = NULL;
        _cleanup_(record_done) struct record record = { 0 };

        CHECK_EQ(record_make_begin(&record, &begin), 0);
        CHECK_EQ(journal_create(&second, directory, &record), -EEXIST);
        CHECK_STR(journal_loan(first)->profile, "win10");
}

/* What cannot come next is refused, and leaves no trace. */
static void test_order(void) {
        _cleanup_(journal_freep) struct journal *journal = create();
        static char before[8192], after[8192];
        const struct words none = { 0 };
        struct record record;

        intend(journal, 2, STEP_UNIT, "a.service", false);
        slurp(before, sizeof(before));
#define REFUSED(make)                                                                                        \
        CHECK_EQ(make, 0);                                                                                   \
        CHECK_EQ(journal_append(journal, &record), -EBADMSG);                                                \
        record_done(&record)
        REFUSED(record_make_done(&record, 1, 0, &none));
        REFUSED(record_make_undone(&record, 2, 0));
        REFUSED(record_make_failed(&record, 2, true, "not undone"));
        REFUSED(record_make_stuck(&record, 3, &child, "unknown"));
        REFUSED(record_make_undo(&record, 3, &child));
        slurp(after, sizeof(after));
        CHECK_STR(before, after);
}

/* An optional step is undone alone; that is no return. */
static void test_optional(void) {
        _cleanup_(journal_freep) struct journal *journal = create();
        struct record record;

        intend(journal, 1, STEP_GOVERNOR, "performance", true);
        append(journal, record_make_failed(&record, 1, false, "no such governor"), &record);
        append(journal, record_make_undo(&record, 1, &child), &record);
        append(journal, record_make_undone(&record, 1, 1), &record);
        CHECK(loan_is_lending(journal_loan(journal)));
        append(journal, record_make_lent(&record), &record);
        CHECK_EQ(journal_loan(journal)->phase, LOAN_LENT);
}

static void test_history(void) {
        struct journal *journal;
        struct loan *loan;
        char text[128];

        clear();
        CHECK_EQ(journal_read_last(&loan, directory), -ENOENT);
        for (int i = 1; i <= JOURNAL_KEPT + 3; i++) {
                const struct record_begin begin = { "win10", "guest", "", BOOT, (uint64_t)i, 0 };
                struct record record;

                CHECK_EQ(record_make_begin(&record, &begin), 0);
                CHECK_EQ(journal_create(&journal, directory, &record), 0);
                record_done(&record);
                CHECK_EQ(journal_finish(journal, "returned"), 0);
                journal_free(journal);
                CHECK_EQ(journal_read(&loan, directory, NULL), -ENOENT);
                CHECK_EQ(journal_read_last(&loan, directory), 0);
                CHECK_EQ(loan->time, i);
                CHECK_STR(loan->how, "returned");
                loan_free(loan);
        }
        snprintf(text, sizeof(text), "[ $(ls %s/history | wc -l) = %d ] && [ -e %s/history/000023.journal ]",
                 directory, JOURNAL_KEPT, directory);
        CHECK_EQ(system(text), 0);
}

/* A full disk: nothing of the record stays, in memory or on the disk; a note is kept in memory. */
static void test_full_disk(void) {
        _cleanup_(journal_freep) struct journal *journal = create();
        static char before[8192], after[8192];
        struct rlimit limit, full;
        struct record record;

        intend(journal, 1, STEP_UNIT, "a.service", false);
        CHECK_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
        full = limit;
        full.rlim_cur = slurp(before, sizeof(before)) + 20; /* the line fits in part */
        signal(SIGXFSZ, SIG_IGN);
        CHECK_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
        CHECK_EQ(record_make_undo(&record, 1, &child), 0);
        CHECK(journal_append(journal, &record) < 0);
        CHECK_EQ(journal_loan(journal)->steps[0].phase, LOAN_STEP_BEGUN);
        CHECK_EQ(journal_note(journal, &record), 0); /* the failure has been told */
        CHECK_EQ(journal_loan(journal)->steps[0].phase, LOAN_STEP_UNDOING);
        record_done(&record);
        CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
        slurp(after, sizeof(after));
        CHECK_STR(before, after);
        CHECK_EQ(journal_finish(journal, "undone"), 0);
}

static void test_devices(void) {
        struct step gpu = { .target = (char *)"0000:01:00.0" }, other = { .target = (char *)"0000:02:00.0" };
        struct step modules = { .target = (char *)"nvidia" }, whole = { .target = (char *)"" };

        CHECK_EQ(words_add(&modules.told, "function", "0000:01:00.0"), 0);
        CHECK(loan_steps_touch(&gpu, &gpu));
        CHECK(!loan_steps_touch(&gpu, &other));
        CHECK(loan_steps_touch(&gpu, &modules) && loan_steps_touch(&modules, &gpu));
        CHECK(!loan_steps_touch(&other, &modules) && !loan_steps_touch(&whole, &whole));
        words_done(&modules.told);
}

int main(void) {
        CHECK(mkdtemp(directory));
        snprintf(path, sizeof(path), "%s/switch.journal", directory);
        test_everything_comes_back();
        test_torn_anywhere();
        test_zeros_at_the_end();
        test_damage_is_told();
        test_one_at_a_time();
        test_order();
        test_optional();
        test_history();
        test_full_disk();
        test_devices();
        clear();
        CHECK_EQ(rmdir(directory), 0);
        return 0;
}
