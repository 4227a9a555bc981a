// SPDX-License-Identifier: Apache-2.0
//
// What an administrator does in the console, from click to effect, against a
// real server with a real agent; and what the console says when things fail.
import { existsSync, readFileSync } from 'node:fs';

import {
  NARROW, PATIENCE, accessibility, address, check, equal, go, main, open,
  password, person, settled, signIn, test,
} from './rig.mjs';

const DEVICES = '**/api/v1/devices?*';

/** What is in the world, once it is filled. */
let made;

async function filled() {
  const end = Date.now() + 4 * PATIENCE;

  while (!existsSync(process.env.HOLDFAST_READY)) {
    check(Date.now() < end, 'the world was not filled');
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  made ??= JSON.parse(readFileSync(process.env.HOLDFAST_READY, 'utf8'));
}

/** The console made no error and asked nobody else. */
function quiet(page) {
  equal(page.trouble, []);
}

async function signedIn(options) {
  await filled();
  const context = await person(options);
  const page = await open(context, ['401']);

  await signIn(page);
  page.expected = [];
  return { context, page };
}

test('the first administrator is made by the link that make run prints',
  async () => {
    const page = await open(await person(), ['401']);

    await page.goto(`${address}/setup#secret=${process.env.HOLDFAST_SECRET}`);
    const fresh = page.locator('input[autocomplete=new-password]');
    await fresh.first().waitFor();
    check(!page.url().includes('secret'), page.url());
    equal(await page.locator('input[autocomplete=one-time-code]').inputValue(),
      process.env.HOLDFAST_SECRET);
    equal(await accessibility(page), []);
    await fresh.nth(0).fill(password);
    await fresh.nth(1).fill(`${password} not`);
    await page.locator('button[type=submit]').click();
    await page.getByRole('alert').or(page.locator('[aria-invalid=true]'))
      .first().waitFor();
    await fresh.nth(1).fill(password);
    await page.locator('button[type=submit]').click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await settled(page);
    equal(await page.evaluate(() => document.cookie), ''); // HttpOnly
    const [cookie] = await page.context().cookies();
    equal([cookie.name, cookie.secure, cookie.httpOnly, cookie.sameSite],
      ['__Host-holdfast', true, true, 'Strict']);
    quiet(page);
    await page.context().close();
  });

test('a wrong password is refused in a sentence, and the right one goes in',
  async () => {
    await filled();
    const page = await open(await person(), ['401']);

    await page.goto(`${address}/devices`);
    await page.locator('input[autocomplete=username]').fill('admin');
    await page.locator('input[autocomplete=current-password]').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').first().waitFor();
    equal(await accessibility(page), []);
    await signInAgain(page);
    check(page.url().endsWith('/devices'), page.url()); // where one wanted to
    quiet(page);
    await page.context().close();
  });

async function signInAgain(page) {
  await page.locator('input[autocomplete=username]').fill('admin');
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('input[autocomplete=current-password]').waitFor(
    { state: 'detached' });
  await settled(page);
}

test('the overview is there in three languages and both widths', async () => {
  for (const locale of ['en-GB', 'fr-FR', 'nl-NL']) {
    const { page, context } = await signedIn({ locale, viewport: NARROW });

    await go(page, '/');
    equal(await page.locator('html').getAttribute('lang'),
      locale.slice(0, 2));
    equal(await page.evaluate(() =>
      document.documentElement.scrollWidth <= window.innerWidth), true);
    equal(await accessibility(page), []);
    quiet(page);
    await context.close();
  }
});

test('the list of devices finds the agent, and its address can be shared',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/devices');
    await page.getByRole('link', { name: 'web-1' }).waitFor();
    await page.getByRole('searchbox').or(page.getByRole('textbox')).first()
      .fill('pc-3');
    await page.getByRole('link', { name: 'web-1' }).waitFor(
      { state: 'detached' });
    await page.getByRole('link', { name: 'pc-3' }).waitFor();
    const other = await open(context);
    await other.goto(page.url()); // a stable URL
    await other.getByRole('link', { name: 'pc-3' }).waitFor();
    equal(await other.getByRole('link', { name: 'web-1' }).count(), 0);
    quiet(page);
    await context.close();
  });

test('the keyboard alone reaches the list and a device', async () => {
  const { page, context } = await signedIn();

  await go(page, '/');
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() =>
      document.activeElement?.getAttribute('href'));
    if (focused === '/devices') break;
  }
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'web-1' }).waitFor();
  check(page.url().endsWith('/devices'), page.url());
  quiet(page);
  await context.close();
});

/** The list of devices while the server answers something else. */
async function failing(answer, expected, then) {
  const { page, context } = await signedIn();

  page.expected = expected;
  await page.route(DEVICES, answer);
  await page.goto(`${address}/devices`);
  const alert = page.getByRole('alert').first();
  await alert.waitFor({ timeout: 2 * PATIENCE });
  const text = await alert.innerText();
  check(text.trim().length > 20 && !/undefined|\[object|null/.test(text), text);
  equal(await accessibility(page), []);
  await then(page, text, alert);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  quiet(page);
  await context.close();
}

function problem(status, detail, headers = {}) {
  return (route) => route.fulfill({
    status, headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: JSON.stringify({ type: 'about:blank', title: 'Error', status,
      detail }),
  });
}

async function goesOn(page, alert) {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await alert.getByRole('button').first().click();
  await page.getByRole('link', { name: 'web-1' }).waitFor();
}

test('a server that fails (500) is said in a sentence with a way on', () =>
  failing(problem(500, 'x'), ['500'], (page, _, alert) =>
    goesOn(page, alert)));

test('too many requests (429) say when to come again', () =>
  failing(problem(429, 'too many', { 'Retry-After': '7' }), ['429'],
    (_, text) => check(text.includes('7'), text)));

test('what is forbidden (403) says why', () =>
  failing(problem(403, 'the role does not allow it'), ['403'],
    (_, text) => check(text.includes('the role does not allow it'), text)));

test('no network is said in a sentence, and the list comes when it is back',
  () => failing((route) => route.abort('internetdisconnected'),
    ['ERR_INTERNET_DISCONNECTED', 'Failed to load'], (page, _, alert) =>
      goesOn(page, alert)));

test('a slow answer shows that it is waited for', async () => {
  const { page, context } = await signedIn();
  let answer;
  const asked = new Promise((resolve) => {
    void page.route(DEVICES, async (route) => {
      resolve();
      await new Promise((go) => { answer = go; });
      await route.continue();
    });
  });

  await page.goto(`${address}/devices`);
  await asked;
  await page.locator('[aria-busy=true]').first().waitFor();
  answer();
  await page.getByRole('link', { name: 'web-1' }).waitFor();
  quiet(page);
  await context.close();
});

test('a session that ended (401) asks to sign in, and goes on where one was',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/devices');
    page.expected = ['401'];
    await page.evaluate(() => fetch('/api/v1/session', {
      method: 'DELETE', headers: { 'X-Holdfast': '1' } }));
    await page.reload();
    await signInAgain(page);
    await page.getByRole('link', { name: 'web-1' }).waitFor();
    quiet(page);
    await context.close();
  });

test('an address that is no page says so and leads back', async () => {
  const { page, context } = await signedIn();

  await go(page, '/no/such/page');
  equal(await page.getByRole('heading', { level: 1 }).count(), 1);
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

await main();
