// SPDX-License-Identifier: Apache-2.0
//
// Patching in the console: a configuration with its tasks and the grid of
// patch groups, Explain, dry run, holds, freezes, reports and runs.
import { readFileSync } from 'node:fs';

import {
  PATIENCE, accessibility, check, elsewhere, equal, go, main, made, quiet,
  signedIn, test, until,
} from './rig.mjs';

let configuration;
let device;
let patch;

/** What Explain says of the patch to the Windows device, as the API has it. */
async function explained(page) {
  const { items } = await elsewhere(page, 'GET',
    `/devices/${device}/patch-explain?limit=1000`);
  return items.filter((one) => one.patch === patch);
}

/** The rows of Explain about the patch, in the page of the device. */
async function explanation(page) {
  await go(page, `/devices/${device}?tab=patches`);
  const region = page.getByRole('region',
    { name: 'Why each is deployed, or not' }).first();
  await region.scrollIntoViewIfNeeded();
  return region.getByRole('row').filter({ hasText: new RegExp(
    patch.replace(/\W/g, '.')) }).or(region.getByRole('row')
    .filter({ hasText: 'kernel' }));
}

test('a patch is put into a group, a new configuration includes the group in ' +
  'its grid (P-GRD), and is in force', async () => {
  const { page, context } = await signedIn();

  device = (await elsewhere(page, 'GET', '/devices?q=pc-1')).items[0].id;
  const missing = (await elsewhere(page, 'GET',
    `/devices/${device}/patches`)).items;
  patch = missing[0].patch.patch;
  await go(page, `/patch/groups/${made['patch-group']}`);
  await page.getByRole('textbox', { name: 'Patches' }).fill(patch);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Put in' }).click();
  await page.getByRole('cell', { name: new RegExp(patch) }).waitFor();

  await go(page, '/patch/configurations/new');
  await page.getByRole('textbox', { name: 'Name' }).fill('Desktops');
  await page.getByLabel('Place').fill('1');
  await page.getByRole('checkbox', { name: /^Everything/ }).check();
  await page.getByRole('tab', { name: 'Windows' }).click();
  const task = page.getByRole('region', { name: 'Routine' });
  await task.getByRole('switch').check();
  await task.getByLabel('Runs', { exact: true }).selectOption('daily');
  await task.getByLabel('Include: kernel').check();
  await task.getByLabel('Exclude: kernel').check();
  await task.getByLabel('Exclude: kernel').uncheck();
  await page.getByText('What this does').waitFor(); // P-CFG-6
  equal(await accessibility(page), []);
  await page.locator('button[type=submit]').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save' }).click(); // K-DEP-7
  await page.getByRole('heading', { level: 1, name: 'Desktops' }).waitFor();
  configuration = Number(page.url().split('/').pop());
  await page.getByRole('button', { name: 'Put into force' }).click();
  await dialog.getByRole('button', { name: 'Put into force' }).click();
  await until('it is in force', async () => (await elsewhere(page, 'GET',
    `/patch-configurations/${configuration}`)).deployed_version === 1);
  quiet(page);
  await context.close();
});

