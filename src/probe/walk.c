/* SPDX-License-Identifier: Apache-2.0
 *
 * Directories to be read lie on one stack that all threads share; a thread
 * takes the newest, reads it, and puts its subdirectories there. Going down
 * first keeps few directories pending, and those few keep their descriptor:
 * a subdirectory is opened relative to the nearest one, so that neither long
 * paths nor somebody who renames directories leads elsewhere.
 *
 * Each pending directory knows which starts are live in it: those that can
 * still match something there. Sets of live starts are shared by siblings.
 */
#include "probe/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "probe/walk_int.h"
#include "probe/walk_node.h"
#include "probe/walk_start.h"

enum {
    DENTS_SIZE = 64 * 1024,
    THREADS_MAX = 8,
};

struct engine {
    struct probe_machine *machine;
    struct walk *walk;
    struct walk_rules rules;
    struct mountdev mounts;
    struct starts starts;
    atomic_uint links; /* directories entered through links */
    atomic_uint kept;  /* descriptors, see node_keep() */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t more;
    VEC(struct node *) stack;
    unsigned busy;    /* threads that read a directory */
    unsigned waiting; /* threads that want one */
};

struct here { /* a live start, in the directory being read */
    struct live live;
    const struct walk_rule *rule;
    uint32_t search;
    struct found_dir *found; /* under the name of an aliased start */
    bool entries;            /* names are looked at */
    bool down;               /* goes into directories */
    bool links;              /* goes into links to directories */
};

struct worker {
    struct engine *engine;
    struct walk_asker asker;
    struct found found;
    struct buf filepath;
    struct buf head;
    struct buf alias;
    char *dents;
    bool *dead; /* searches that are wrong: not asked again */
    VEC(struct here) here;
    VEC(struct live) live;
    VEC(struct node *) children;
    pthread_t thread;
};

struct dir { /* the directory being read */
    struct node *node;
    int fd;
    str path;
    struct found_dir *found;
    struct live_set *last; /* that a child got */
    bool entries;
    bool down;
    bool links;
    bool need_dev;
    bool kernel; /* its names are the kernel's, without line feeds */
    int error;   /* why it is closed */
};

enum {
    OPEN,
    CLOSED,
    NOT_THERE
};

/* --- problems --- */

static void problem_of_all(struct engine *engine, const struct node *node,
                           const char *path, const char *why)
{
    uint32_t n = node->live == NULL ? 0 : node->live->n;

    for (uint32_t i = 0; i < n; i++)
        walk_problem(engine->walk,
                     engine->starts.v[node->live->e[i].start].search, path,
                     why);
}

static void problem_errno(struct engine *engine, const struct node *node,
                          const char *path, int number)
{
    char text[128];

    problem_of_all(engine, node, path, strerror_r(number, text, sizeof(text)));
}

/* --- what is live here --- */

/* By their own name; what is found under another is something else. */
static bool has_search(const struct worker *w, uint32_t search, int32_t depth)
{
    for (size_t i = 0; i < w->live.n; i++) {
        const struct live *l = &w->live.p[i];
        const struct start *start = &w->engine->starts.v[l->start];

        if (start->search == search && start->real.p == NULL &&
            (l->depth < 0 || (depth >= 0 && l->depth >= depth)))
            return true;
    }
    return false;
}

static void attach(struct worker *w, const struct node *node, uint32_t at)
{
    struct start *start = &w->engine->starts.v[at];

    if (atomic_exchange(&start->reached, true))
        return;
    start->dev = node->dev;
    for (size_t i = 0; i < w->live.n; i++)
        if (w->live.p[i].start == at)
            return;
    if (start->real.p != NULL || !has_search(w, start->search, start->depth))
        *vec_push(&w->live) = (struct live){ at, start->depth };
}

