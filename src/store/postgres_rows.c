/* SPDX-License-Identifier: Apache-2.0 */
#include "store/postgres_int.h"

#include <endian.h>
#include <libpq-fe.h>

enum {
    NUMERIC_HEAD = 8, /* digits, weight, sign, scale: 16 bits each */
    NUMERIC_NEGATIVE = 0x4000,
    NUMERIC_BASE = 10000,
};

struct pg_rows {
    struct db_rows rows;
    PGresult *result;
};

static const struct {
    const char *state; /* or the start of one; the first row that fits */
    int code;
} states[] = {
    { "08P01", E_INVALID }, /* protocol violation: a wrong number of values */
    { "08", E_IO },         /* connection */
    { "22", E_INVALID },    /* data */
    { "23", E_INVALID },    /* constraint */
    { "25006", E_PERM },    /* read-only */
    { "28", E_PERM },       /* authorisation */
    { "40", E_LIMIT },      /* deadlock, serialisation */
    { "42501", E_PERM },    /* privilege */
    { "53", E_IO },         /* disk, memory, connections */
    { "54", E_LIMIT },      /* too complex */
    { "55P03", E_LIMIT },   /* lock not available */
    { "57", E_IO },         /* shut down, cancelled */
    { "58", E_IO },         /* system */
    { "XX001", E_CORRUPT }, /* data */
    { "XX002", E_CORRUPT }, /* index */
};

int pg_code_of(str state)
{
    for (size_t i = 0; i < COUNT(states); i++)
        if (str_starts(state, str_c(states[i].state)))
            return states[i].code;
    return E_INVALID;
}

uint64_t pg_order(uint64_t number)
{
    return htobe64(number);
}

static int64_t read_i64(const char *p, size_t n)
{
    uint64_t value = (p[0] & 0x80) != 0 ? UINT64_MAX : 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | (unsigned char)p[i];
    return (int64_t)value;
}

static bool read_double(const char *p, int64_t *out)
{
    uint64_t bits = (uint64_t)read_i64(p, 8);
    double value;

    memcpy(&value, &bits, sizeof(value));
    if (!(value > -9.2e18 && value < 9.2e18))
        return false;
    *out = (int64_t)value;
    return true;
}

/* Digits to the base of 10,000, the first one of the given weight; what comes
 * behind the point is cut. Kept negative, which reaches further. */
static bool read_numeric(str bytes, int64_t *out)
{
    int64_t digits, weight, sign;
    int64_t value = 0;

    if (bytes.n < NUMERIC_HEAD)
        return false;
    digits = read_i64(bytes.p, 2);
    weight = read_i64(bytes.p + 2, 2);
    sign = read_i64(bytes.p + 4, 2);
    if ((sign != 0 && sign != NUMERIC_NEGATIVE) || digits < 0 ||
        bytes.n < NUMERIC_HEAD + (size_t)digits * 2)
        return false;
    for (int64_t i = 0; i <= weight; i++) {
        int64_t digit =
            i < digits ? read_i64(bytes.p + NUMERIC_HEAD + i * 2, 2) : 0;

        if (__builtin_mul_overflow(value, NUMERIC_BASE, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (sign == 0 && __builtin_sub_overflow((int64_t)0, value, &value))
        return false;
    *out = value;
    return true;
}

static str bytes_of(const PGresult *result, int row, int column)
{
    return (str){ PQgetvalue(result, row, column),
                  (size_t)PQgetlength(result, row, column) };
}

int pg_check_numbers(const PGresult *result, struct err *err)
{
    int64_t number;

    for (int column = 0; column < PQnfields(result); column++) {
        Oid type = PQftype(result, column);

        if (type != PG_NUMERIC && type != PG_FLOAT8)
            continue;
        for (int row = 0; row < PQntuples(result); row++) {
            str bytes = bytes_of(result, row, column);

            if (PQgetisnull(result, row, column) == 0 &&
                !(type == PG_NUMERIC ? read_numeric(bytes, &number)
                                     : read_double(bytes.p, &number)))
                return err_set(err, E_INVALID, "PostgreSQL: integer overflow");
        }
    }
    return 0;
}

struct db_rows *pg_rows_new(PGresult *result)
{
    struct pg_rows *rows = mem_alloc(1, sizeof(*rows));

    rows->rows.ops = &db_postgresql;
    rows->rows.count = (size_t)PQntuples(result);
    rows->rows.columns = PQnfields(result);
    rows->result = result;
    return &rows->rows;
}

PGresult *pg_rows_release(struct db_rows *base)
{
    PGresult *result = ((struct pg_rows *)base)->result;

    mem_free(base);
    return result;
}

struct db_cell pg_cell(const struct db_rows *base, int column)
{
    const PGresult *result = ((const struct pg_rows *)base)->result;
    int row = (int)base->next - 1;
    struct db_cell cell = { DB_NULL, 0, STR_NONE };
    str bytes = bytes_of(result, row, column);

    if (PQgetisnull(result, row, column) != 0)
        return cell;
    cell.type = DB_I64;
    switch (PQftype(result, column)) {
    case PG_BOOL:
        cell.number = bytes.p[0] != 0;
        break;
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
        cell.number = read_i64(bytes.p, bytes.n);
        break;
    case PG_FLOAT8:
        (void)read_double(bytes.p, &cell.number);
        break;
    case PG_NUMERIC:
        (void)read_numeric(bytes, &cell.number);
        break;
    default:
        cell.type = PQftype(result, column) == PG_BYTEA ? DB_BLOB : DB_TEXT;
        cell.bytes = bytes;
        break;
    }
    return cell;
}
