/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/text.h"
#include "tests/xml_events.h"

#define XML_NS "http://www.w3.org/XML/1998/namespace"

enum {
    EVENTS_MAX = 1 << 24
};

/* A document and its events; NULL events: it is refused with `code`, by both
 * readers, at `line`. */
struct xml_case {
    const char *document;
    const char *events;
    int code;
    unsigned line;
};

static const struct xml_case elements[] = {
    { "<a/>", "(a)", 0, 0 },
    { "<a></a>", "(a)", 0, 0 },
    { "<a ></a >", "(a)", 0, 0 },
    { "<a\n/>", "(a)", 0, 0 },
    { "<a><b/><c>t</c></a>", "(a(b)(c't'))", 0, 0 },
    { " \r\n\t<a/> \n", "(a)", 0, 0 },
    { "\xEF\xBB\xBF<a/>", "(a)", 0, 0 },
    { "<_-.9/>", "(_-.9)", 0, 0 },
    { "<\xC3\xA9l\xC3\xA9ment/>", "(\xC3\xA9l\xC3\xA9ment)", 0, 0 },
    { "<a\xE1\xA0\x80/>", NULL, E_PARSE, 1 },
    { "<a\xF0\x9F\x98\x80/>", NULL, E_PARSE, 1 },
    { "", NULL, E_PARSE, 1 },
    { " ", NULL, E_PARSE, 1 },
    { "a", NULL, E_PARSE, 1 },
    { "<", NULL, E_PARSE, 1 },
    { "<a", NULL, E_PARSE, 1 },
    { "<a>", NULL, E_PARSE, 1 },
    { "<a>\n<b>\n</a>", NULL, E_PARSE, 3 },
    { "<a></b>", NULL, E_PARSE, 1 },
    { "<a></aa>", NULL, E_PARSE, 1 },
    { "<aa></a>", NULL, E_PARSE, 1 },
    { "<a/><b/>", NULL, E_PARSE, 1 },
    { "<a/>x", NULL, E_PARSE, 1 },
    { "x<a/>", NULL, E_PARSE, 1 },
    { "</a>", NULL, E_PARSE, 1 },
    { "<a/></a>", NULL, E_PARSE, 1 },
    { "< a/>", NULL, E_PARSE, 1 },
    { "<1/>", NULL, E_PARSE, 1 },
    { "<-/>", NULL, E_PARSE, 1 },
    { "<a/ >", NULL, E_PARSE, 1 },
    { "<a></a/>", NULL, E_PARSE, 1 },
    { "<a></ a>", NULL, E_PARSE, 1 },
    { "<a><></a>", NULL, E_PARSE, 1 },
    { "<a/>\xEF\xBB\xBF", NULL, E_PARSE, 1 },
};

static const struct xml_case attributes[] = {
    { "<a b='1' c=\"2\"/>", "(a b=1 c=2)", 0, 0 },
    { "<a b = '1'\n\tc\r\n=\r\"\"/>", "(a b=1 c=)", 0, 0 },
    { "<a b='\"' c=\"'\"/>", "(a b=\" c=')", 0, 0 },
    { "<a b='x\ty\nz\r\nw\rv'/>", "(a b=x y z w v)", 0, 0 },
    { "<a b='&#9;&#xA;&#13;&#x20;'/>", "(a b=\t\n\r )", 0, 0 },
    { "<a b='&lt;&gt;&amp;&quot;&apos;'/>", "(a b=<>&\"')", 0, 0 },
    { "<a b='p&amp;q' c='r&#x20AC;\xE2\x82\xACs'/>",
      "(a b=p&q c=r\xE2\x82\xAC\xE2\x82\xACs)", 0, 0 },
    { "<a b='>' c=']]>'/>", "(a b=> c=]]>)", 0, 0 },
    { "<a b='1'c='2'/>", NULL, E_PARSE, 1 },
    { "<a b='1' b='2'/>", NULL, E_PARSE, 1 },
    { "<a b/>", NULL, E_PARSE, 1 },
    { "<a b=1/>", NULL, E_PARSE, 1 },
    { "<a b=/>", NULL, E_PARSE, 1 },
    { "<a b='1/>", NULL, E_PARSE, 1 },
    { "<a b='<'/>", NULL, E_PARSE, 1 },
    { "<a b='&'/>", NULL, E_PARSE, 1 },
    { "<a b='&x;'/>", NULL, E_PARSE, 1 },
    { "<a b='&amp'/>", NULL, E_PARSE, 1 },
    { "<a b='\x01'/>", NULL, E_PARSE, 1 },
    { "<a b='\xFF'/>", NULL, E_PARSE, 1 },
    { "<a b='x&amp;\xFF'/>", NULL, E_PARSE, 1 },
    { "<a\nb='1'\n='2'/>", NULL, E_PARSE, 3 },
    { "<a c1='' c2='' c3='' c4='' c5='' c6='' c7='' c8='' c9='' c1=''/>", NULL,
      E_PARSE, 1 },
};

