// SPDX-License-Identifier: Apache-2.0
//
// The browser's part of bench/console_run: prints rows of a Markdown table.
import { address, open, person, PATIENCE, settled, signIn, start, stop } from
  '../tests/browser/rig.mjs';

const devices = Number(process.env.HOLDFAST_DEVICES);
const definitions = Number(process.env.HOLDFAST_DEFINITIONS);
const count = new Intl.NumberFormat('en');
const ROUTES = ['/', '/assess/catalogue', '/assess/report',
  '/assess/compliance', '/assess/schedules', '/assess/schedules/new',
  '/assess/runs', '/assess/tasks', '/devices', '/devices/1',
  '/devices/labels', '/account'];

function row(what, ...values) {
  console.log(`| ${what} | ${values.join(', ')} |`);
}

const ms = (value) => `${Math.round(value)} ms`;
const kb = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;

/** A page that knows nothing yet, with what it loads counted. */
async function fresh(context) {
  const page = await open(context);
  const session = await context.newCDPSession(page);
  const kinds = new Map();

  page.loaded = 0;
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  session.on('Network.responseReceived', ({ requestId, response }) =>
    kinds.set(requestId, response.url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!kinds.get(requestId)?.includes('/api/')) {
      page.loaded += encodedDataLength;
    }
  });
  return page;
}

/** From the address to the first paint, and to what the page is about. */
async function firstView(context) {
  const page = await fresh(context);
  const began = Date.now();

  await page.goto(`${address}/`);
  await page.locator('.hf-figure').first().waitFor();
  const view = Date.now() - began;
  const paint = await page.evaluate(() => performance.getEntriesByName(
    'first-contentful-paint')[0]?.startTime ?? 0);
  const clicked = Date.now();
  await page.getByRole('link', { name: 'Devices', exact: true }).click();
  await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
  const answered = Date.now() - clicked;
  const size = page.loaded;
  await page.close();
  return { paint, view, answered, size };
}

const middle = (values) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function measureFirst(context) {
  const rounds = [];

  for (let i = 0; i < 5; i++) rounds.push(await firstView(context));
  row('first paint', ms(middle(rounds.map((one) => one.paint))));
  row('overview with its numbers',
    ms(middle(rounds.map((one) => one.view))));
  row('then a click to another page',
    ms(middle(rounds.map((one) => one.answered))));
}

/** The longest time without a frame while `work` goes on. */
async function longestGap(page, work) {
  await page.evaluate(() => {
    window.gap = 0;
    let last = performance.now();
    const step = (now) => {
      window.gap = Math.max(window.gap, now - last);
      last = now;
      if (!window.enough) requestAnimationFrame(step);
    };
    window.enough = false;
    requestAnimationFrame(step);
  });
  await work();
  return page.evaluate(() => {
    window.enough = true;
    return window.gap;
  });
}

async function measureList(context, path, total, search) {
  const page = await open(context);
  const began = Date.now();

  await page.goto(address + path);
  await page.getByRole('cell').first().waitFor();
  const view = Date.now() - began;
  await page.getByText(`${count.format(total)} in all`).waitFor();
  const gap = await longestGap(page, async () => {
    await page.mouse.move(700, 500);
    for (let i = 0; i < 60; i++) {
      await page.mouse.wheel(0, 1500);
      await page.waitForTimeout(50);
    }
  });
  const shown = await page.evaluate(() =>
    document.querySelectorAll('[role=row]').length);
  const deep = await page.evaluate(() => Math.max(...[
    ...document.querySelectorAll('[role=row][aria-rowindex]')].map((one) =>
    Number(one.getAttribute('aria-rowindex')))));
  await page.evaluate(() => window.scrollTo(0, 0));
  const typed = Date.now();
  await page.getByRole('searchbox').fill(search);
  await page.waitForFunction((before) => {
    const text = document.querySelector('.hf-list-side [role=status]');
    return text && !text.textContent.startsWith(before) &&
      !document.querySelector('.hf-rows[aria-busy=true]');
  }, count.format(total), { timeout: PATIENCE });
  const found = Date.now() - typed;
  row(`list of ${count.format(total)} at ${path}`,
    `first rows ${ms(view)}`, `scrolled to row ${count.format(deep)} with ` +
    `${shown} rows in the document and no gap above ${ms(gap)}`,
    `found "${search}" ${ms(found)} after typing`);
  await page.close();
}

async function measureRun(context) {
  const page = await open(context);

  await page.goto(`${address}/assess/schedules`);
  await page.getByRole('link', { name: 'thousand' }).click();
  const button = page.getByRole('button', { name: 'Run Now' });
  await button.waitFor();
  const began = Date.now();
  await button.click();
  await page.getByRole('heading', { name: /thousand #/ }).waitFor();
  const view = Date.now() - began;
  await page.getByText('1,000 in all').waitFor();
  row('Run Now on 1,000 devices', `its page ${ms(view)}`,
    `all its devices ${ms(Date.now() - began)}`);
  await page.close();
}

async function measureSizes(context) {
  for (const path of ROUTES) {
    const page = await fresh(context);

    await page.goto(address + path);
    await settled(page);
    await page.waitForTimeout(500);
    row(`\`${path}\` loads, compressed`, kb(page.loaded));
    await page.close();
  }
}

await start();
const context = await person();
const page = await open(context);
await signIn(page);
await page.close();
await measureFirst(context);
await measureList(context, '/devices', devices, 'web-0999');
await measureList(context, '/assess/catalogue', definitions, 'openssl');
await measureRun(context);
await measureSizes(context);
await stop();
