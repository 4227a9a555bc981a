// SPDX-License-Identifier: Apache-2.0
//
// Patching in the console: reports as files, charts as pictures, and a scan
// that a real agent answers. Configurations are in journeys.mjs.
import { readFileSync } from 'node:fs';

import {
  PATIENCE, accessibility, check, equal, go, main, quiet, signedIn, test,
} from './rig.mjs';

test('a report of one\'s own shows its columns and is saved as CSV and XLSX ' +
  '(P-RPT)', async () => {
  const { page, context } = await signedIn({ acceptDownloads: true });

  await go(page, '/patch/reports');
  await page.getByRole('textbox', { name: 'Name', exact: true })
    .fill('what is late');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('heading', { level: 1, name: 'what is late' })
    .waitFor();
  await page.getByRole('cell', { name: 'pc-1' }).first().waitFor();
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
    // What its agent found: this root has no repository.
    await page.getByRole('row', { name: /web-1/ })
      .getByText('no repository is configured')
      .waitFor({ timeout: 2 * PATIENCE });
    equal(await accessibility(page), []);
    quiet(page);
    await context.close();
  });

await main();