static const struct xml_case texts[] = {
    { "<a> x\ny </a>", "(a' x\ny ')", 0, 0 },
    { "<a>x\r\ny\rz\r</a>", "(a'x\ny\nz\n')", 0, 0 },
    { "<a>&lt;&#65;&#x42;&#X42;</a>", NULL, E_PARSE, 1 },
    { "<a>&lt;&#65;&#x42;&#x00000043;</a>", "(a'<ABC')", 0, 0 },
    { "<a>&#13;&#10;</a>", "(a'\r\n')", 0, 0 },
    { "<a>\xF0\x9F\x98\x80&#x1F600;</a>",
      "(a'\xF0\x9F\x98\x80\xF0\x9F\x98\x80')", 0, 0 },
    { "<a>]] ]>]</a>", "(a']] ]>]')", 0, 0 },
    { "<a>]]&gt;></a>", "(a']]>>')", 0, 0 },
    { "<a>x<![CDATA[<&]]]>y</a>", "(a'x<&]y')", 0, 0 },
    { "<a><![CDATA[]]></a>", "(a)", 0, 0 },
    { "<a><![CDATA[x\r\ny\r]]></a>", "(a'x\ny\n')", 0, 0 },
    { "<a><![CDATA[]]]]><![CDATA[>]]></a>", "(a']]>')", 0, 0 },
    { "<a>x<!-- c -->y<?p q?>z</a>", "(a'xyz')", 0, 0 },
    { "<a>\x7F\xC2\x80\xEF\xBF\xBD</a>", "(a'\x7F\xC2\x80\xEF\xBF\xBD')", 0,
      0 },
    { "<a>]]></a>", NULL, E_PARSE, 1 },
    { "<a>x]]>y</a>", NULL, E_PARSE, 1 },
    { "<a>\n\n&b;</a>", NULL, E_PARSE, 3 },
    { "<a>&</a>", NULL, E_PARSE, 1 },
    { "<a>& amp;</a>", NULL, E_PARSE, 1 },
    { "<a>&#;</a>", NULL, E_PARSE, 1 },
    { "<a>&#x;</a>", NULL, E_PARSE, 1 },
    { "<a>&#0;</a>", NULL, E_PARSE, 1 },
    { "<a>&#1;</a>", NULL, E_PARSE, 1 },
    { "<a>&#xD800;</a>", NULL, E_PARSE, 1 },
    { "<a>&#xFFFE;</a>", NULL, E_PARSE, 1 },
    { "<a>&#x110000;</a>", NULL, E_PARSE, 1 },
    { "<a>&#x100000041;</a>", NULL, E_PARSE, 1 },
    { "<a>&#99999999999999999999;</a>", NULL, E_PARSE, 1 },
    { "<a>&#xffffff9f;</a>", NULL, E_PARSE, 1 },
    { "<a>\x08</a>", NULL, E_PARSE, 1 },
    { "<a>\x80</a>", NULL, E_PARSE, 1 },
    { "<a>\xC0\x80</a>", NULL, E_PARSE, 1 },
    { "<a>\xE0\x80\x80</a>", NULL, E_PARSE, 1 },
    { "<a>\xED\xA0\x80</a>", NULL, E_PARSE, 1 },
    { "<a>\xEF\xBF\xBE</a>", NULL, E_PARSE, 1 },
    { "<a>\xEF\xBF\xBF</a>", NULL, E_PARSE, 1 },
    { "<a>\xF4\x90\x80\x80</a>", NULL, E_PARSE, 1 },
    { "<a>\xE2\x82", NULL, E_PARSE, 1 },
    { "<a>\xE2\x82</a>", NULL, E_PARSE, 1 },
    { "<a>&amp;</a>&amp;", NULL, E_PARSE, 1 },
    { "<![CDATA[]]><a/>", NULL, E_PARSE, 1 },
    { "<a/><![CDATA[]]>", NULL, E_PARSE, 1 },
    { "<a><![CDATA[]]</a>", NULL, E_PARSE, 1 },
    { "<a><![CDATA[\x01]]></a>", NULL, E_PARSE, 1 },
    { "<a><![CDAT[]]></a>", NULL, E_PARSE, 1 },
    { "<a><![cdata[]]></a>", NULL, E_PARSE, 1 },
};

