// SPDX-License-Identifier: Apache-2.0
//
// A browser (Debian's Chromium, driven by playwright-core) for the tests of
// the console: pages that note every error they log and every request that
// leaves the server, and tests whose names are sentences, told as TAP.
import { createRequire } from 'node:module';

const require = createRequire(
  new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axe = require('axe-core');

export const address = process.env.HOLDFAST_ADDRESS;
export const password = process.env.HOLDFAST_PASSWORD;
export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 390, height: 844 };
export const PATIENCE = 30000;

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
 * to elsewhere. A failed request that a test wants is `expected`. */
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
        !url.startsWith('blob:'))
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

export async function go(page, path) {
  await page.goto(address + path);
  await settled(page);
}

export async function signIn(page, login = 'admin') {
  await page.goto(`${address}/`);
  await page.locator('input[autocomplete=username]').fill(login);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('main').waitFor();
  await page.locator('input[autocomplete=current-password]').waitFor(
    { state: 'detached' });
  await settled(page);
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

/** Runs the tests one after another; the exit status tells whether all held. */
export async function main() {
  let failed = 0;

  console.log(`1..${tests.length}`);
  await start();
  for (const [i, { name, run }] of tests.entries()) {
    try {
      await run();
      console.log(`ok ${i + 1} - ${name}`);
    } catch (error) {
      failed++;
      console.log(`not ok ${i + 1} - ${name}`);
      console.log(String(error.stack ?? error).split('\n').slice(0, 14)
        .map((line) => `# ${line}`).join('\n'));
    }
  }
  await stop();
  process.exitCode = failed > 0 ? 1 : 0;
}
