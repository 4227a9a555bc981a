// SPDX-License-Identifier: Apache-2.0
//
// Network devices in the console, with real routers: added, tested step by
// step, archived, changed and led back; and deployments in rings.
import { execFileSync } from 'node:child_process';

import {
  PATIENCE, accessibility, check, elsewhere, equal, go, main, made,
  quiet, signedIn, test, until,
} from './rig.mjs';

/** What the router itself says, by its own shell. */
function running(n) {
  const [program, ...words] = made.routers[n].vtysh;

  return execFileSync(program, [...words, '-c', 'show running-config'],
    { encoding: 'utf8', timeout: PATIENCE });
}

/** The part of a page below a heading. */
function part(page, name) {
  return page.locator('section').filter({
    has: page.getByRole('heading', { level: 2, name }) });
}

/** Presses one of the device's buttons and waits for the session's end. */
async function session(page, name, outcome = 'Done') {
  await page.getByRole('button', { name, exact: true }).click();
  const region = part(page, /^Session #/);
  await region.getByText(outcome, { exact: true }).first()
    .waitFor({ timeout: PATIENCE });
  return region;
}

async function add(page, n) {
  await go(page, '/network/add');
  await page.getByLabel('Name').fill(`edge-${n + 1}`);
  await page.getByLabel('Family').selectOption('frr');
  await page.getByLabel('Address').fill(made.routers[n].address);
  await page.getByLabel('Credential').selectOption({ label: 'routers' });
  await page.getByRole('button', { name: 'Add network device' }).click();
  await page.getByRole('heading', { level: 1, name: `edge-${n + 1}` })
    .waitFor();
  return Number(page.url().split('/').pop());
}

const ids = [];

test('a router is added, shows its key, is trusted by a person, and tested ' +
  'step by step (R-SSH-16, R-COM-1)', async () => {
  const { page, context } = await signedIn();

  await go(page, '/network/credentials');
  await page.getByRole('button', { name: 'Add credential' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('routers');
  await dialog.getByLabel('Login').fill(made.login);
  await dialog.getByLabel('Password', { exact: true }).fill(made.password);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('cell', { name: 'routers', exact: true }).waitFor();
  equal(await page.getByText(made.password).count(), 0);

  for (const n of [0, 1]) {
    ids.push(await add(page, n));
    const first = await session(page, 'Test connection', 'Failed');
    await first.getByText('R-SSH-16').first().waitFor();
    const keys = part(page, 'Keys that it showed');
    await keys.getByRole('button', { name: 'Approve' }).click();
    await keys.getByText('Approved', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    const again = await session(page, 'Test connection');
    await again.getByRole('listitem').nth(5).waitFor(); // six steps
    equal(await accessibility(page), []);
    await page.getByRole('button', { name: 'Close' }).click();
    await session(page, 'Discover');
    await page.getByText('Ready to be managed').waitFor();
  }
  quiet(page);
  await context.close();
});

test('the archive holds what changed on the router, line by line',
  async () => {
    const { page, context } = await signedIn();
    const [program, ...words] = made.routers[0].vtysh;

    execFileSync(program, [...words, '-c', 'configure terminal', '-c',
      'ip route 192.0.2.128/25 Null0']);
    await go(page, `/network/devices/${ids[0]}`);
    await session(page, 'Archive');
    await page.getByRole('tab', { name: 'Configuration archive' }).click();
    await page.getByRole('button', { name: 'Version 2' }).click();
    const shown = page.getByRole('dialog');
    await shown.getByText('ip route 192.0.2.128/25 Null0').first().waitFor();
    equal(await accessibility(page), []);
    await page.keyboard.press('Escape');
    quiet(page);
    await context.close();
  });

/** Approves what is on the page at `path`, as the second person. */
async function approve(path) {
  const { page, context } = await signedIn({}, 'second');

  await go(page, path);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' })
    .click();
  return { page, context };
}

test('a change is planned, not approved by its author, approved by another, ' +
  'pushed and seen on the router (R-DEP-5)', async () => {
  const { page, context } = await signedIn();

  await go(page, `/network/devices/${ids[0]}`);
  await page.getByRole('button', { name: 'Plan change' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What it is for').fill('a route away');
  await dialog.getByLabel('Commands')
    .fill('ip route 203.0.113.0/24 Null0');
  await dialog.getByRole('button', { name: 'Plan change' }).click();
  await page.getByText('Waits for approval').waitFor();
  check(!running(0).includes('203.0.113.0'), 'it was sent already');
  const path = new URL(page.url()).pathname;
  page.expected = ['403'];
  await page.getByRole('button', { name: 'Approve' }).click();
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await dialog.getByRole('alert').waitFor(); // says why not
  await page.keyboard.press('Escape');
  const second = await approve(path);
  await second.page.getByText('Applied', { exact: true }).first()
    .waitFor({ timeout: 2 * PATIENCE });
  await part(second.page, 'What it did to the configuration')
    .getByText('ip route 203.0.113.0/24 Null0').first().waitFor();
  check(running(0).includes('203.0.113.0/24'), running(0));
  equal(await accessibility(second.page), []);
  quiet(page);
  quiet(second.page);
  await second.context.close();
  await context.close();
});

test('an earlier version is planned, approved and in force again', async () => {
  const { page, context } = await signedIn();

  await go(page, `/network/devices/${ids[0]}?tab=archive`);
  const row = page.getByRole('row').filter({ has: page.getByRole('button',
    { name: 'Version 2', exact: true }) });
  await row.getByRole('button', { name: 'Roll back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Plan change' })
    .click();
  await page.getByText('Waits for approval').waitFor();
  const second = await approve(new URL(page.url()).pathname);
  await second.page.getByText('Applied', { exact: true }).first()
    .waitFor({ timeout: 2 * PATIENCE });
  check(!running(0).includes('203.0.113.0'), running(0));
  check(running(0).includes('192.0.2.128/25'), running(0));
  quiet(second.page);
  await second.context.close();
  quiet(page);
  await context.close();
});

test('a deployment goes ring by ring to both routers once a second person ' +
  'has approved it (R-DEP-4)', async () => {
  const { page, context } = await signedIn();
  const { id } = await elsewhere(page, 'POST', '/labels',
    { name: 'lab', kind: 'manual' });

  await elsewhere(page, 'POST', `/labels/${id}/members`, { add: [ids[0]] });
  for (const device of ids) {
    await go(page, `/network/devices/${device}`);
    await session(page, 'Discover');
  }
  await go(page, '/network/deployments/new');
  await page.getByLabel('What it is for').fill('both routers');
  await page.getByRole('textbox', { name: 'Commands' })
    .fill('ip route 198.51.100.0/24 Null0');
  await page.getByRole('textbox', { name: 'Network devices' }).click();
  for (const name of ['edge-1', 'edge-2'])
    await page.getByRole('option', { name }).click();
  await page.keyboard.press('Escape');
  for (const n of [1, 2]) {
    await page.getByRole('button', { name: 'Add a ring' }).click();
    const ring = page.getByRole('group', { name: `Ring ${n}` });
    await ring.getByLabel('Name').fill(['lab', 'rest'][n - 1]);
    if (n === 1) await ring.getByLabel('Label').selectOption({ label: 'lab' });
    await ring.getByLabel('Promotion').selectOption('automatic');
  }
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByText('Waits for approval').first().waitFor();
  await page.getByText('ip route 198.51.100.0/24 Null0').first().waitFor();
  equal(await accessibility(page), []);
  check(!running(1).includes('198.51.100.0'), 'it was sent already');
  const second = await approve(new URL(page.url()).pathname);
  await until('the deployment is done', async () => {
    const { items } = await elsewhere(page, 'GET', '/network/deployments');
    check(items[0].state !== 'stopped', JSON.stringify(items[0]));
    return items[0].state === 'done';
  }, 6 * PATIENCE);
  await second.page.getByText('Done', { exact: true }).first().waitFor();
  for (const n of [0, 1])
    check(running(n).includes('198.51.100.0/24'), running(n));
  quiet(page);
  quiet(second.page);
  await second.context.close();
  await context.close();
});

test('the list says which routers are reached, and the text that prepares ' +
  'one is made to be copied (R-BOOT)', async () => {
  const { page, context } = await signedIn();

  await go(page, '/network/devices');
  for (const name of ['edge-1', 'edge-2'])
    await page.getByRole('row').filter({ hasText: name })
      .getByText('Reached', { exact: true }).waitFor();
  await go(page, '/network/prepare');
  await page.getByLabel('Family').selectOption('frr');
  await page.getByLabel('Host name').fill('edge-3');
  await page.getByLabel('Login').fill('netop');
  await page.getByLabel('Password', { exact: true }).fill('for-the-text-9');
  await page.getByRole('button', { name: 'Make the text' }).click();
  await page.getByLabel('Commands to enter').filter({ hasText: 'service ' })
    .first().waitFor();
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

await main();
