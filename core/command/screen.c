/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/command/screen.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "core/cleanup.h"

#define INDENT      12u /* where the text of a line of `pillion status` begins, "          ! " */
#define MIN_COLUMNS (3 * INDENT)

struct fold {
        size_t bytes; /* that go on this line */
        size_t skip;  /* bytes after these that go nowhere: the blank */
        size_t width; /* columns that they take */
};

/* The bytes of the character at TEXT, of which there are SIZE, and its columns. A colour takes none. */
static size_t measure(const char *text, size_t size, size_t *width) {
        mbstate_t state = { 0 };
        wchar_t c;
        size_t n;
        int columns;

        *width = 0;
        if (text[0] == '\033' && size > 1 && text[1] == '[') {
                n = 2 + strspn(text + 2, "0123456789;");
                return n < size ? n + 1 : size;
        }
        n = mbrtowc(&c, text, size, &state);
        if (n == 0 || n > size) {
                *width = 1; /* no character at all; a terminal shows something for each byte */
                return 1;
        }
        columns = wcwidth(c);
        *width = columns < 0 ? 1 : (size_t)columns;
        return n;
}

/* How much of the SIZE bytes fits COLUMNS: all of it, or up to a blank, or as it comes. */
static struct fold fold(const char *text, size_t size, size_t columns) {
        struct fold all = { 0 }, blank = { 0 };

        while (all.bytes < size) {
                size_t width, n = measure(text + all.bytes, size - all.bytes, &width);

                if (all.width + width > columns && all.bytes > 0)
                        return blank.bytes > 0 ? blank : all;
                /* Not an indentation: it would leave an empty line. */
                if (text[all.bytes] == ' ' && all.bytes > strspn(text, " "))
                        blank = (struct fold){ all.bytes, 1, all.width };
                all.bytes += n;
                all.width += width;
        }
        return all;
}

static void draw_line(struct screen *screen, FILE *out, const char *line, size_t size, size_t columns,
                      size_t most) {
        size_t indent = 0;

        do {
                struct fold part = fold(line, size, columns - indent);

                if (screen->n == most)
                        return;
                /* Erased first: at the end of a full line it would take the last character. */
                fprintf(out, "\033[K%*s%.*s\r\n", (int)indent, "", (int)part.bytes, line);
                screen->widths[screen->n++] = indent + part.width;
                line += part.bytes + part.skip;
                size -= part.bytes + part.skip;
                indent = columns >= MIN_COLUMNS ? INDENT : 0;
        } while (size > 0);
}

/* How many rows the lines take: more than they are once the terminal has been made narrower. */
static size_t rows_taken(const struct screen *screen, size_t columns) {
        size_t rows = 0;

        for (size_t i = 0; i < screen->n; i++)
                rows += screen->widths[i] > columns ? (screen->widths[i] + columns - 1) / columns : 1;
        return rows;
}

char *screen_draw(struct screen *screen, const char *text, unsigned columns, unsigned rows) {
        _cleanup_free_ char *drawn = NULL;
        size_t size, up, most;
        FILE *out = open_memstream(&drawn, &size);

        if (!out)
                return NULL;
        columns = columns > 0 ? columns : 80;
        rows = rows > 1 ? rows : 2;
        most = rows - 1 < SCREEN_LINES ? rows - 1 : SCREEN_LINES; /* the cursor has the last row */
        up = rows_taken(screen, columns);
        if (up > rows - 1)
                up = rows - 1; /* the rest has been scrolled away */
        fputs("\033[?25l\r", out);
        if (up > 0)
                fprintf(out, "\033[%zuA", up);
        screen->n = 0;
        while (*text) {
                size_t length = strcspn(text, "\n");

                draw_line(screen, out, text, length, columns, most);
                text += length + (text[length] == '\n');
        }
        fputs("\033[J\033[?25h", out);
        if (fclose(out) != 0)
                return NULL;
        return steal_ptr(drawn);
}

void screen_forget(struct screen *screen) {
        screen->n = 0;
}