/* Adds the starts that begin in this directory. */
static void attach_starts(struct worker *w, struct node *node)
{
    const struct starts *starts = &w->engine->starts;
    str path = { node->path, node->path_n };
    uint32_t at = map_get(&starts->by_path, path);
    uint32_t real = map_get(&starts->by_real, path);

    if (at == UINT32_MAX && real == UINT32_MAX)
        return;
    w->live.n = 0;
    for (uint32_t i = 0; node->live != NULL && i < node->live->n; i++)
        *vec_push(&w->live) = node->live->e[i];
    for (; at != UINT32_MAX; at = starts->v[at].next)
        attach(w, node, at);
    for (; real != UINT32_MAX; real = starts->v[real].next_real)
        attach(w, node, real);
    live_unref(node->live);
    node->live = live_new(w->live.p, w->live.n);
}

static void search_failed(struct worker *w, uint32_t search, int rc,
                          const char *path)
{
    if (rc == E_LIMIT) {
        walk_problem(w->engine->walk, search, path, w->asker.err.text);
        return;
    }
    w->dead[search] = true;
    walk_fail(w->engine->walk, search, err_text(&w->asker.err));
}

/* A hit is called by the name of its start. */
static void add_hit(struct worker *w, struct dir *dir, struct here *here,
                    const char **name, str entry)
{
    const struct start *start = &w->engine->starts.v[here->live.start];
    bool added;

    if (start_is_real(start, dir->path)) {
        buf_reset(&w->alias);
        buf_add(&w->alias, start->path);
        buf_add(&w->alias, str_sub(dir->path, start->real.n, SIZE_MAX));
        added = found_add(&w->found, here->search, &here->found,
                          buf_str(&w->alias), name, entry);
    } else {
        added = found_add(&w->found, here->search, &dir->found, dir->path, name,
                          entry);
    }
    if (!added) {
        w->dead[here->search] = true;
        walk_fail(w->engine->walk, here->search, "too many files match");
    }
}

/* The directory itself, for a search for directories. A start that is a link
 * is described as the link it is, also when it was reached by another way. */
static void match_dir(struct worker *w, struct dir *dir, struct here *here,
                      const struct walk_entry *as)
{
    const struct start *start = &w->engine->starts.v[here->live.start];
    struct walk_entry self = *as;
    const char *none = NULL;
    struct err err;

    if (start->real.p != NULL && str_eq(dir->path, start->real) &&
        probe_stat(w->engine->machine, start->path.p, false, &self.st, &err) <
            0)
        return;
    if (walk_passes(&w->asker, here->rule, &self))
        add_hit(w, dir, here, &none, STR_NONE);
}

static void look_at(struct worker *w, struct dir *dir, struct live live,
                    struct walk_entry *self)
{
    const struct start *start = &w->engine->starts.v[live.start];
    const struct walk_rule *rule = &w->engine->rules.rules[start->search];
    struct here *here;
    int rc = 0;

    if (w->dead[start->search] ||
        (rule->search->fs == WALK_FS_LOCAL &&
         mountdev_is_remote(&w->engine->mounts, dir->node->dev)))
        return;
    if (rule->filepath == WALK_NO_MATCHER)
        rc = walk_ask(&w->asker, rule->path, dir->path);
    if (rc < 0) {
        search_failed(w, start->search, rc, dir->node->path);
        if (w->dead[start->search])
            return;
    }
    here = vec_push(&w->here);
    here->live = live;
    here->rule = rule;
    here->search = start->search;
    here->entries = !rule->search->directories &&
                    (rc > 0 || rule->filepath != WALK_NO_MATCHER);
    here->down = live.depth != 0 && rule->search->subdirs;
    here->links = live.depth != 0 && rule->search->links;
    if (dir->kernel && walk_drops_below(&w->asker, rule, buf_str(&w->head)))
        here->entries = here->down = here->links = false;
    dir->entries |= here->entries;
    dir->down |= here->down;
    dir->links |= here->links;
    dir->need_dev |= rule->search->fs != WALK_FS_ALL;
    if (rule->search->directories && rc > 0)
        match_dir(w, dir, here, self);
}

