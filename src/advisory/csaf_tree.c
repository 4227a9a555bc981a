/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/csaf_int.h"

/* What the branches around a product say. */
struct place {
    str vendor;
    str name;
    str version;
    str arch;
    bool range;
};

static int add(struct csaf_tree *tree, str id,
               const struct csaf_product *product, struct err *err)
{
    if (id.n == 0)
        return err_set(err, E_PARSE, "a product has no product_id");
    if (tree->products.n >= CSAF_PRODUCTS_MAX)
        return err_set(err, E_LIMIT, "more than %d products",
                       CSAF_PRODUCTS_MAX);
    map_set(&tree->ids, id, (uint32_t)tree->products.n);
    *vec_push(&tree->products) = *product;
    return 0;
}

const struct csaf_product *csaf_tree_find(const struct csaf_tree *tree, str id)
{
    uint32_t at = map_get(&tree->ids, id);

    return at != MAP_NONE ? &tree->products.p[at] : NULL;
}

void csaf_tree_clear(struct csaf_tree *tree)
{
    map_clear(&tree->ids);
    vec_clear(&tree->products);
}

/* --- Packages. --- */

static int hex_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static str unescape(struct arena *arena, str text)
{
    AUTO(buf_clear) struct buf out = BUF(ADVISORY_NAME_MAX * 2);

    for (size_t i = 0; i < text.n; i++) {
        int high = i + 2 < text.n ? hex_of(text.p[i + 1]) : -1;
        int low = i + 2 < text.n ? hex_of(text.p[i + 2]) : -1;

        if (text.p[i] == '%' && high >= 0 && low >= 0 && (high | low) > 0) {
            buf_add_char(&out, (char)(high * 16 + low));
            i += 2;
        } else {
            buf_add_char(&out, text.p[i]);
        }
    }
    return arena_str(arena, buf_str(&out));
}

/* The last of the two epochs counts; 0 is not written. */
static str with_epoch(struct arena *arena, str epoch, str version)
{
    if (epoch.n == 0 || str_eq(epoch, STR("0")))
        return version;
    return arena_printf(arena, "%" PRIstr ":%" PRIstr, ARGstr(epoch),
                        ARGstr(version));
}

static void set_arch(struct csaf_product *product, str arch)
{
    product->source_package = str_eq(arch, STR("src"));
    product->arch = product->source_package ? STR("") : arch;
}

/* "pkg:rpm/redhat/bind@9.11.4-26.P2.el7_9.15?arch=x86_64&epoch=32" */
static bool read_purl(struct arena *arena, str purl,
                      struct csaf_product *product)
{
    str qualifiers = purl;
    str path = str_cut(&qualifiers, '?');
    str epoch = STR("");
    str version;

    if (!str_starts(path, STR("pkg:rpm/")) &&
        !str_starts(path, STR("pkg:deb/")))
        return false;
    while (str_find_char(path, '/') < path.n)
        (void)str_cut(&path, '/');
    version = path;
    product->package = unescape(arena, str_cut(&version, '@'));
    while (qualifiers.n > 0) {
        str value = str_cut(&qualifiers, '&');
        str key = str_cut(&value, '=');

        if (str_eq(key, STR("arch")))
            set_arch(product, value);
        else if (str_eq(key, STR("epoch")))
            epoch = value;
    }
    product->version = with_epoch(arena, epoch, unescape(arena, version));
    return product->package.n > 0;
}

/* The index of the last c before `end`; end when there is none. */
static size_t find_last(str text, char c, size_t end)
{
    size_t i = end;

    while (i > 0 && text.p[i - 1] != c)
        i--;
    return i > 0 ? i - 1 : end;
}

/* "bind-32:9.11.4-26.el7.x86_64", "bind-9.9.4P2-0.6.1.i586". */
static bool read_nevra(struct arena *arena, str text,
                       struct csaf_product *product)
{
    size_t end = str_find(text, STR("::")); /* a module stands behind it */
    size_t dot;
    size_t dash;
    size_t first;
    str epoch;
    str version;

    text = str_sub(text, 0, end);
    dot = find_last(text, '.', text.n);
    dash = find_last(text, '-', dot);
    first = find_last(text, '-', dash);
    if (dot == text.n || dash == dot || first == dash || first == 0)
        return false;
    product->package = str_sub(text, 0, first);
    version = str_sub(text, first + 1, dot - first - 1);
    epoch = STR("");
    if (str_find_char(version, ':') < version.n)
        epoch = str_cut(&version, ':');
    product->version = with_epoch(arena, epoch, version);
    set_arch(product, str_sub(text, dot + 1, SIZE_MAX));
    return true;
}

