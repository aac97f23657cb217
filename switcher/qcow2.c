/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "switcher/qcow2.h"

#include <ctype.h>

#include "switcher/json.h"
#include "switcher/tool.h"

#define OUTPUT_SIZE ((size_t)1 << 20)
#define PACKAGE     "qemu-utils"
#define LOOK_USEC   (8 * 1000000u)
#define CHANGE_USEC (120 * 1000000u) /* of a large disk there is much to be counted anew */

int qcow2_parse(struct qcow2 **ret, const char *text) {
        _cleanup_(qcow2_freep) struct qcow2 *qcow2 = calloc(1, sizeof(*qcow2));
        _cleanup_(json_freep) struct json *json = NULL;
        const struct json *list;
        int r;

        if (!qcow2)
                return -ENOMEM;
        r = json_parse(&json, text);
        if (r < 0)
                return r;
        if (strcmp(json_text(json, "format"), "qcow2") != 0)
                return -EBADMSG;
        list = json_get(json, "snapshots");
        qcow2->size = json_unsigned(json, "virtual-size");
        qcow2->snapshots = calloc(json_count(list) + 1, sizeof(*qcow2->snapshots));
        if (!qcow2->snapshots)
                return -ENOMEM;
        for (size_t i = 0; i < json_count(list); i++) {
                const char *name = json_text(json_at(list, i), "name");
                struct snapshot *snapshot = &qcow2->snapshots[qcow2->n];

                if (!snapshot_name_is_valid(name))
                        continue;
                memcpy(snapshot->name, name, strlen(name) + 1);
                snapshot->time = json_unsigned(json_at(list, i), "date-sec");
                qcow2->n++;
        }
        *ret = steal_ptr(qcow2);
        return 0;
}

struct qcow2 *qcow2_free(struct qcow2 *qcow2) {
        if (qcow2)
                free(qcow2->snapshots);
        free(qcow2);
        return NULL;
}

bool qcow2_path_is_valid(const char *path) {
        size_t length = strlen(path);

        for (const char *c = path; *c; c++)
                if (iscntrl((unsigned char)*c) || *c == '$')
                        return false;
        return *path == '/' && length < 1024 && path[length - 1] != '/' && !strstr(path, "/../");
}

/* OUTPUT may be NULL: nothing is expected. */
static int run(char *const argv[], uint64_t usec, char *output, char *problem, size_t size) {
        const struct tool tool = { PACKAGE, usec, problem, size };
        char little[4096];

        return tool_run(&tool, argv, output ? output : little, output ? OUTPUT_SIZE : sizeof(little));
}

int qcow2_look(struct qcow2 **ret, const char *path, char *problem, size_t size) {
        char *const argv[] = { "qemu-img",      "info", "--force-share", "-f", "qcow2",
                               "--output=json", "--",   (char *)path,    NULL };
        _cleanup_free_ char *output = malloc(OUTPUT_SIZE);
        int r;

        if (!output)
                return -ENOMEM;
        r = run(argv, LOOK_USEC, output, problem, size);
        if (r < 0)
                return r;
        r = qcow2_parse(ret, output);
        if (r < 0)
                snprintf(problem, size, "what qemu-img says of %s cannot be read: %s", path, strerror(-r));
        return r;
}

/* The image as options, which is how its format is said here; a comma in the path is doubled. NULL: no
 * memory.
 */
static char *image_options(const char *path) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;
        fputs("driver=qcow2,file.driver=file,file.filename=", out);
        for (; *path; path++)
                fputs(*path == ',' ? ",," : (char[]){ *path, '\0' }, out);
        return close_memstream(out, &text);
}

static int change(const char *verb, const char *path, const char *name, char *problem, size_t size) {
        _cleanup_free_ char *image = image_options(path);
        char *const argv[] = { "qemu-img",     "snapshot", "-q",  (char *)verb, (char *)name,
                               "--image-opts", "--",       image, NULL };

        return image ? run(argv, CHANGE_USEC, NULL, problem, size) : -ENOMEM;
}

int qcow2_take(const char *path, const char *name, char *problem, size_t size) {
        return change("-c", path, name, problem, size);
}

int qcow2_remove(const char *path, const char *name, char *problem, size_t size) {
        return change("-d", path, name, problem, size);
}

int qcow2_revert(const char *path, const char *name, char *problem, size_t size) {
        return change("-a", path, name, problem, size);
}
