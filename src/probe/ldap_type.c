/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/ldap_type.h"

#include "probe/word.h"

enum {
    SUPERTYPES_MAX = 16
};

/* By the last number of 1.3.6.1.4.1.1466.115.121.1.N, as OVAL's schema
 * documents its names. */
static const char *const types[] = {
    [1] = "LDAPTYPE_ACI_ITEM",
    [2] = "LDAPTYPE_ACCESS_POINT",
    [3] = "LDAPTYPE_ATTRIBUTE_TYPE_DESCRIP_STRING",
    [4] = "LDAPTYPE_AUDIO",
    [5] = "LDAPTYPE_BINARY",
    [6] = "LDAPTYPE_BIT_STRING",
    [7] = "LDAPTYPE_BOOLEAN",
    [8] = "LDAPTYPE_CERTIFICATE",
    [9] = "LDAPTYPE_CERTIFICATE_LIST",
    [10] = "LDAPTYPE_CERTIFICATE_PAIR",
    [11] = "LDAPTYPE_COUNTRY_STRING",
    [12] = "LDAPTYPE_DN_STRING",
    [13] = "LDAPTYPE_DATA_QUALITY_SYNTAX",
    [14] = "LDAPTYPE_DELIVERY_METHOD",
    [15] = "LDAPTYPE_DIRECTORY_STRING",
    [16] = "LDAPTYPE_DIR_CONTENT_RULE_DESCRIPTION",
    [17] = "LDAPTYPE_DIT_STRUCTURE_RULE_DESCRIPTION",
    [18] = "LDAPTYPE_DL_SUBMIT_PERMISSION",
    [19] = "LDAPTYPE_DSA_QUALITY_SYNTAX",
    [20] = "LDAPTYPE_DSE_TYPE",
    [21] = "LDAPTYPE_ENHANCED_GUIDE",
    [22] = "LDAPTYPE_FAX_TEL_NUMBER",
    [23] = "LDAPTYPE_FAX",
    [24] = "LDAPTYPE_GENERALIZED_TIME",
    [25] = "LDAPTYPE_GUIDE",
    [26] = "LDAPTYPE_IA5_STRING",
    [27] = "LDAPTYPE_INTEGER",
    [28] = "LDAPTYPE_JPEG",
    [29] = "LDAPTYPE_MASTER_AND_SHADOW_ACCESS_POINTS",
    [30] = "LDAPTYPE_MATCHING_RULE_DESCRIPTION",
    [31] = "LDAPTYPE_MATCHING_RULE_USE_DESCRIPTION",
    [32] = "LDAPTYPE_MAIL_PREFERENCE",
    [33] = "LDAPTYPE_MHS_OR_ADDRESS",
    [34] = "LDAPTYPE_NAME_AND_OPTIONAL_UID",
    [35] = "LDAPTYPE_NAME_FORM_DESCRIPTION",
    [36] = "LDAPTYPE_NUMERIC_STRING",
    [37] = "LDAPTYPE_OBJECT_CLASS_DESCRIP_STRING",
    [38] = "LDAPTYPE_OID",
    [39] = "LDAPTYPE_MAILBOX",
    [40] = "LDAPTYPE_OCTET_STRING",
    [41] = "LDAPTYPE_POSTAL_ADDRESS",
    [42] = "LDAPTYPE_PROTOCOL_INFORMATION",
    [43] = "LDAPTYPE_PRESENTATION_ADDRESS",
    [44] = "LDAPTYPE_PRINTABLE_STRING",
    [45] = "LDAPTYPE_SUBTREE_SPECIFICATION",
    [46] = "LDAPTYPE_SUPPLIER_INFORMATION",
    [47] = "LDAPTYPE_SUPPLIER_OR_CONSUMER",
    [48] = "LDAPTYPE_SUPPLIER_AND_CONSUMER",
    [49] = "LDAPTYPE_SUPPORTED_ALGORITHM",
    [50] = "LDAPTYPE_TELEPHONE_NUMBER",
    [51] = "LDAPTYPE_TELEX_TERMINAL_ID",
    [52] = "LDAPTYPE_TELEX_NUMBER",
    [53] = "LDAPTYPE_UTC_TIME",
    [54] = "LDAPTYPE_LDAP_SYNTAX_DESCRIPTION",
    [55] = "LDAPTYPE_MODIFY_RIGHTS",
    [56] = "LDAPTYPE_LDAP_SCHEMA_DEFINITION",
    [57] = "LDAPTYPE_LDAP_SCHEMA_DESCRIPTION",
    [58] = "LDAPTYPE_SUBSTRING_ASSERTION",
};