/* --- Releases. --- */

static str release_of(struct csaf_tree *tree, str cpe, str name)
{
    AUTO(buf_clear) struct buf out = BUF(ADVISORY_NAME_MAX * 2);

    release_name(cpe, &out);
    if (cpe.n == 0 || release_family_of(buf_str(&out)) == RELEASE_OTHER)
        release_name(name, &out);
    return arena_str(tree->arena, buf_str(&out));
}

/* --- Branches. --- */

static int add_product(struct csaf_tree *tree, const struct jval *product,
                       const struct place *place, struct err *err)
{
    const struct jval *helper =
        jval_get(product, "product_identification_helper");
    str name = csaf_text(product, "name");
    struct csaf_product to = { 0 };
    bool package = read_purl(tree->arena, csaf_text(helper, "purl"), &to) ||
                   (place->arch.n > 0 && read_nevra(tree->arena, name, &to));

    if (!package) {
        to.package = place->name.n > 0 ? place->name : name;
        if (place->vendor.n > 0 && !str_starts(to.package, place->vendor))
            to.package =
                arena_printf(tree->arena, "%" PRIstr " %" PRIstr,
                             ARGstr(place->vendor), ARGstr(to.package));
        to.version = place->version;
        to.range = place->range;
    }
    to.release =
        package ? STR("") : release_of(tree, csaf_text(helper, "cpe"), name);
    return add(tree, csaf_text(product, "product_id"), &to, err);
}

static void enter(const struct jval *branch, struct place *place)
{
    str category = csaf_text(branch, "category");
    str name = csaf_text(branch, "name");

    if (str_eq(category, STR("vendor")))
        place->vendor = name;
    else if (str_eq(category, STR("product_name")) ||
             str_eq(category, STR("product_family")))
        place->name = name;
    else if (str_eq(category, STR("architecture")))
        place->arch = name;
    else if (str_starts(category, STR("product_version")) ||
             str_eq(category, STR("service_pack")) ||
             str_eq(category, STR("patch_level")))
        place->version = name;
    place->range = str_eq(category, STR("product_version_range"));
}

/* Its depth is bounded. */
static int read_branches(struct csaf_tree *tree, const struct jval *list,
                         const struct place *around, unsigned depth,
                         struct err *err)
{
    int rc = 0;

    if (depth >= CSAF_DEPTH_MAX)
        return err_set(err, E_LIMIT, "more than %d branches inside each other",
                       CSAF_DEPTH_MAX);
    for (size_t i = 0; rc == 0 && i < jval_count(list); i++) {
        const struct jval *branch = jval_at(list, i);
        const struct jval *product = jval_get(branch, "product");
        struct place place = *around;

        enter(branch, &place);
        if (product != NULL)
            rc = add_product(tree, product, &place, err);
        if (rc == 0)
            rc = read_branches(tree, jval_get(branch, "branches"), &place,
                               depth + 1, err);
    }
    return rc;
}

/* A package as a component of a platform. */
static int add_relationship(struct csaf_tree *tree, const struct jval *o,
                            struct err *err)
{
    const struct jval *full = jval_get(o, "full_product_name");
    str part = csaf_text(o, "product_reference");
    const struct csaf_product *component = csaf_tree_find(tree, part);
    const struct csaf_product *platform =
        csaf_tree_find(tree, csaf_text(o, "relates_to_product_reference"));
    struct csaf_product to = { 0 };

    if (component != NULL)
        to = *component;
    else if (!read_nevra(tree->arena, part, &to))
        to.package = part;
    if (str_ends(to.package, STR(".src"))) {
        to.package.n -= 4;
        to.source_package = true;
    }
    to.release = platform != NULL
                     ? platform->release
                     : csaf_text(o, "relates_to_product_reference");
    return add(tree, csaf_text(full, "product_id"), &to, err);
}

int csaf_tree_read(struct csaf_tree *tree, const struct jval *o,
                   struct err *err)
{
    const struct jval *names = jval_get(o, "full_product_names");
    const struct jval *relations = jval_get(o, "relationships");
    const struct place nowhere = { 0 };
    int rc = read_branches(tree, jval_get(o, "branches"), &nowhere, 0, err);

    for (size_t i = 0; rc == 0 && i < jval_count(names); i++)
        rc = add_product(tree, jval_at(names, i), &nowhere, err);
    for (size_t i = 0; rc == 0 && i < jval_count(relations); i++)
        rc = add_relationship(tree, jval_at(relations, i), err);
    return rc < 0 ? err_wrap(err, rc, "product_tree") : 0;
}
