/* SPDX-License-Identifier: Apache-2.0
 *
 * bzip2, read by a decoder of ours: three times as fast on one core as libbz2
 * (docs/parsing.md), and it decodes blocks on several cores.
 *
 * A bzip2 stream is a header, blocks, and an end with a checksum; nothing in
 * it starts at a byte. Blocks do not depend on each other, but their lengths
 * are not written down: they are found by their 48-bit mark, which could also
 * stand inside a block by chance or by malice. So each mark begins a job, any
 * job may be decoded early, and a job counts only when the block before it
 * ends exactly where it begins.
 */
#ifndef BASE_BUNZIP_INT_H
#define BASE_BUNZIP_INT_H

#include "base/str.h"

enum {
    BZ_LEVEL_SIZE = 100000, /* bytes of a block, times the level 1 to 9 */
    BZ_SIZE_MAX = 900000,
    BZ_BITS_MAX = 2500000, /* bytes of a compressed block: 20 bits a symbol */
    BZ_PAD = 16,           /* readable bytes behind the input of a block */
    BZ_MORE = 1,           /* the block does not end in the bytes given */
};

#define BZ_BLOCK_MARK 0x314159265359U
#define BZ_END_MARK 0x177245385090U

/* One block being decoded, 4.6 MB. bz_block_free() releases it. */
struct bz_block;
struct bz_block *bz_block_new(void);
void bz_block_free(struct bz_block *block);

/* Reads the block whose mark begins at this bit of in; BZ_PAD bytes behind in
 * are readable. *out_bit becomes the bit behind it. */
int bz_block_decode(struct bz_block *block, str in, uint64_t bit,
                    uint64_t *out_bit) MUST_CHECK;

/* Bytes of the block before its runs are expanded. */
uint32_t bz_block_size(const struct bz_block *block);

/* The next bytes of its text; *out_n is 0 at its end, where its checksum has
 * been found right. */
int bz_block_text(struct bz_block *block, uint8_t *out, size_t size,
                  size_t *out_n) MUST_CHECK;

/* The checksum that the block states. */
uint32_t bz_block_crc(const struct bz_block *block);

/* An archive: one bzip2 stream or several, one behind the other, and zeroes
 * behind them. input() gives bytes, *out_n == 0 at the end; it is called by
 * bunzip_read() only, in the same thread. */
struct bunzip;
struct bunzip_input {
    int (*read)(void *ctx, uint8_t *p, size_t size, size_t *out_n,
                struct err *err);
    void *ctx;
};
struct bunzip *bunzip_new(struct bunzip_input input);
int bunzip_read(struct bunzip *bz, uint8_t *out, size_t size, size_t *out_n,
                struct err *err) MUST_CHECK;
void bunzip_free(struct bunzip *bz);

#endif