/* In /proc and /sys the kernel gives the names. */
static bool has_kernel_names(int fd, dev_t dev)
{
    struct statfs fs;

    return fd >= 0 && major(dev) == 0 && fstatfs(fd, &fs) == 0 &&
           (fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC);
}

/* Asks every live search about the directory, whose stat is st. */
static void look_at_dir(struct worker *w, struct dir *dir,
                        const struct stat *st)
{
    const struct live_set *live = dir->node->live;
    struct walk_entry self = {
        .path = dir->path, .filepath = &w->filepath, .stat_state = 1, .st = *st
    };
    struct err err;

    /* A link is described as the link it is. */
    if ((dir->node->link || dir->node->parent == NULL) &&
        probe_stat(w->engine->machine, dir->node->path, false, &self.st, &err) <
            0)
        self.st = *st;
    dir->kernel = has_kernel_names(dir->fd, st->st_dev);
    if (dir->kernel) {
        buf_reset(&w->head);
        buf_add(&w->head, dir->path);
        buf_add_char(&w->head, '/');
    }
    w->here.n = 0;
    walk_asker_next(&w->asker, WALK_PATH);
    for (uint32_t i = 0; live != NULL && i < live->n; i++)
        look_at(w, dir, live->e[i], &self);
}

/* --- children --- */

static bool goes_on(struct worker *w, const struct here *here,
                    const struct stat *st)
{
    const struct start *start = &w->engine->starts.v[here->live.start];
    const struct walk_rule *rule = here->rule;
    str head = buf_str(&w->head);

    if (rule->search->fs == WALK_FS_DEFINED && st->st_dev != start->dev)
        return false;
    if (rule->search->fs == WALK_FS_LOCAL &&
        mountdev_is_remote(&w->engine->mounts, st->st_dev))
        return false;
    if (rule->prune == WALK_NO_MATCHER ||
        walk_can_begin(&w->asker, rule->prune, head))
        return true;
    return rule->filepath == WALK_NO_MATCHER &&
           walk_ask_once(&w->asker, rule->prune,
                         str_sub(head, 0, head.n - 1)) != 0;
}

/* What is live in the child, or NULL when nothing is. */
static struct live_set *child_live(struct worker *w, struct dir *dir,
                                   const struct stat *st, bool link)
{
    struct live_set *last = dir->last;

    w->live.n = 0;
    for (size_t i = 0; i < w->here.n; i++) {
        const struct here *here = &w->here.p[i];
        int32_t depth = here->live.depth;

        if (!(link ? here->links : here->down) || !goes_on(w, here, st))
            continue;
        *vec_push(&w->live) =
            (struct live){ here->live.start, depth < 0 ? depth : depth - 1 };
    }
    if (w->live.n == 0)
        return NULL;
    if (last == NULL || last->n != w->live.n ||
        memcmp(last->e, w->live.p, w->live.n * sizeof(struct live)) != 0) {
        live_unref(last);
        dir->last = live_new(w->live.p, w->live.n);
    }
    return live_ref(dir->last);
}

/* The file system that a link leads to; false when it leads nowhere. */
static bool stat_target(struct worker *w, struct stat *st)
{
    struct err err;

    return probe_stat(w->engine->machine, buf_c(&w->head), true, st, &err) ==
               0 &&
           S_ISDIR(st->st_mode);
}

static void add_child(struct worker *w, struct dir *dir,
                      struct walk_entry *entry, bool link)
{
    static const struct stat unknown;
    struct engine *engine = w->engine;
    const struct stat *st = &unknown;
    struct stat target;
    struct live_set *live;
    struct node *child;