static const struct xml_case prologs[] = {
    { "<?xml version='1.0'?><a/>", "(a)", 0, 0 },
    { "\xEF\xBB\xBF<?xml version='1.0' encoding=\"utf-8\"?>\n<a/>", "(a)", 0,
      0 },
    { "<?xml version = '1.0'\tencoding= 'UTF-8'\nstandalone ='no' ?><a/>",
      "(a)", 0, 0 },
    { "<?xml version='1.0' standalone='yes'?><a/>", "(a)", 0, 0 },
    { "<!----><?p?><a/><!-- - --><?q r?>", "(a)", 0, 0 },
    { "<?xml-stylesheet a?><a/>", "(a)", 0, 0 },
    { "<!-- \xE2\x82\xAC <a> & ]]> \n --><a/>", "(a)", 0, 0 },
    { "<a><?p ? > ?\?></a>", "(a)", 0, 0 },
    { " <?xml version='1.0'?><a/>", NULL, E_PARSE, 1 },
    { "<!----><?xml version='1.0'?><a/>", NULL, E_PARSE, 1 },
    { "<a><?xml version='1.0'?></a>", NULL, E_PARSE, 1 },
    { "<?xml?><a/>", NULL, E_PARSE, 1 },
    { "<?xml encoding='UTF-8'?><a/>", NULL, E_PARSE, 1 },
    { "<?xml version='1.0'encoding='UTF-8'?><a/>", NULL, E_PARSE, 1 },
    { "<?xml version='1.0' encoding=''?><a/>", NULL, E_PARSE, 1 },
    { "<?xml version='1.0' standalone='maybe'?><a/>", NULL, E_PARSE, 1 },
    { "<?xml version='1.0' x='y'?><a/>", NULL, E_PARSE, 1 },
    { "<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>", NULL,
      E_PARSE, 1 },
    { "<?XML version='1.0'?><a/>", NULL, E_PARSE, 1 },
    { "<?Xml?><a/>", NULL, E_PARSE, 1 },
    { "<? p?><a/>", NULL, E_PARSE, 1 },
    { "<?p:q?><a/>", NULL, E_PARSE, 1 },
    { "<a><?p", NULL, E_PARSE, 1 },
    { "<a><?p?\?></a>", NULL, E_PARSE, 1 },
    { "<!-- -- --><a/>", NULL, E_PARSE, 1 },
    { "<!-- ---><a/>", NULL, E_PARSE, 1 },
    { "<!-><a/>", NULL, E_PARSE, 1 },
    { "<!--><a/>", NULL, E_PARSE, 1 },
    { "<!---><a/>", NULL, E_PARSE, 1 },
    { "<!-- \x01 --><a/>", NULL, E_PARSE, 1 },
    { "<!-- \xFF --><a/>", NULL, E_PARSE, 1 },
    { "<a/><!--", NULL, E_PARSE, 1 },
    { "<!DOCTYPE a><a/>", NULL, E_INVALID, 1 },
    { "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", NULL, E_INVALID, 1 },
    { "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", NULL, E_INVALID, 1 },
    { "<a><!DOCTYPE a></a>", NULL, 0, 1 },
    { "<!doctype a><a/>", NULL, E_PARSE, 1 },
    { "<!ENTITY a 'b'><a/>", NULL, E_PARSE, 1 },
};