static const char *type_of_syntax(str oid)
{
    const str prefix = STR("1.3.6.1.4.1.1466.115.121.1.");
    int64_t number;

    oid = str_cut(&oid, '{');
    if (!str_starts(oid, prefix) ||
        str_to_i64(str_sub(oid, prefix.n, oid.n), 1, COUNT(types) - 1, &number,
                   NULL) < 0)
        return NULL;
    return types[number];
}

struct definition {
    str syntax;
    str super;
    bool named; /* it has the name that is looked for */
};

/* A word without the quotes that a name has. */
static str unquote(str word)
{
    if (word.n >= 2 && word.p[0] == '\'' && word.p[word.n - 1] == '\'')
        return str_sub(word, 1, word.n - 2);
    return word;
}

static bool take_names(str *text, str first, str wanted)
{
    bool found = false;

    if (!str_eq(first, STR("(")))
        return str_eq_nocase(unquote(first), wanted);
    while (text->n > 0) {
        str word = word_take(text);

        if (str_eq(word, STR(")")))
            break;
        found = found || str_eq_nocase(unquote(word), wanted);
    }
    return found;
}

/* A description may hold any words, among them those of the grammar. */
static void skip_description(str *text)
{
    *text = str_trim(*text);
    if (text->n > 0 && text->p[0] == '\'') {
        *text = str_sub(*text, 1, text->n);
        str_cut(text, '\'');
    }
}

static struct definition parse(str text, str wanted)
{
    struct definition d = { 0 };

    if (str_eq(word_take(&text), STR("(")))
        d.named = str_eq(word_take(&text), wanted);
    while (text.n > 0) {
        str word = word_take(&text);

        if (str_eq(word, STR("NAME")))
            d.named = take_names(&text, word_take(&text), wanted) || d.named;
        else if (str_eq(word, STR("DESC")))
            skip_description(&text);
        else if (str_eq(word, STR("SYNTAX")))
            d.syntax = unquote(word_take(&text));
        else if (str_eq(word, STR("SUP")))
            d.super = unquote(word_take(&text));
    }
    return d;
}

const char *ldap_type_of(const str *definitions, size_t n, str attribute)
{
    str wanted = str_cut(&attribute, ';'); /* without options */

    for (unsigned depth = 0; depth < SUPERTYPES_MAX; depth++) {
        struct definition found = { 0 };

        for (size_t i = 0; i < n && !found.named; i++)
            found = parse(definitions[i], wanted);
        if (!found.named)
            return NULL;
        if (found.syntax.n > 0)
            return type_of_syntax(found.syntax);
        wanted = found.super;
    }
    return NULL;
}

static bool is_separator(char c)
{
    return c == ',' || c == '=' || c == '+';
}

/* The last character of *s that counts, taken from it; 0 at the front. Blanks
 * beside a separator, which `next` may be, do not count. */
static char take_last(str *s, char next)
{
    size_t n = s->n;

    while (n > 0 && s->p[n - 1] == ' ')
        n--;
    if (n < s->n && n > 0 && !is_separator(next) && !is_separator(s->p[n - 1]))
        n = s->n; /* a blank inside a value */
    if (n == 0)
        return 0;
    s->n = n - 1;
    return s->p[n - 1] >= 'A' && s->p[n - 1] <= 'Z'
               ? (char)(s->p[n - 1] - 'A' + 'a')
               : s->p[n - 1];
}

bool ldap_relative_dn(str dn, str suffix, str *out)
{
    char last = ',';

    dn = str_trim(dn);
    suffix = str_trim(suffix);
    while (suffix.n > 0) {
        char wanted = take_last(&suffix, last);

        if (wanted == 0)
            break;
        if (take_last(&dn, last) != wanted)
            return false;
        last = wanted;
    }
    dn = str_trim(dn);
    if (dn.n > 0 && last != ',') {
        if (dn.p[dn.n - 1] != ',')
            return false;
        dn = str_trim(str_sub(dn, 0, dn.n - 1));
    }
    *out = dn;
    return true;
}