    buf_reset(&w->head);
    buf_add(&w->head, walk_entry_filepath(entry));
    if (w->head.n > WALK_PATH_MAX) {
        problem_errno(engine, dir->node, dir->node->path, ENAMETOOLONG);
        return;
    }
    if (link && dir->need_dev) {
        if (!stat_target(w, &target))
            return;
        st = &target;
    } else if (dir->need_dev) {
        st = walk_entry_stat(entry);
    }
    if (st == NULL) {
        if (!node_is_gone(entry->stat_errno, NULL))
            problem_errno(engine, dir->node, buf_c(&w->head),
                          entry->stat_errno);
        return;
    }
    buf_add_char(&w->head, '/');
    live = child_live(w, dir, st, link);
    if (live == NULL)
        return;
    child = node_new(dir->node, dir->path, entry->name);
    child->live = live;
    child->link = link;
    *vec_push(&w->children) = child;
}

/* --- entries --- */

static void match_entry(struct worker *w, struct dir *dir,
                        struct walk_entry *entry)
{
    const char *name = NULL;

    for (size_t i = 0; i < w->here.n; i++) {
        struct here *here = &w->here.p[i];
        const struct walk_rule *rule = here->rule;
        int rc;

        if (!here->entries || w->dead[here->search])
            continue;
        if (rule->filepath != WALK_NO_MATCHER)
            rc =
                walk_ask(&w->asker, rule->filepath, walk_entry_filepath(entry));
        else
            rc = walk_ask(&w->asker, rule->filename, entry->name);
        if (rc < 0)
            search_failed(w, here->search, rc, dir->node->path);
        if (rc <= 0 || !walk_passes(&w->asker, rule, entry))
            continue;
        add_hit(w, dir, here, &name, entry->name);
    }
}

static unsigned char type_of_mode(mode_t mode)
{
    return (unsigned char)IFTODT(mode);
}

static void take_entry(struct worker *w, struct dir *dir,
                       const struct dirent64 *de)
{
    struct walk_entry entry;
    unsigned char type = de->d_type;
    const struct stat *st;

    entry.path = dir->path;
    entry.name = str_c(de->d_name);
    entry.filepath = &w->filepath;
    entry.has_filepath = false;
    entry.dir_fd = dir->fd;
    entry.stat_state = 0;
    entry.stat_errno = 0;
    if (type == DT_UNKNOWN) {
        st = walk_entry_stat(&entry);
        if (st == NULL) {
            if (!node_is_gone(entry.stat_errno, NULL))
                problem_errno(w->engine, dir->node, dir->node->path,
                              entry.stat_errno);
            return;
        }
        type = type_of_mode(st->st_mode);
    }
    if (type == DT_DIR) {
        if (dir->down)
            add_child(w, dir, &entry, false);
        return;
    }
    if (dir->entries) {
        walk_asker_next(&w->asker, WALK_NAME);
        walk_asker_next(&w->asker, WALK_FILEPATH);
        match_entry(w, dir, &entry);
    }
    if (type == DT_LNK && dir->links)
        add_child(w, dir, &entry, true);
}

