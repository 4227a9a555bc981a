// SPDX-License-Identifier: Apache-2.0
//
// precompress.mjs DIR - writes NAME.br and NAME.gz beside every file of a
// built console that becomes smaller by it, as the server sends them.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const COMPRESSIBLE = /\.(css|html|ico|js|json|svg|txt|webmanifest)$/;
const SMALLEST = 256;

function* files(directory) {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else if (COMPRESSIBLE.test(name)) yield path;
  }
}

for (const path of files(process.argv[2])) {
  const bytes = readFileSync(path);
  if (bytes.length < SMALLEST) continue;
  const forms = {
    br: brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
    gz: gzipSync(bytes, { level: 9 }),
  };
  for (const [suffix, form] of Object.entries(forms)) {
    if (form.length < bytes.length) writeFileSync(`${path}.${suffix}`, form);
  }
}
