/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/utf8.h"
#include "server/sentence_int.h"

static void assert_said(const char *english, enum words_language language,
                        const char *expected)
{
    AUTO(buf_clear) struct buf text = BUF(SENTENCE_MAX * 2);

    assert_true(sentence_add(str_c(english), language, &text));
    assert_string_equal(buf_c(&text), expected);
}

static const struct {
    const char *in[WORDS_LANGUAGES];
} cases[] = {
    { { "is missing", "est obligatoire", "is verplicht" } },
    { { "must have at most 32 bytes, not 4711",
        "doit avoir au plus 32 octets, et non 4711",
        "mag hoogstens 32 bytes hebben, niet 4711" } },
    { { "must be from -5 to 10, not -6",
        "doit être compris entre -5 et 10, et non -6",
        "moet tussen -5 en 10 liggen, niet -6 zijn" } },
    /* Words of ours that are put in are said in the language, too. */
    { { "must be a whole number, not a text",
        "doit être un nombre entier, et non un texte",
        "moet een geheel getal zijn, niet een tekst" } },
    /* What came from outside stays as it is, whatever it says. */
    { { "there is no label named 'is missing'",
        "il n’y a pas de libellé nommé « is missing »",
        "er is geen label met de naam 'is missing'" } },
    { { "there is no label named '%s %2$s %w'",
        "il n’y a pas de libellé nommé « %s %2$s %w »",
        "er is geen label met de naam '%s %2$s %w'" } },
    /* A sentence behind its context, and a context that is one of ours. */
    { { "rings[2]: is no label", "rings[2] : n’est pas un libellé",
        "rings[2]: is geen label" } },
    { { "column 4: expected a value, but the query ends",
        "colonne 4 : il faut une valeur, mais la requête se termine",
        "kolom 4: verwacht een waarde, maar de zoekvraag eindigt" } },
};

static void sentences_are_said_with_what_was_put_in(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int in = 0; in < WORDS_LANGUAGES; in++)
            assert_said(cases[i].in[WORDS_EN], (enum words_language)in,
                        cases[i].in[in]);
    }
}

static void what_has_no_row_stays_english(void **state UNUSED)
{
    static const char *const texts[] = {
        "",
        ":",
        ": ",
        "nobody ever said this",
        "a: b: c: d: e: f: nobody ever said this",
        "must have at most many bytes, not 4711",
        "must have at most 32 bytes, not 99999999999999999999",
        "%",
        "%s",
        "%9$s",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(buf_clear) struct buf text = BUF(1024);

        assert_false(sentence_add(str_c(texts[i]), WORDS_FR, &text));
        assert_string_equal(buf_c(&text), texts[i]);
    }
}

static void a_sentence_without_end_is_left_alone(void **state UNUSED)
{
    AUTO(buf_clear) struct buf longest = BUF(SENTENCE_MAX * 4);
    AUTO(buf_clear) struct buf text = BUF(SENTENCE_MAX * 8);

    while (longest.n <= SENTENCE_MAX)
        buf_add_c(&longest, "is missing: ");
    assert_false(sentence_add(buf_str(&longest), WORDS_NL, &text));
    assert_true(str_eq(buf_str(&text), buf_str(&longest)));
}

/* A place of a text: its kind, and which it is. -1: the text ends. */
static int next_place(const char **text, int *count, char *kind)
{
    const char *p = *text;

    for (; *p != '\0'; p++) {
        bool named = p[0] == '%' && p[1] >= '1' && p[1] <= '9' && p[2] == '$';
        char c = p[0] != '%' ? '\0' : named ? p[3] : p[1];

        if (c != 's' && c != 'd' && c != 'n' && c != 'w')
            continue;
        *kind = c;
        *text = p + (named ? 4 : 2);
        (*count)++;
        return named ? p[1] - '1' : *count - 1;
    }
    return -1;
}

static int places_of(const char *text, char kinds[SENTENCE_PLACES_MAX + 1])
{
    int count = 0;
    char kind;
    int at;

    memset(kinds, '-', SENTENCE_PLACES_MAX);
    kinds[SENTENCE_PLACES_MAX] = '\0';
    while ((at = next_place(&text, &count, &kind)) >= 0) {
        assert_true(at < SENTENCE_PLACES_MAX);
        assert_int_equal(kinds[at], '-');
        kinds[at] = kind;
    }
    return count;
}

static void each_row_has_the_same_places_in_all_languages(void **state UNUSED)
{
    for (size_t t = 0; t < sentence_table_count; t++) {
        for (size_t i = 0; i < sentence_tables[t]->count; i++) {
            const struct sentence *row = &sentence_tables[t]->rows[i];
            char english[SENTENCE_PLACES_MAX + 1];
            char other[SENTENCE_PLACES_MAX + 1];

            places_of(row->in[WORDS_EN], english);
            for (int in = 0; in < WORDS_LANGUAGES; in++) {
                str text = str_c(row->in[in]);

                assert_true(text.n > 0 && utf8_valid(text) == text.n);
                places_of(row->in[in], other);
                assert_string_equal(english, other);
            }
        }
    }
}

/* Two places without a word between them could not be told apart. */
static void places_of_a_row_have_text_between_them(void **state UNUSED)
{
    for (size_t t = 0; t < sentence_table_count; t++) {
        for (size_t i = 0; i < sentence_tables[t]->count; i++) {
            const char *text = sentence_tables[t]->rows[i].in[WORDS_EN];
            const char *before = NULL;
            char kind;
            int count = 0;

            while (next_place(&text, &count, &kind) >= 0) {
                assert_ptr_not_equal(before, text - 2);
                before = text;
            }
        }
    }
}

static void rows_are_sorted_and_no_sentence_is_there_twice(void **state UNUSED)
{
    for (size_t t = 0; t < sentence_table_count; t++) {
        for (size_t i = 1; i < sentence_tables[t]->count; i++)
            assert_true(str_cmp(str_c(sentence_tables[t]->rows[i - 1].in[0]),
                                str_c(sentence_tables[t]->rows[i].in[0])) < 0);
    }
}

static void the_best_language_we_speak_is_taken(void **state UNUSED)
{
    static const struct {
        const char *header;
        enum words_language language;
    } headers[] = {
        { "", WORDS_EN },
        { "fr", WORDS_FR },
        { "nl-BE,nl;q=0.9,en;q=0.8", WORDS_NL },
        { "de-DE, de;q=0.9, fr;q=0.5, en;q=0.4", WORDS_FR },
        { "en;q=0.2, NL;q=0.3", WORDS_NL },
        { "fr;q=0, nl;q=0.001", WORDS_NL },
        { "fr;q=0", WORDS_EN },
        { "fr ; q=1.000 , nl", WORDS_FR },
        { "nl;q=x, fr;q=0.1", WORDS_FR },
        { "frisian, nlx", WORDS_EN },
        { ",,;;q=,nl;q=.5", WORDS_NL },
        { "*", WORDS_EN },
    };

    for (size_t i = 0; i < COUNT(headers); i++)
        assert_int_equal(language_accepted(str_c(headers[i].header)),
                         headers[i].language);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_are_said_with_what_was_put_in),
        cmocka_unit_test(what_has_no_row_stays_english),
        cmocka_unit_test(a_sentence_without_end_is_left_alone),
        cmocka_unit_test(each_row_has_the_same_places_in_all_languages),
        cmocka_unit_test(places_of_a_row_have_text_between_them),
        cmocka_unit_test(rows_are_sorted_and_no_sentence_is_there_twice),
        cmocka_unit_test(the_best_language_we_speak_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