static bool is_dots(const char *name)
{
    return name[0] == '.' &&
           (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static void read_entries(struct worker *w, struct dir *dir)
{
    for (;;) {
        ssize_t n = getdents64(dir->fd, w->dents, DENTS_SIZE);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && !node_is_gone(errno, dir->node->parent))
            problem_errno(w->engine, dir->node, dir->node->path, errno);
        if (n <= 0)
            return;
        for (ssize_t at = 0; at < n;) {
            const struct dirent64 *de = (const void *)(w->dents + at);

            if (!is_dots(de->d_name))
                take_entry(w, dir, de);
            at += de->d_reclen;
        }
    }
}

/* --- directories --- */

/* A link that leads back to a directory on the way to it. */
static bool is_cycle(const struct node *node)
{
    for (const struct node *p = node->parent; p != NULL; p = p->parent)
        if (p->dev == node->dev && p->ino == node->ino)
            return true;
    return false;
}

/* A directory that cannot be opened is still a directory: its own item is
 * given, and only what would look into it has a problem. */
static int look_from_outside(struct worker *w, struct dir *dir, int number,
                             struct stat *st)
{
    struct node *node = dir->node;
    bool follow = node->parent == NULL || node->link;
    struct err err;

    if (node_is_gone(number, node->parent))
        return NOT_THERE;
    if (probe_stat(w->engine->machine, node->path, follow, st, &err) < 0) {
        problem_errno(w->engine, node, node->path, number);
        return NOT_THERE;
    }
    if (!S_ISDIR(st->st_mode))
        return NOT_THERE;
    node->dev = st->st_dev;
    node->ino = st->st_ino;
    dir->error = number;
    return CLOSED;
}

static int open_dir(struct worker *w, struct dir *dir, struct stat *st)
{
    struct engine *engine = w->engine;
    struct node *node = dir->node;
    int fd = node_open(node, engine->machine);

    if (fd < 0)
        return look_from_outside(w, dir, -fd, st);
    if (fstat(fd, st) < 0) {
        close(fd);
        return NOT_THERE;
    }
    node->dev = st->st_dev;
    node->ino = st->st_ino;
    dir->fd = fd;
    if (!node->link)
        return OPEN;
    if (is_cycle(node)) {
        close(fd);
        return NOT_THERE;
    }
    if (atomic_fetch_add(&engine->links, 1) >= WALK_LINKS_MAX) {
        problem_of_all(engine, node, node->path,
                       "too many directories below symbolic links");
        close(fd);
        return NOT_THERE;
    }
    return OPEN;
}

/* Only what would have looked into it has a problem. */
static void problem_inside(struct worker *w, const struct dir *dir)
{
    char text[128];
    const char *why = strerror_r(dir->error, text, sizeof(text));

    for (size_t i = 0; i < w->here.n; i++) {
        const struct here *here = &w->here.p[i];

        if (here->entries || here->down || here->links)
            walk_problem(w->engine->walk, here->search, dir->node->path, why);
    }
}

static void push_children(struct worker *w)
{
    struct engine *engine = w->engine;

    if (w->children.n == 0)
        return;
    pthread_mutex_lock(&engine->lock);
    for (size_t i = 0; i < w->children.n; i++)
        *vec_push(&engine->stack) = w->children.p[i];
    if (engine->waiting > 0)
        pthread_cond_broadcast(&engine->more);
    pthread_mutex_unlock(&engine->lock);
    w->children.n = 0;
}

static void read_dir(struct worker *w, struct node *node)
{
    struct dir dir = { .node = node,
                       .fd = -1,
                       .path = { node->path, node->path_n } };
    struct stat st;

    int how = open_dir(w, &dir, &st);

    if (how == NOT_THERE)
        return;
    attach_starts(w, node);
    look_at_dir(w, &dir, &st);
    if (how == CLOSED) {
        problem_inside(w, &dir);
        return;
    }
    if (dir.entries || dir.down || dir.links)
        read_entries(w, &dir);
    live_unref(dir.last);
    node_keep(node, dir.fd, w->children.n > 0, &w->engine->kept);
    push_children(w);
}

/* --- threads --- */

/* The next directory, or NULL when all are read. */
static struct node *take_node(struct engine *engine, bool was_busy)
{
    struct node *node = NULL;

    pthread_mutex_lock(&engine->lock);
    engine->busy -= was_busy;
    engine->waiting++;
    while (engine->stack.n == 0 && engine->busy > 0)
        pthread_cond_wait(&engine->more, &engine->lock);
    engine->waiting--;
    if (engine->stack.n > 0) {
        node = engine->stack.p[--engine->stack.n];
        engine->busy++;
    } else {
        pthread_cond_broadcast(&engine->more);
    }
    pthread_mutex_unlock(&engine->lock);
    return node;
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct node *node = take_node(w->engine, false);

    while (node != NULL) {
        read_dir(w, node);
        node_unref(node, &w->engine->kept);
        node = take_node(w->engine, true);
    }
    return NULL;
}

static void worker_init(struct worker *w, struct engine *engine)
{
    memset(w, 0, sizeof(*w));
    w->engine = engine;
    walk_asker_init(&w->asker, &engine->rules);
    found_init(&w->found, engine->rules.count);
    w->filepath = BUF_INIT(2 * WALK_PATH_MAX);
    w->head = BUF_INIT(2 * WALK_PATH_MAX);
    w->alias = BUF_INIT(2 * WALK_PATH_MAX);
    w->dents = mem_alloc(1, DENTS_SIZE);
    w->dead = mem_alloc(engine->rules.count, sizeof(*w->dead));
}

static void worker_clear(struct worker *w)
{
    walk_asker_clear(&w->asker);
    buf_clear(&w->filepath);
    buf_clear(&w->head);
    buf_clear(&w->alias);
    mem_free(w->dents);
    mem_free(w->dead);
    vec_clear(&w->here);
    vec_clear(&w->live);
    vec_clear(&w->children);
}

/* Walks what lies on the stack. A thread that cannot be started is one fewer;
 * the caller's own always works. */
static void run_stack(struct worker *workers, unsigned threads)
{
    unsigned started = 1;

    for (; started < threads; started++)
        if (pthread_create(&workers[started].thread, NULL, work,
                           &workers[started]) != 0)
            break;
    work(&workers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(workers[i].thread, NULL);
}

/* --- starts --- */

/* A start that could not be opened is a problem of its own searches. */
static struct node *start_node(struct engine *engine, uint32_t first)
{
    VEC(struct live) live = { 0 };
    struct node *node = node_new(NULL, engine->starts.v[first].path, STR_NONE);

    for (uint32_t i = first; i != UINT32_MAX; i = engine->starts.v[i].next)
        *vec_push(&live) = (struct live){ i, engine->starts.v[i].depth };
    node->live = live_new(live.p, live.n);
    vec_clear(&live);
    return node;
}

static void run_starts(struct engine *engine, struct worker *workers,
                       unsigned threads)
{
    const struct start *starts = engine->starts.v;

    for (uint32_t i = 0; i < engine->starts.n; i++) {
        bool deep = false;

        if ((i > 0 && str_eq(starts[i].path, starts[i - 1].path)) ||
            atomic_load(&starts[i].reached))
            continue;
        for (uint32_t k = i; k != UINT32_MAX; k = starts[k].next)
            deep |= starts[k].depth != 0;
        *vec_push(&engine->stack) = start_node(engine, i);
        run_stack(workers, deep ? threads : 1);
    }
}

static void prepare_mounts(struct engine *engine,
                           const struct walk_search *searches, size_t n)
{
    struct err err;
    bool read = false;

    for (size_t i = 0; i < n; i++) {
        if (searches[i].fs != WALK_FS_LOCAL)
            continue;
        if (!read && mountdev_read(&engine->mounts, &err) < 0) {
            walk_fail(engine->walk, i, err.text);
            continue;
        }
        read = true;
    }
}

static void engine_clear(struct engine *engine)
{
    walk_rules_clear(&engine->rules);
    mountdev_clear(&engine->mounts);
    starts_clear(&engine->starts);
    vec_clear(&engine->stack);
    pthread_mutex_destroy(&engine->lock);
    pthread_cond_destroy(&engine->more);
}

struct walk *walk_run(struct probe_machine *machine,
                      const struct walk_search *searches, size_t n,
                      unsigned threads)
{
    struct worker workers[THREADS_MAX];
    struct found found[THREADS_MAX];
    struct engine engine = { .machine = machine };

    threads = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
    engine.walk = walk_new(n, threads);
    pthread_mutex_init(&engine.lock, NULL);
    pthread_cond_init(&engine.more, NULL);
    walk_rules_init(&engine.rules, searches, n);
    prepare_mounts(&engine, searches, n);
    starts_init(&engine.starts, machine, &engine.rules);
    for (unsigned i = 0; i < threads; i++)
        worker_init(&workers[i], &engine);
    run_starts(&engine, workers, threads);
    for (unsigned i = 0; i < threads; i++) {
        found[i] = workers[i].found;
        worker_clear(&workers[i]);
    }
    walk_take(engine.walk, found, threads);
    engine_clear(&engine);
    return engine.walk;
}