static const struct xml_case namespaces[] = {
    { "<a xmlns='u'><b/><c xmlns=''/></a>", "({u}a({u}b)(c))", 0, 0 },
    { "<p:a xmlns:p='u' p:b='1' b='2'/>", "(p|{u}a {u}b=1 b=2)", 0, 0 },
    { "<a xmlns:p='u'><p:b xmlns:p='v'/><p:c/></a>", "(a(p|{v}b)(p|{u}c))", 0,
      0 },
    { "<p:a b='1' xmlns:p='u'/>", "(p|{u}a b=1)", 0, 0 },
    { "<a xml:lang='en'/>", "(a {" XML_NS "}lang=en)", 0, 0 },
    { "<xml:a/>", "(xml|{" XML_NS "}a)", 0, 0 },
    { "<a xmlns:xml='" XML_NS "'/>", "(a)", 0, 0 },
    { "<xmlns/>", "(xmlns)", 0, 0 },
    { "<a xmlnsx='1'/>", "(a xmlnsx=1)", 0, 0 },
    { "<a xmlns='x&amp;y'/>", "({x&y}a)", 0, 0 },
    { "<a xmlns=' x '/>", "({ x }a)", 0, 0 },
    { "<a xmlns:p='u' xmlns:q='v' p:b='1' q:b='2' b='3'/>",
      "(a {u}b=1 {v}b=2 b=3)", 0, 0 },
    { "<p:a/>", NULL, E_PARSE, 1 },
    { "<a p:b='1'/>", NULL, E_PARSE, 1 },
    { "<a><b xmlns:p='u'/><p:c/></a>", NULL, E_PARSE, 1 },
    { "<a xmlns:p=''/>", NULL, E_PARSE, 1 },
    { "<a xmlns:='u'/>", NULL, E_PARSE, 1 },
    { "<a xmlns:xmlns='u'/>", NULL, E_PARSE, 1 },
    { "<a xmlns:xml='u'/>", NULL, E_PARSE, 1 },
    { "<a xmlns='" XML_NS "'/>", NULL, E_PARSE, 1 },
    { "<a xmlns:p='" XML_NS "'/>", NULL, E_PARSE, 1 },
    { "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", NULL, E_PARSE, 1 },
    { "<a xmlns='u' xmlns='v'/>", NULL, E_PARSE, 1 },
    { "<a xmlns:p='u' xmlns:p='u'/>", NULL, E_PARSE, 1 },
    { "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", NULL, E_PARSE, 1 },
    { "<xmlns:a/>", NULL, E_PARSE, 1 },
    { "<:a/>", NULL, E_PARSE, 1 },
    { "<a:/>", NULL, E_PARSE, 1 },
    { "<a:b:c xmlns:a='u'/>", NULL, E_PARSE, 1 },
    { "<a:1 xmlns:a='u'/>", NULL, E_PARSE, 1 },
};

static const struct {
    const struct xml_case *cases;
    size_t n;
} tables[] = {
    { elements, COUNT(elements) },     { attributes, COUNT(attributes) },
    { texts, COUNT(texts) },           { prologs, COUNT(prologs) },
    { namespaces, COUNT(namespaces) },
};

static void check_case(const struct xml_case *c, enum xml_engine engine,
                       size_t piece)
{
    struct xml_events events = { .text = BUF(EVENTS_MAX) };
    struct xml_limits limits = XML_LIMITS;
    struct err err = { 0 };
    char where[16];
    int rc;

    limits.piece = piece;
    rc = events_read(&events, engine, &limits, str_c(c->document), &err);
    if (c->events != NULL) {
        if (rc < 0)
            print_error("%s: %s\n", c->document, err.text);
        assert_int_equal(rc, 0);
        assert_string_equal(buf_c(&events.text), c->events);
    } else {
        if (rc == 0)
            print_error("engine %d takes %s\n", (int)engine, c->document);
        assert_true(rc < 0 && (c->code == 0 || rc == c->code));
        snprintf(where, sizeof(where), "doc:%u: ", c->line);
        if (strncmp(err.text, where, strlen(where)) != 0)
            print_error("%s: %s\n", c->document, err.text);
        assert_memory_equal(err.text, where, strlen(where));
    }
    buf_clear(&events.text);
}

