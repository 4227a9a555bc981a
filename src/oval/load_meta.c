/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading definitions: metadata, as OVAL and the vendors write it, and
 * criteria. What vendors add is found by the names they use, wherever it
 * stands below <metadata>: severity, cve, issued, updated, status.
 */
#include "oval/load_int.h"

static struct oval_note *add_note(struct builder *b, enum oval_note_kind kind)
{
    struct oval_note *note = vec_push(&b->notes);

    note->kind = kind;
    return note;
}

int load_definition(struct builder *b, const struct xml_element *el,
                    struct err *err)
{
    uint32_t at = (uint32_t)b->definitions.n;
    struct oval_definition *d;
    uint32_t dense;
    str class_;
    int rc;

    if (!str_eq(el->name, STR("definition"))) {
        load_warn(b, "<%" PRIstr "> among the definitions", ARGstr(el->name));
        load_push(b, W_SKIP, 0);
        return 0;
    }
    rc = load_define(b, el, T_DEFINITION, at, &dense, err);
    if (rc < 0)
        return rc;
    if (rc > 0) {
        load_push(b, W_SKIP, 0);
        return 0;
    }
    d = vec_push(&b->definitions);
    class_ = xml_attr(el, STR("class"));
    d->class_ = (uint8_t)oval_class_of(class_);
    if (d->class_ == OVAL_CLASS_BAD)
        load_warn(b, "class '%" PRIstr "' is not one of OVAL's",
                  ARGstr(class_));
    d->id = load_name(b, xml_attr(el, STR("id")));
    d->version = b->ids.p[dense].version;
    if (load_bool(b, el, STR("deprecated")))
        d->flags |= OVAL_DEPRECATED;
    d->criteria = OVAL_NONE;
    d->note_first = (uint32_t)b->notes.n;
    b->advisory_from = 0;
    load_push(b, W_DEFINITION, at);
    return 0;
}

static void start_criteria(struct builder *b, const struct xml_element *el)
{
    uint32_t at = load_node(b, OVAL_NODE_CRITERIA);
    str op = xml_attr(el, STR("operator"));
    struct oval_node *node = &b->nodes.p[at];

    node->op = OVAL_AND;
    if (op.p != NULL)
        node->op = (uint8_t)oval_operator_of(op);
    if (node->op == OVAL_OPERATOR_BAD)
        load_warn(b, "operator '%" PRIstr "' is not one of OVAL's", ARGstr(op));
    load_push(b, W_CRITERIA, at);
}

static void node_attributes(struct builder *b, uint32_t at,
                            const struct xml_element *el)
{
    uint8_t flags = 0;

    if (load_bool(b, el, STR("negate")))
        flags |= OVAL_NODE_NEGATE;
    if (load_bool(b, el, STR("applicability_check")))
        flags |= OVAL_NODE_APPLICABILITY;
    b->nodes.p[at].flags = flags;
    b->nodes.p[at].text = load_prose(b, xml_attr(el, STR("comment")));
}

static void start_reference_node(struct builder *b,
                                 const struct xml_element *el,
                                 enum oval_node_type type, str attr)
{
    uint32_t at = load_node(b, type);
    str id = xml_attr(el, attr);

    if (id.n == 0)
        load_warn(b, "<%" PRIstr "> has no %" PRIstr, ARGstr(el->name),
                  ARGstr(attr));
    b->nodes.p[at].a = load_id(b, id);
    node_attributes(b, at, el);
    load_push(b, W_SKIP, 0);
}

void load_in_criteria(struct builder *b, const struct xml_element *el)
{
    if (str_eq(el->name, STR("criterion"))) {
        start_reference_node(b, el, OVAL_NODE_CRITERION, STR("test_ref"));
    } else if (str_eq(el->name, STR("criteria"))) {
        start_criteria(b, el);
        node_attributes(b, b->stack[b->depth].a, el);
    } else if (str_eq(el->name, STR("extend_definition"))) {
        start_reference_node(b, el, OVAL_NODE_EXTEND, STR("definition_ref"));
    } else {
        uint32_t at = load_node(b, OVAL_NODE_BAD);

        load_warn(b, "<%" PRIstr "> among criteria", ARGstr(el->name));
        b->nodes.p[at].text = load_prose(b, el->name);
        load_push(b, W_SKIP, 0);
    }
}

void load_in_definition(struct builder *b, const struct xml_element *el)
{
    uint32_t at = b->stack[b->depth].a;

    if (str_eq(el->name, STR("metadata"))) {
        b->meta_ns = el->ns.p;
        load_push(b, W_METADATA, at);
    } else if (str_eq(el->name, STR("criteria"))) {
        b->definitions.p[at].criteria = (uint32_t)b->nodes.n;
        load_in_criteria(b, el);
    } else {
        if (!str_eq(el->name, STR("notes")) &&
            !str_eq(el->name, STR("Signature")))
            load_warn(b, "<%" PRIstr "> in a definition", ARGstr(el->name));
        load_push(b, W_SKIP, 0);
    }
}

static void add_reference(struct builder *b, const struct xml_element *el)
{
    struct oval_note *note = add_note(b, OVAL_NOTE_REFERENCE);

    note->a = load_prose(b, xml_attr(el, STR("source")));
    note->b = load_prose(b, xml_attr(el, STR("ref_id")));
    note->c = load_prose(b, xml_attr(el, STR("ref_url")));
}

