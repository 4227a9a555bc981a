// SPDX-License-Identifier: Apache-2.0
//
// screenshots.mjs OUT [PATH...] - a picture of every page of web/src/routes.tsx
// (or of those given) at both widths and in both themes, and a line for each
// with what axe-core and the browser's log have against it.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  NARROW, WIDE, accessibility, go, open, person, signIn, start, stop,
} from './rig.mjs';

const made = JSON.parse(process.env.HOLDFAST_MADE);
const [out, ...only] = process.argv.slice(2);
const source = readFileSync(
  new URL('../../web/src/routes.tsx', import.meta.url), 'utf8');

/** A path with what the world has for its parts. */
function filled(path) {
  const kind = path.split('/')[1];
  const words = path.split('/').slice(1);

  return path.replace(/:(\w+)/g, (_, name) => {
    const before = words[words.indexOf(`:${name}`) - 1].replace(/s$/, '');
    const found = made[name] ?? made[`${kind}-${before}`] ?? made[before] ??
      made[kind.replace(/s$/, '')] ?? 1;
    return encodeURIComponent(found);
  });
}

const paths = only.length > 0 ? only :
  [...source.matchAll(/^ {2}row\("([^"]+)"/gm)].map((found) => found[1]);

mkdirSync(out, { recursive: true });
await start();
let bad = 0;
for (const [theme, width, size] of [
  ['light', 1280, WIDE], ['dark', 1280, WIDE], ['light', 390, NARROW],
  ['dark', 390, NARROW],
]) {
  const context = await person({
    colorScheme: theme, viewport: size, ...(width === 390 && {
      hasTouch: true, isMobile: true }),
  });
  const page = await open(context, ['401']);
  await signIn(page);
  for (const path of paths) {
    const name = path === '/' ? 'overview' :
      path.slice(1).replace(/[^\w]+/g, '-');
    page.trouble = [];
    page.expected = [];
    try {
      await go(page, filled(path) + (made.query?.[path] ?? ''));
      await page.waitForTimeout(250); // charts draw themselves
      const wide = await page.evaluate(() =>
        document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 1) page.trouble.push(`${wide} pixels too wide`);
      page.trouble.push(...await accessibility(page));
    } catch (error) {
      page.trouble.push(String(error).split('\n')[0]);
    }
    await page.screenshot({
      path: join(out, `${name}-${width}-${theme}.png`), fullPage: true });
    bad += page.trouble.length > 0;
    console.log(`${page.trouble.length > 0 ? 'LOOK' : 'ok  '} ${path} ` +
      `${width} ${theme}${page.trouble.map((one) => `\n     ${one}`).join('')}`);
  }
  await context.close();
}
await stop();
console.log(`${paths.length} pages, ${bad} pictures with trouble, in ${out}`);