static void check_tables(enum xml_engine engine, size_t piece)
{
    for (size_t t = 0; t < COUNT(tables); t++)
        for (size_t i = 0; i < tables[t].n; i++)
            check_case(&tables[t].cases[i], engine, piece);
}

static void the_scanner_reads_every_case(void **state UNUSED)
{
    check_tables(XML_ENGINE_SCAN, 0);
}

static void the_scanner_reads_every_case_byte_by_byte(void **state UNUSED)
{
    check_tables(XML_ENGINE_SCAN, 1);
    check_tables(XML_ENGINE_SCAN, 3);
}

static void expat_reads_every_case_alike(void **state UNUSED)
{
    check_tables(XML_ENGINE_EXPAT, 0);
    check_tables(XML_ENGINE_EXPAT, 1);
}

static void the_reader_is_chosen_by_the_encoding(void **state UNUSED)
{
    static const struct {
        str document;
        const char *events;
    } cases[] = {
        { STR("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>"),
          "(a'\xC3\xA9')" },
        { STR("<?xml version='1.0' encoding='us-ascii'?><a>e</a>"), "(a'e')" },
        { STR("<?xml version='1.0' encoding='us-ascii'?><a>\xE9</a>"), NULL },
        { STR("\xFF\xFE<\0a\0/\0>\0"), "(a)" },
        { STR("\xFE\xFF\0<\0a\0/\0>"), "(a)" },
        { STR("\0<\0a\0/\0>"), "(a)" },
        { STR("<?xml version='1.0' encoding='Utf-8'?><a>\xC3\xA9</a>"),
          "(a'\xC3\xA9')" },
        { STR("<?xml version='1.0' encoding='EBCDIC'?><a/>"), NULL },
        { STR("<?xml version='1.0' encoding='UTF-16'?><a/>"), NULL },
        { STR("<a>\0</a>"), NULL },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct xml_events events = { .text = BUF(EVENTS_MAX) };
        int rc = events_read(&events, XML_ENGINE_AUTO, NULL, cases[i].document,
                             NULL);

        assert_int_equal(rc == 0, cases[i].events != NULL);
        if (rc == 0)
            assert_string_equal(buf_c(&events.text), cases[i].events);
        buf_clear(&events.text);
    }
}

static void the_scanner_refuses_other_encodings(void **state UNUSED)
{
    struct xml_events events = { .text = BUF(EVENTS_MAX) };
    str latin = STR("<?xml version='1.0' encoding='ISO-8859-1'?><a/>");

    assert_int_equal(events_read(&events, XML_ENGINE_SCAN, NULL, latin, NULL),
                     E_UNSUPPORTED);
    buf_clear(&events.text);
}

static void lines_are_those_of_the_tags(void **state UNUSED)
{
    static const char document[] = "<a>\n<b\n/>\r\n<c/>\r<d>\n\n</d\n>"
                                   "<!--\n--><e x='\n'/></a>";
    static const enum xml_engine engines[] = { XML_ENGINE_SCAN,
                                               XML_ENGINE_EXPAT };

    for (size_t i = 0; i < COUNT(engines); i++) {
        for (size_t piece = 0; piece < 3; piece++) {
            struct xml_events events = { .text = BUF(EVENTS_MAX),
                                         .lines = true };
            struct xml_limits limits = XML_LIMITS;

            limits.piece = piece;
            assert_int_equal(events_read(&events, engines[i], &limits,
                                         str_c(document), NULL),
                             0);
            assert_string_equal(buf_c(&events.text),
                                "(1 a'\n'(2 b)'\n'(4 c)'\n'(5 d'\n\n')"
                                "(9 e x= ))");
            buf_clear(&events.text);
        }
    }
}

static int refuse_second(void *ctx, const struct xml_element *element,
                         struct err *err)
{
    unsigned *n = ctx;

    (void)element;
    return ++*n == 2 ? err_set(err, E_INVALID, "no second") : 0;
}