test('Explain says that the group is why, and the dry run what comes next ' +
  '(P-SEL-17)', async () => {
  const { page, context } = await signedIn();

  const rows = await explanation(page);
  await rows.first().waitFor();
  check((await explained(page)).some((one) => one.deploy),
    JSON.stringify(await explained(page)));
  await go(page, `/patch/dry-run?devices=${device}`);
  await page.getByText('By “Desktops”, version 1').waitFor();
  await page.getByRole('link', { name: patch, exact: true }).waitFor();
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('what is held back is not deployed, says so, and is again once lifted',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/patch/holds');
    await page.getByRole('textbox', { name: 'Held' }).fill(patch);
    await page.getByRole('textbox', { name: 'Reason' }).fill('breaks the till');
    await page.getByRole('button', { name: 'Hold back' }).click();
    await page.getByText('It is held back.').waitFor();
    equal((await explained(page)).some((one) => one.deploy), false);
    await go(page, `/devices/${device}?tab=patches`);
    await page.getByText(/breaks the till/).first().waitFor();
    await go(page, '/patch/holds');
    await page.getByRole('button', { name: `Lift: ${patch}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Lift' })
      .click();
    await page.getByText('Lifted', { exact: true }).waitFor();
    equal((await explained(page)).some((one) => one.deploy), true);
    quiet(page);
    await context.close();
  });

test('a freeze stands in the dry run, and is lifted', async () => {
  const { page, context } = await signedIn();
  const local = (days) => {
    const at = new Date(Date.now() + days * 86_400_000);
    return new Date(at - at.getTimezoneOffset() * 60_000).toISOString()
      .slice(0, 16);
  };

  await go(page, '/patch/holds');
  await page.getByRole('tab', { name: 'Freezes' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('end of the year');
  await page.getByLabel('Ends').fill(local(-1)); // it never was
  page.expected = ['422'];
  await page.getByRole('button', { name: 'Freeze', exact: true }).click();
  await page.locator('[aria-invalid=true]').first().waitFor();
  page.expected = [];
  await page.getByLabel('Ends').fill(local(7));
  await page.getByRole('button', { name: 'Freeze', exact: true }).click();
  await page.getByText('Nothing is deployed in this time.').waitFor();
  equal(await accessibility(page), []);
  await go(page, `/patch/dry-run?devices=${device}`);
  await page.getByText('end of the year').first().waitFor();
  await go(page, '/patch/holds?tab=freezes');
  await page.getByRole('button', { name: 'Lift: end of the year' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Lift' }).click();
  await page.getByText('Lifted', { exact: true }).waitFor();
  quiet(page);
  await context.close();
});

test('somebody else\'s version of a patch configuration is shown, not ' +
  'overwritten', async () => {
  const { page, context } = await signedIn();
  const path = `/patch-configurations/${configuration}`;

  await go(page, `/patch/configurations/${configuration}`);
  const theirs = await elsewhere(page, 'GET', path);
  await elsewhere(page, 'PUT', path, {
    settings: { ...theirs.settings, comment: 'theirs' },
    targets: theirs.targets, confirm: true, confirm_all: true,
  }, theirs.revision);
  page.expected = ['412'];
  await page.getByLabel('Comment').fill('mine');
  await page.locator('button[type=submit]').first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('Changed by somebody else').waitFor();
  equal((await elsewhere(page, 'GET', path)).settings.comment, 'theirs');
  await page.getByRole('button', { name: 'Take theirs, drop mine' }).click();
  await until('theirs is shown', async () =>
    await page.getByLabel('Comment').inputValue() === 'theirs');
  quiet(page);
  await context.close();
});

test('a report of one\'s own shows its columns and is saved as CSV and XLSX ' +
  '(P-RPT)', async () => {
  const { page, context } = await signedIn({ acceptDownloads: true });

  await go(page, '/patch/reports');
  await page.getByRole('textbox', { name: 'Name', exact: true })
    .fill('what is late');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('heading', { level: 1, name: 'what is late' })
    .waitFor();
  await page.getByRole('link', { name: 'pc-1' }).first().waitFor();
  for (const [kind, begins] of [['CSV', ''], ['XLSX', 'PK']]) {
    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([page.waitForEvent('download'),
      page.getByRole('menuitem', { name: kind }).click()]);
    const bytes = readFileSync(await file.path());
    check(bytes.length > 100 && bytes.subarray(0, begins.length).toString() ===
      begins, `${kind}: ${bytes.subarray(0, 80).toString()}`);
  }
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('a chart of what was deployed is saved as a picture', async () => {
  const { page, context } = await signedIn({ acceptDownloads: true });

  await go(page, '/patch/compliance');
  const menus = page.getByRole('button', { name: 'Export' });
  await menus.first().click();
  const png = page.getByRole('menuitem', { name: 'PNG' });
  if (await png.count() > 0) {
    const [file] = await Promise.all([page.waitForEvent('download'),
      png.click()]);
    equal(readFileSync(await file.path()).subarray(1, 4).toString(), 'PNG');
  }
  quiet(page);
  await context.close();
});

test('all devices are scanned by a button, and the run shows how far it is',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/patch/runs');
    await page.getByRole('button', { name: 'Scan all devices' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Scan' })
      .click();
    await page.getByRole('heading', { level: 1, name: /^Scan #/ }).waitFor();
    await page.getByRole('link', { name: 'web-1' }).waitFor();
    await page.getByRole('row', { name: /web-1/ }).getByText('Done')
      .waitFor({ timeout: 4 * PATIENCE });
    equal(await accessibility(page), []);
    quiet(page);
    await context.close();
  });

await main();
