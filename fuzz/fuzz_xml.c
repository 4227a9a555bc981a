/* SPDX-License-Identifier: Apache-2.0
 *
 * Our scanner and expat take the same documents, refuse the same, and tell
 * the same events; and the scanner tells them however small the pieces are in
 * which the document comes.
 */
#include "base/attr.h"
#include "tests/xml_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    EVENTS_MAX = 1 << 26
};

static void fail(const char *why, const struct err *a, const struct err *b)
{
    fprintf(stderr, "%s\none: %s\nother: %s\n", why, err_text(a), err_text(b));
    abort();
}

/* Two mistakes of the XML are told in the order of the document. What does not
 * unpack is told when it is read, and that may come before a mistake of the
 * XML: such texts ("doc: ...", without a line) may differ. */
static bool names_line(const struct err *err)
{
    return strncmp(err->text, "doc:", 4) == 0 && err->text[4] >= '0' &&
           err->text[4] <= '9';
}

static void compare(const struct xml_limits *limits, str document)
{
    struct xml_events ours = { .text = BUF(EVENTS_MAX), .lines = true };
    struct xml_events other = { .text = BUF(EVENTS_MAX), .lines = true };
    struct xml_limits pieces = *limits;
    struct err ours_err = { 0 };
    struct err other_err = { 0 };
    int rc;
    int other_rc;

    rc = events_read(&ours, XML_ENGINE_SCAN, limits, document, &ours_err);
    if (rc != E_UNSUPPORTED) {
        pieces.piece = 1 + (unsigned)str_hash(document) % 7;
        other_rc =
            events_read(&other, XML_ENGINE_SCAN, &pieces, document, &other_err);
        if ((rc < 0) != (other_rc < 0) ||
            (rc == E_PARSE && other_rc == E_PARSE && names_line(&ours_err) &&
             names_line(&other_err) &&
             strcmp(ours_err.text, other_err.text) != 0))
            fail("the scanner in pieces differs", &ours_err, &other_err);
        if (rc == 0 && !str_eq(buf_str(&ours.text), buf_str(&other.text)))
            fail("the scanner's events in pieces differ", NULL, NULL);
        other_err.text[0] = '\0';
        other_rc =
            events_read(&other, XML_ENGINE_EXPAT, limits, document, &other_err);
        if ((rc < 0) != (other_rc < 0))
            fail("scanner and expat differ", &ours_err, &other_err);
        if (rc == 0 && !str_eq(buf_str(&ours.text), buf_str(&other.text)))
            fail("the events of scanner and expat differ", NULL, NULL);
    }
    rc = events_read(&ours, XML_ENGINE_AUTO, limits, document, &ours_err);
    (void)rc;
    buf_clear(&ours.text);
    buf_clear(&other.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct xml_limits small = { 4, 4, 200, 16, 0 };
    const struct xml_limits usual = XML_LIMITS;
    str document = { (const char *)data, size };

    compare(&usual, document);
    compare(&small, document);
    return 0;
}