static void what_a_handler_refuses_has_a_line(void **state UNUSED)
{
    static const struct xml_handler handler = { .start = refuse_second };
    static const enum xml_engine engines[] = { XML_ENGINE_SCAN,
                                               XML_ENGINE_EXPAT };

    for (size_t i = 0; i < COUNT(engines); i++) {
        AUTO(stream_freep) struct stream *stream = NULL;
        struct err err = { 0 };
        unsigned n = 0;

        stream = text_stream("<a>\n\n<b/>\n<c/></a>", "x");
        assert_int_equal(
            xml_read_with(engines[i], stream, NULL, &handler, &n, &err),
            E_INVALID);
        assert_string_equal(err.text, "x:3: no second");
        assert_int_equal(n, 2);
    }
}

/* What a child process writes into a pipe, until the reader goes away. */
struct flood {
    const char *first;
    const char *format; /* of a number, over and over; */
    unsigned count;     /* this often, 0 without end */
    const char *last;
    int code;
};

static void pour(int fd, const struct flood *flood)
{
    FILE *out = fdopen(fd, "w");

    fputs(flood->first, out);
    for (unsigned i = 0; flood->count == 0 || i < flood->count; i++)
        if (fprintf(out, flood->format, i) < 0)
            _exit(1);
    fputs(flood->last, out);
    fclose(out);
    _exit(0);
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int64_t peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static int read_flood(const struct flood *flood, enum xml_engine engine,
                      struct err *err)
{
    static const struct xml_handler handler = { .start = NULL };
    AUTO(stream_freep) struct stream *stream = NULL;
    char name[32];
    int ends[2];
    pid_t child;
    int rc;

    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        pour(ends[1], flood);
    }
    close(ends[1]);
    snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
    rc = stream_open(name, NULL, &stream, err);
    if (rc == 0)
        rc = xml_read_with(engine, stream, NULL, &handler, NULL, err);
    stream_free(TAKE(stream));
    close(ends[0]);
    waitpid(child, NULL, 0);
    return rc;
}

static void floods_end_soon_and_small(void **state UNUSED)
{
    static const struct flood floods[] = {
        { "<a ", "a%u='xxxxxxxxxxxxxxxxxxxx' ", 0, "", E_LIMIT },
        { "<a ", "a%u='' ", 300000, "/>", E_LIMIT },
        { "<a b='", "%u", 0, "", E_LIMIT },
        { "<!--", "comment %u ", 0, "", E_LIMIT },
        { "<?p ", "text %u ", 0, "", E_LIMIT },
        { "<a", "a%u", 0, "", E_LIMIT },
        { "", "<a%u>", 1000000, "", E_LIMIT },
        { "<a>&#", "%u", 0, "", E_LIMIT },
        { "<a>&a", "a%u", 0, "", E_LIMIT },
        { "<a>", "<b xmlns='%u'/>", 0, "", E_LIMIT },
        { "<a>", "<b xmlns:p%u='u'/>", 0, "", E_LIMIT },
        { "<a>", "<%u/>", 0, "", E_PARSE },
        { "<!DOCTYPE a [", "<!ENTITY e%u 'x'>", 0, "", E_INVALID },
        { "<a>", "text %u\n", 1000000, "</a>", 0 },
        { "<a><![CDATA[", "text %u\n", 1000000, "]]></a>", 0 },
        { "", "&%u", 0, "", E_PARSE },
    };
    static const enum xml_engine engines[] = { XML_ENGINE_SCAN,
                                               XML_ENGINE_EXPAT };

    for (size_t i = 0; i < COUNT(floods); i++) {
        for (size_t j = 0; j < COUNT(engines); j++) {
            int64_t before = peak_kib();
            double started = seconds();
            struct err err = { 0 };

            int rc = read_flood(&floods[i], engines[j], &err);

            if (rc != floods[i].code)
                print_error("%s%s, engine %d: %s\n", floods[i].first,
                            floods[i].format, (int)engines[j], err.text);
            assert_int_equal(rc, floods[i].code);
            assert_true(seconds() - started < 5);
            assert_true(peak_kib() - before < 16 * 1024);
        }
    }
}