void load_in_metadata(struct builder *b, const struct xml_element *el)
{
    uint32_t at = b->stack[b->depth].a;

    if (str_eq(el->name, STR("title"))) {
        load_push_leaf(b, LEAF_TITLE, at);
    } else if (str_eq(el->name, STR("description"))) {
        load_push_leaf(b, LEAF_DESCRIPTION, at);
    } else if (str_eq(el->name, STR("reference"))) {
        add_reference(b, el);
        load_push(b, W_SKIP, 0);
    } else if (str_eq(el->name, STR("affected"))) {
        add_note(b, OVAL_NOTE_FAMILY)->a =
            load_prose(b, xml_attr(el, STR("family")));
        load_push(b, W_VENDOR, at);
    } else {
        load_in_vendor(b, el);
    }
}

/* What an advisory says of one CVE, in attributes named by its vendor:
 * cvss3, cvss2, cvss4 (Red Hat, SUSE, Oracle), cvss_vector (Ubuntu). */
static void add_cve(struct builder *b, const struct xml_element *el)
{
    static const struct {
        str attr;
        str version;
    } scores[] = {
        { STR("cvss4"), STR("4") },
        { STR("cvss3"), STR("3") },
        { STR("cvss2"), STR("2") },
        { STR("cvss_vector"), STR("") },
    };
    struct oval_note *note = add_note(b, OVAL_NOTE_CVE);
    str impact = xml_attr(el, STR("impact"));

    if (impact.p == NULL)
        impact = xml_attr(el, STR("priority"));
    note->b = load_prose(b, impact);
    note->c = load_prose(b, xml_attr(el, STR("href")));
    for (size_t i = 0; i < COUNT(scores); i++) {
        str score = xml_attr(el, scores[i].attr);

        if (score.n == 0)
            continue;
        note = add_note(b, OVAL_NOTE_CVSS);
        note->a = load_prose(b, score);
        note->c = load_prose(b, scores[i].version);
    }
}

static void start_date(struct builder *b, const struct xml_element *el,
                       enum oval_note_kind kind, enum leaf leaf)
{
    str date = xml_attr(el, STR("date"));

    if (date.n > 0) {
        add_note(b, kind)->a = load_prose(b, date);
        load_push(b, W_SKIP, 0);
    } else {
        load_push_leaf(b, leaf, b->stack[b->depth].a);
    }
}

void load_in_vendor(struct builder *b, const struct xml_element *el)
{
    uint32_t at = b->stack[b->depth].a;

    if (str_eq(el->name, STR("platform"))) {
        load_push_leaf(b, LEAF_PLATFORM, at);
    } else if (str_eq(el->name, STR("product"))) {
        load_push_leaf(b, LEAF_PRODUCT, at);
    } else if (str_eq(el->name, STR("severity"))) {
        load_push_leaf(b, LEAF_SEVERITY, at);
    } else if (str_eq(el->name, STR("cve"))) {
        uint32_t note = (uint32_t)b->notes.n;

        add_cve(b, el);
        load_push_leaf(b, LEAF_CVE, note);
    } else if (str_eq(el->name, STR("issued"))) {
        start_date(b, el, OVAL_NOTE_ISSUED, LEAF_DATE_ISSUED);
    } else if (str_eq(el->name, STR("updated"))) {
        start_date(b, el, OVAL_NOTE_UPDATED, LEAF_DATE_UPDATED);
    } else if (str_eq(el->name, STR("status"))) {
        load_push_leaf(b, LEAF_STATUS, at);
    } else {
        if (str_eq(el->name, STR("advisory")))
            b->advisory_from = load_prose(b, xml_attr(el, STR("from")));
        load_push(b, W_VENDOR, at);
    }
}

/* A CVE's name stands in the text behind its attributes: fill it in. */
static void end_cve(struct builder *b, uint32_t first, str text)
{
    oval_prose id = load_prose(b, str_trim(text));

    b->notes.p[first].a = id;
    for (size_t i = first + 1; i < b->notes.n; i++)
        b->notes.p[i].b = id;
}

void load_meta_leaf(struct builder *b, const struct frame *frame, str text)
{
    struct oval_note *note;

    text = str_trim(text);
    switch ((enum leaf)frame->leaf) {
    case LEAF_TITLE:
        b->definitions.p[frame->a].title = load_prose(b, text);
        break;
    case LEAF_DESCRIPTION:
        b->definitions.p[frame->a].description = load_prose(b, text);
        break;
    case LEAF_PLATFORM:
        add_note(b, OVAL_NOTE_PLATFORM)->a = load_prose(b, text);
        break;
    case LEAF_PRODUCT:
        add_note(b, OVAL_NOTE_PRODUCT)->a = load_prose(b, text);
        break;
    case LEAF_SEVERITY:
        if (text.n == 0)
            break;
        note = add_note(b, OVAL_NOTE_SEVERITY);
        note->a = load_prose(b, text);
        note->b = b->advisory_from != 0 ? b->advisory_from : b->product_name;
        break;
    case LEAF_STATUS:
        add_note(b, OVAL_NOTE_STATUS)->a = load_prose(b, text);
        break;
    case LEAF_DATE_ISSUED:
        add_note(b, OVAL_NOTE_ISSUED)->a = load_prose(b, text);
        break;
    case LEAF_DATE_UPDATED:
        add_note(b, OVAL_NOTE_UPDATED)->a = load_prose(b, text);
        break;
    case LEAF_CVE:
        end_cve(b, frame->a, text);
        break;
    default:
        break;
    }
}
