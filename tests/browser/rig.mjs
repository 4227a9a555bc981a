// SPDX-License-Identifier: Apache-2.0
//
// A browser (Debian's Chromium, driven by playwright-core) for the tests of
// the console: pages that note every error they log and every request that
// leaves the server, and tests whose names are sentences, told as TAP.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(
  new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axe = require('axe-core');

export const address = process.env.HOLDFAST_ADDRESS;
export const password = process.env.HOLDFAST_PASSWORD;
export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 390, height: 844 };
/** What a busy machine needs, not what is promised. */
export const PATIENCE = 90000;

let browser;

export async function start() {
  browser = await chromium.launch({
    executablePath: process.env.HOLDFAST_CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

export async function stop() {
  await browser?.close();
}

/** A browser of one person: cookies of its own. */
export async function person(options = {}) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true, viewport: WIDE, locale: 'en-GB',
    reducedMotion: 'reduce', ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  return context;
}

/** A page of theirs. page.trouble: what it logged as an error, and requests
 * to elsewhere, but for page.elsewhere. A failed request that a test wants is
 * `expected`. */
export async function open(context, expected = []) {
  const page = await context.newPage();

  page.trouble = [];
  page.expected = expected;
  page.on('console', (message) => {
    const text = message.text();

    if (message.type() === 'error' &&
        !page.expected.some((one) => text.includes(one)))
      page.trouble.push(`console: ${text} (${message.location().url})`);
  });
  page.on('pageerror', (error) => page.trouble.push(`error: ${error}`));
  page.on('request', (request) => {
    const url = request.url();

    if (!url.startsWith(address) && !url.startsWith('data:') &&
        !url.startsWith('blob:') &&
        !(page.elsewhere && url.startsWith(page.elsewhere)))
      page.trouble.push(`request to ${url}`);
  });
  return page;
}

/** The page is there and waits for nothing. */
export async function settled(page) {
  await page.waitForLoadState('load');
  await page.waitForFunction(
    () => document.querySelector('main, [role=main]') &&
      !document.querySelector('[aria-busy=true]'),
    undefined, { timeout: PATIENCE });
  await page.evaluate(() => document.fonts.ready);
}

/* Tests beside this one make and remove interfaces: the browser gives up what
 * it loads then, and a person would load it again. */
async function visit(page, path) {
  for (let left = 5; ; left--) {
    try {
      await page.goto(address + path);
      return;
    } catch (error) {
      if (left === 0 || !String(error).includes('ERR_NETWORK_CHANGED'))
        throw error;
    }
  }
}

export async function go(page, path) {
  await visit(page, path);
  await settled(page);
}

export async function signIn(page, login = 'admin') {
  await visit(page, '/');
  await page.locator('input[autocomplete=username]').fill(login);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('main').waitFor();
  await page.locator('input[autocomplete=current-password]').waitFor(
    { state: 'detached' });
  await settled(page);
}

/** What is in the world, once it is filled. */
export let made;

export async function filled() {
  const end = Date.now() + 3 * PATIENCE;

  while (!existsSync(process.env.HOLDFAST_READY)) {
    check(Date.now() < end, 'the world was not filled');
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  made ??= JSON.parse(readFileSync(process.env.HOLDFAST_READY, 'utf8'));
}

export async function signedIn(options, login = 'admin', expected = []) {
  await filled();
  const context = await person(options);
  const page = await open(context, ['401', ...expected]);

  await signIn(page, login);
  page.expected = expected;
  return { context, page };
}

/** The console made no error and asked nobody else. */
export function quiet(page) {
  equal(page.trouble, []);
}

/** Waits until what the function gives is true, and gives it. */
export async function until(what, condition, patience = PATIENCE) {
  const end = Date.now() + patience;

  for (;;) {
    const found = await condition();
    if (found) return found;
    check(Date.now() < end, `it did not happen: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

/** A call of the API as another person would make it. */
export function elsewhere(page, method, path, body, revision) {
  return page.evaluate(async ([how, where, what, tag]) => {
    const answer = await fetch(`/api/v1${where}`, {
      method: how, body: what && JSON.stringify(what),
      headers: { 'X-Holdfast': '1', 'Content-Type': 'application/json',
        ...(tag === undefined ? {} : { 'If-Match': `"${tag}"` }) },
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.status === 204 ? null : answer.json();
  }, [method, path, body, revision]);
}

/** What axe-core finds that is serious or critical. It runs as code of the
 * debugger, so the page's policy need not let it in. */
export async function accessibility(page) {
  const session = await page.context().newCDPSession(page);

  await session.send('Runtime.evaluate', { expression: axe.source });
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'] }).then((r) =>
      JSON.stringify(r.violations.filter((v) =>
        v.impact === 'serious' || v.impact === 'critical').map((v) =>
        v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) +
          ' (' + (n.any[0] || n.all[0] || n.none[0] || {}).message + ')')
          .join(' | '))))`,
    awaitPromise: true, returnByValue: true,
  });
  await session.detach();
  if (exceptionDetails) throw new Error(exceptionDetails.exception.description);
  return JSON.parse(result.value);
}

export function check(condition, ...what) {
  if (!condition) throw new Error(what.join(' ') || 'it is not so');
}

export function equal(a, b) {
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)];

  check(x === y, x, 'is not', y);
}

const tests = [];

export function test(name, run) {
  tests.push({ name, run });
}

/** With HOLDFAST_PICTURES=FOLDER: what a failed test had before it. Then its
 * pages are closed, so that the next begins with none. */
async function pictures(n) {
  const folder = process.env.HOLDFAST_PICTURES;
  const pages = browser.contexts().flatMap((one) => one.pages());

  for (const [i, page] of folder ? pages.entries() : []) {
    await page.screenshot({ path: `${folder}/${n}-${i}.png`, fullPage: true })
      .catch(() => undefined);
  }
  for (const context of browser.contexts()) await context.close();
}

/** Runs the tests one after another; the exit status tells whether all held.
 * With HOLDFAST_STOP=1 none after the first that did not. */
export async function main() {
  let failed = 0;

  console.log(`1..${tests.length}`);
  await start();
  for (const [i, { name, run }] of tests.entries()) {
    try {
      const skipped = await run(); // nothing, or why it was not done
      console.log(`ok ${i + 1} - ${name}` +
        (skipped ? ` # SKIP ${skipped}` : ''));
    } catch (error) {
      failed++;
      await pictures(i + 1);
      console.log(`not ok ${i + 1} - ${name}`);
      console.log(String(error.stack ?? error).split('\n').slice(0, 14)
        .map((line) => `# ${line}`).join('\n'));
      if (process.env.HOLDFAST_STOP) break;
    }
  }
  await stop();
  process.exitCode = failed > 0 ? 1 : 0;
}