static void tags_longer_than_the_window_are_read(void **state UNUSED)
{
    AUTO(buf_clear) struct buf document = BUF(EVENTS_MAX);
    struct xml_events ours = { .text = BUF(EVENTS_MAX), .lines = true };
    struct xml_events other = { .text = BUF(EVENTS_MAX), .lines = true };

    buf_add_c(&document, "<a>");
    for (size_t n = 1; n < 1000000; n = n * 3 + 1) {
        buf_add_c(&document, "<b c='");
        for (size_t i = 0; i < n; i++)
            buf_add_c(&document, i % 50 == 49 ? "\n" : "x");
        buf_add_c(&document, "' d='&amp;\r\n'/>\n");
    }
    buf_add_c(&document, "</a>");
    assert_int_equal(
        events_read(&ours, XML_ENGINE_SCAN, NULL, buf_str(&document), NULL), 0);
    assert_int_equal(
        events_read(&other, XML_ENGINE_EXPAT, NULL, buf_str(&document), NULL),
        0);
    assert_true(str_eq(buf_str(&ours.text), buf_str(&other.text)));
    buf_clear(&ours.text);
    buf_clear(&other.text);
}

static void limits_hold(void **state UNUSED)
{
    static const struct {
        const char *document;
        struct xml_limits limits;
        int code;
    } cases[] = {
        { "<a><b/></a>", { 2, 9, 99, 9, 0 }, 0 },
        { "<a><b/></a>", { 1, 9, 99, 9, 0 }, E_LIMIT },
        { "<a b='' c=''/>", { 9, 2, 99, 9, 0 }, 0 },
        { "<a b='' xmlns=''/>", { 9, 1, 99, 9, 0 }, E_LIMIT },
        { "<a b=''/>", { 9, 9, 9, 9, 0 }, 0 },
        { "<a b=''/>", { 9, 9, 8, 9, 0 }, E_LIMIT },
        { "<!--12--><a/>", { 9, 9, 9, 9, 0 }, 0 },
        { "<!--12--><a/>", { 9, 9, 8, 9, 0 }, E_LIMIT },
        { "<?p 123?><a/>", { 9, 9, 8, 9, 0 }, E_LIMIT },
        { "<a><b/></a>", { 9, 9, 99, 2, 0 }, 0 },
        { "<a><b/></a>", { 9, 9, 99, 1, 0 }, E_LIMIT },
    };
    static const enum xml_engine engines[] = { XML_ENGINE_SCAN,
                                               XML_ENGINE_EXPAT };

    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t j = 0; j < COUNT(engines); j++) {
            struct xml_events events = { .text = BUF(EVENTS_MAX) };

            assert_int_equal(events_read(&events, engines[j], &cases[i].limits,
                                         str_c(cases[i].document), NULL),
                             cases[i].code);
            buf_clear(&events.text);
        }
    }
}

static int check_view(void *ctx, const struct xml_element *element,
                      struct err *err UNUSED)
{
    const char **ns = ctx;

    if (*ns == NULL)
        *ns = element->ns.p;
    assert_ptr_equal(element->ns.p, *ns);
    for (size_t i = 0; i < element->attr_count; i++)
        assert_ptr_equal(element->attrs[i].ns.p, *ns);
    return 0;
}

static void a_namespace_has_one_view(void **state UNUSED)
{
    static const struct xml_handler handler = { .start = check_view };
    static const enum xml_engine engines[] = { XML_ENGINE_SCAN,
                                               XML_ENGINE_EXPAT };
    static const char *const documents[] = {
        "<a xmlns='u'><p:b xmlns:p='u' p:c=''/><d xmlns='u'/></a>",
        "<a b=''><c xmlns=''/></a>",
    };

    for (size_t i = 0; i < COUNT(documents) * 2; i++) {
        AUTO(stream_freep) struct stream *stream = NULL;
        const char *ns = NULL;

        stream = text_stream(documents[i / 2], "x");
        assert_int_equal(
            xml_read_with(engines[i % 2], stream, NULL, &handler, &ns, NULL),
            0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scanner_reads_every_case),
        cmocka_unit_test(the_scanner_reads_every_case_byte_by_byte),
        cmocka_unit_test(expat_reads_every_case_alike),
        cmocka_unit_test(the_reader_is_chosen_by_the_encoding),
        cmocka_unit_test(the_scanner_refuses_other_encodings),
        cmocka_unit_test(lines_are_those_of_the_tags),
        cmocka_unit_test(what_a_handler_refuses_has_a_line),
        cmocka_unit_test(floods_end_soon_and_small),
        cmocka_unit_test(tags_longer_than_the_window_are_read),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(a_namespace_has_one_view),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
