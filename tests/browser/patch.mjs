// SPDX-License-Identifier: Apache-2.0
//
// Patching in the console, from click to effect: a configuration with its
// tasks and the grid of patch groups, Explain, dry run, holds, freezes, rings,
// a second person, and what a real apt then installs.
import { readFileSync } from 'node:fs';

import {
  PATIENCE, accessibility, check, elsewhere, equal, go, main, made, quiet,
  signedIn, test, until,
} from './rig.mjs';

let configuration;

const pathOf = () => `/patch-configurations/${configuration}`;

/** What dpkg says of a package, in the root of the agent. */
function installed(name) {
  const status = readFileSync(made.status, 'utf8');

  return new RegExp(`^Package: ${name}\n(?:.+\n)*?Version: (.+)$`, 'm')
    .exec(status)[1];
}

/** The part of a page below a heading. */
function part(page, name) {
  return page.locator('section').filter({
    has: page.getByRole('heading', { level: 2, name, exact: true }) });
}

/** Presses a button that asks once more. */
async function agreed(page, name, action = name) {
  await page.getByRole('button', { name, exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: action })
    .click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** Saves the configuration; its rings have a button of their own. */
async function save(page) {
  await page.getByRole('button', { name: 'Save', exact: true }).first()
    .click();
}

async function inForce(page, version) {
  await until(`version ${version} is in force`, async () => (await elsewhere(
    page, 'GET', pathOf())).deployed_version === version);
}

/** Whether the newest scan's patch would be deployed, as the API explains. */
async function deployed(page, patch) {
  const { items } = await elsewhere(page, 'GET',
    `/devices/${made.device}/patch-explain?limit=1000`);
  return items.some((one) => one.patch === patch && one.deploy);
}

test('patches are marked in the list and put into a group (P-GRP-3)',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/patch/patches?q=tool');
    await page.getByLabel('Mark row 1', { exact: true }).check();
    await page.getByRole('button', { name: 'Put into a group' }).click();
    await page.getByRole('menuitem', { name: 'kernel' }).click();
    await page.getByText('1 patch is in “kernel”.').waitFor();
    const { items: [group] } = await elsewhere(page, 'GET', '/patch-groups');
    const members = async () => (await elsewhere(page, 'GET',
      `/patch-groups/${group.id}/patches`)).items.map((one) => one.patch);
    equal(await members(), ['tool=2']);
    await go(page, `/patch/groups/${group.id}`); // and by typing
    await page.getByRole('textbox', { name: 'Patches' }).fill('KB9000002');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Put in' }).click();
    await page.getByRole('cell', { name: /KB9000002/ }).waitFor();
    equal((await members()).sort(), ['KB9000002', 'tool=2']);
    quiet(page);
    await context.close();
  });

/** Ticks the group of the grid and presses what is to become of it. */
async function choose(task, choice) {
  await task.getByLabel('Tick: kernel').check();
  await task.getByRole('button', { name: choice, exact: true }).click();
}

/** The page of a new configuration, with its name and devices. */
async function begun(page, name, systems = 'web-1') {
  await go(page, '/patch/configurations/new');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByLabel('Place').fill('1');
  await page.getByRole('textbox', { name: 'Devices' }).fill(systems);
  await page.getByRole('option', { name: new RegExp(systems) }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox', { name: /^All / }).check();
}

test('a group is ticked, included, excluded and cleared in the grid, and the ' +
  'summary beside it follows (P-GRD, P-CFG-6)', async () => {
  const { page, context } = await signedIn();

  await begun(page, 'Servers');
  const summary = page.getByRole('complementary',
    { name: 'What this does' });
  await page.getByRole('tab', { name: 'Windows' }).click();
  let task = page.getByRole('region', { name: 'Routine' });
  await task.getByRole('switch').first().check();
  await choose(task, 'Include');
  await task.getByText('Included', { exact: true }).waitFor();
  await summary.getByText('Patches of the groups kernel').waitFor();
  await choose(task, 'Exclude');
  await task.getByText('Excluded', { exact: true }).waitFor();
  await summary.getByText('Never patches of the groups kernel').waitFor();
  await choose(task, 'Clear');
  await summary.getByText(/kernel/).waitFor({ state: 'detached' });
  equal(await accessibility(page), []);
  await task.getByRole('switch').first().uncheck();

  await page.getByRole('tab', { name: 'Linux' }).click();
  task = page.getByRole('region', { name: 'Routine' });
  await task.getByRole('switch').first().check();
  await task.getByLabel('Runs', { exact: true }).selectOption('daily');
  await task.getByLabel('Selected patches').check();
  equal(await task.getByRole('button', { name: 'Exclude', exact: true })
    .count(), 0); // P-GRP-1: Windows only
  for (const level of await task.getByRole('group', { name: 'Security' })
    .getByRole('checkbox').all()) await level.uncheck();
  await choose(task, 'Include');
  await summary.getByText(/kernel/).waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor();
  configuration = Number(page.url().split('/').pop());
  const { settings } = await elsewhere(page, 'GET', pathOf());
  equal([settings.linux.routine.deploy.include,
    settings.windows.routine.enabled], [['kernel'], false]);
  quiet(page);
  await context.close();
});

test('it is put into force, its agent takes it, and a count of the grid ' +
  'shows which patches it makes available (P-GRD-4 to 7)', async () => {
  const { page, context } = await signedIn();

  await go(page, `/patch/configurations/${configuration}`);
  await agreed(page, 'Put into force');
  await inForce(page, 1);
  await until('the agent has it', async () => (await elsewhere(page, 'GET',
    pathOf())).taken === 1, 4 * PATIENCE);
  await page.getByRole('tab', { name: 'Linux' }).click();
  const task = page.getByRole('region', { name: 'Routine' });
  await task.getByRole('button', { name: 'kernel, Linux: 1' }).click();
  const row = task.getByRole('row', { name: /tool=2/ });
  await row.getByText('Linux').waitFor();
  await row.getByText('Active', { exact: true }).waitFor();
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('Explain says why each patch is deployed or not, and both dry runs what ' +
  'comes next (P-SEL-16, 17)', async () => {
  const { page, context } = await signedIn();

  await go(page, `/devices/${made.device}?tab=patches`);
  const why = part(page, 'Why each is deployed, or not');
  await why.scrollIntoViewIfNeeded();
  await why.getByRole('row', { name: /tool/ }).getByText('Yes',
    { exact: true }).waitFor();
  await why.getByRole('row', { name: /lib/ }).getByText('No',
    { exact: true }).waitFor();
  await part(page, 'What comes next').getByRole('link', { name: 'tool=2' })
    .waitFor();
  equal(await accessibility(page), []);
  await page.locator('#content').getByRole('link', { name: 'Dry run' })
    .click();
  await page.getByText('By “Servers”, version 1').waitFor();
  await page.getByRole('link', { name: 'tool=2', exact: true }).waitFor();
  equal(await page.getByRole('link', { name: 'DSA-9999-1' }).count(), 0);
  await go(page, `/patch/configurations/${configuration}`);
  await page.locator('#content').getByRole('link', { name: 'Dry run' })
    .click();
  await page.getByRole('heading', { level: 2, name: 'web-1' }).waitFor();
  await page.getByRole('link', { name: 'tool=2', exact: true }).waitFor();
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('what is held back is not deployed, says so, and is again once lifted',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/patch/holds');
    await page.getByRole('textbox', { name: 'Held' }).fill('tool=2');
    await page.getByRole('textbox', { name: 'Reason' })
      .fill('breaks the till');
    await page.getByRole('button', { name: 'Hold back' }).click();
    await page.getByText('It is held back.').waitFor();
    equal(await deployed(page, 'tool=2'), false);
    await go(page, `/devices/${made.device}?tab=patches`);
    await page.getByText(/breaks the till/).first().waitFor();
    await go(page, '/patch/holds');
    await agreed(page, 'Lift: tool=2', 'Lift');
    await page.getByText('Lifted', { exact: true }).waitFor();
    equal(await deployed(page, 'tool=2'), true);
    quiet(page);
    await context.close();
  });

test('in a freeze nothing is installed, whatever is ordered; lifted, it is',
  async () => {
    const { page, context } = await signedIn();
    const local = (days) => {
      const at = new Date(Date.now() + days * 86_400_000);
      return new Date(at - at.getTimezoneOffset() * 60_000).toISOString()
        .slice(0, 16);
    };

    await go(page, '/patch/holds?tab=freezes');
    await page.getByRole('textbox', { name: 'Reason' })
      .fill('end of the year');
    await page.getByLabel('Ends').fill(local(-1)); // it never was
    page.expected = ['422'];
    await page.getByRole('button', { name: 'Freeze', exact: true }).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    page.expected = [];
    await page.getByLabel('Ends').fill(local(7));
    await page.getByRole('button', { name: 'Freeze', exact: true }).click();
    await page.getByText('Nothing is deployed in this time.').waitFor();
    equal(await accessibility(page), []);
    await go(page, `/patch/dry-run?devices=${made.device}`);
    await page.getByText('end of the year').first().waitFor();
    await go(page, `/patch/configurations/${configuration}`);
    await agreed(page, 'Deploy now');
    await page.getByRole('heading', { level: 1, name: /^Deployment #/ })
      .waitFor();
    await page.getByRole('row', { name: /web-1/ }).getByText('Frozen')
      .waitFor({ timeout: 2 * PATIENCE });
    equal(installed('tool'), '1');
    await go(page, '/patch/holds?tab=freezes');
    await agreed(page, 'Lift: end of the year', 'Lift');
    await page.getByText('Lifted', { exact: true }).waitFor();
    quiet(page);
    await context.close();
  });

test('Deploy now installs what the group names and nothing else, on the ' +
  'device itself, and the history tells it', async () => {
  const { page, context } = await signedIn();

  equal([installed('tool'), installed('lib')], ['1', '1']);
  await go(page, `/patch/configurations/${configuration}`);
  await agreed(page, 'Deploy now');
  await page.getByRole('heading', { level: 1, name: /^Deployment #/ })
    .waitFor();
  await until('apt installed it', () => installed('tool') === '2',
    6 * PATIENCE);
  await page.getByRole('row', { name: /web-1/ }).getByText('Done')
    .waitFor({ timeout: 2 * PATIENCE });
  equal(installed('lib'), '1');
  await go(page, '/patch/history?tab=patches');
  await page.getByRole('row', { name: /web-1/ }).filter({ hasText: 'tool' })
    .getByText('Installed').first().waitFor();
  await go(page, `/devices/${made.device}?tab=patches`);
  await part(page, 'Missing patches').getByText('tool=2')
    .waitFor({ state: 'detached', timeout: 2 * PATIENCE });
  await part(page, 'What was installed').getByText('1 → 2').waitFor();
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('the hours of staging are those that the day allows, and the next runs ' +
  'say when downloads begin (P-STG-2, 4)', async () => {
  const { page, context } = await signedIn();

  await go(page, `/patch/configurations/${configuration}`);
  await page.getByRole('tab', { name: 'Windows' }).click();
  const task = page.getByRole('region', { name: 'Routine' });
  await task.getByRole('switch').first().check();
  await task.getByLabel('Runs', { exact: true })
    .selectOption('monthly_date');
  await task.getByLabel('Time').fill('08:30');
  const hours = task.getByLabel('Download before (hours)');
  await task.getByText('at most 8').waitFor(); // the first of the month
  await hours.fill('9');
  await hours.blur();
  equal(await hours.inputValue(), '8');
  await task.getByRole('region', { name: 'The next runs' })
    .getByText(/downloads from .*00:30/).first().waitFor();
  await hours.fill('0');
  await task.getByLabel('Time').fill('00:30');
  await task.getByText('nothing can be downloaded before').waitFor();
  await task.getByLabel('Time').fill('23:00');
  await task.getByText('at most 23').waitFor();
  equal(await accessibility(page), []);
  quiet(page);
  await page.close({ runBeforeUnload: false });
  await context.close();
});

test('the countdown before a reboot is played as the user would see it ' +
  '(P-RBX)', async () => {
  const { page, context } = await signedIn();

  await go(page, `/patch/configurations/${configuration}`);
  await page.getByLabel('Experience for requests that are')
    .selectOption('critical');
  await page.getByLabel('Countdown (minutes)').fill('2');
  await page.getByLabel('One extension adds').fill('5');
  await page.getByLabel('All extensions together').fill('5');
  await page.getByLabel('Message to the user').fill('Save what you do.');
  const preview = page.getByRole('group', { name: 'Preview for the user' });
  await preview.getByText('Save what you do.').waitFor();
  await preview.getByRole('button', { name: 'Play the countdown' }).click();
  const timer = preview.getByRole('timer');
  const first = await timer.innerText();
  await until('it counts down', async () =>
    await timer.innerText() !== first);
  const extend = preview.getByRole('button', { name: '5 more minutes' });
  await extend.click();
  equal(await extend.isDisabled(), true); // the most there is
  equal(await accessibility(page), []);
  await preview.getByRole('button', { name: 'Restart now' }).click();
  await preview.getByText('The device would restart now.').waitFor();
  quiet(page);
  await context.close();
});

test('somebody else\'s version is shown, not overwritten, and mine is saved ' +
  'over it when I say so', async () => {
  const { page, context } = await signedIn();

  await go(page, `/patch/configurations/${configuration}`);
  const theirs = await elsewhere(page, 'GET', pathOf());
  await elsewhere(page, 'PUT', pathOf(), {
    settings: { ...theirs.settings, comment: 'theirs' },
    targets: theirs.targets, place: theirs.place, confirm: true,
  }, theirs.revision);
  page.expected = ['412'];
  await page.getByLabel('Comment').fill('mine');
  await save(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Nothing of yours was saved yet.').waitFor();
  await dialog.getByText('theirs').first().waitFor();
  equal(await accessibility(page), []);
  equal((await elsewhere(page, 'GET', pathOf())).settings.comment, 'theirs');
  await dialog.getByRole('button', { name: 'Go on editing' }).click();
  equal(await page.getByLabel('Comment').inputValue(), 'mine'); // not lost
  await save(page);
  await dialog.getByRole('button', { name: 'Save mine over it' }).click();
  await page.getByText('was saved as version 3').waitFor();
  equal((await elsewhere(page, 'GET', pathOf())).settings.comment, 'mine');
  await page.getByRole('button', { name: 'What changed: 3' }).click();
  await page.getByRole('row', { name: /comment/ }).getByText('theirs')
    .waitFor(); // nothing of theirs is lost either: it is version 2
  quiet(page);
  await context.close();
});

/** From how many devices on a second person must agree; 0: never. */
async function secondPerson(page, n) {
  await go(page, '/administration/settings#patching');
  const area = part(page, 'Patching');
  await area.getByLabel('Second person from so many devices on')
    .fill(String(n));
  await area.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
}

test('a version for many devices waits for a second person, whom its author ' +
  'cannot be', async () => {
  const { page, context } = await signedIn();

  await secondPerson(page, 1);
  await go(page, `/patch/configurations/${configuration}`);
  await agreed(page, 'Put into force');
  const waits = part(page, 'Waits for approval');
  await waits.getByText('asked to put version 3 into force').waitFor();
  equal((await elsewhere(page, 'GET', pathOf())).deployed_version, 1);
  page.expected = ['403', '409'];
  await agreed(page, 'Approve'); // mine
  await page.getByRole('status').getByText(/second|another|own/i).waitFor();
  equal((await elsewhere(page, 'GET', pathOf())).deployed_version, 1);
  page.expected = [];
  const other = await signedIn({}, 'second');
  await go(other.page, `/patch/configurations/${configuration}`);
  equal(await accessibility(other.page), []);
  await agreed(other.page, 'Approve');
  await inForce(page, 3);
  await part(other.page, 'Who agreed').getByRole('row', { name: /second/ })
    .getByText('Approved').waitFor();
  quiet(other.page);
  await other.context.close();
  await secondPerson(page, 0);
  quiet(page);
  await context.close();
});

test('a rollout in rings begins, is paused and goes on (P-RNG-1, 2)', async () => {
  const { page, context } = await signedIn();
  const rollout = () => elsewhere(page, 'GET', `${pathOf()}/rings`);

  await go(page, `/patch/configurations/${configuration}`);
  for (const [i, name] of ['pilot', 'rest'].entries()) {
    await page.getByRole('button', { name: 'Add a ring' }).click();
    const ring = page.getByRole('group', { name: `Ring ${i + 1}` });
    await ring.getByLabel('Name').fill(name);
    if (i === 0)
      await ring.getByLabel('Label').selectOption({ label: 'first' });
  }
  await part(page, 'Rings').getByRole('button', { name: 'Save' }).click();
  await page.getByText('The rings were saved').waitFor();
  equal((await rollout()).rings.map((one) => one.name), ['pilot', 'rest']);
  const shown = part(page, 'Rollout');
  await shown.waitFor();
  for (const [move, state] of [['Pause', 'paused'], ['Go on', 'running']]) {
    await agreed(page, move);
    await until(state, async () => ['running', 'waiting'].includes(
      (await rollout()).state) === (state === 'running'));
  }
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('a run that goes on is cancelled, and says so', async () => {
  const { page, context } = await signedIn();
  const { items: [other] } = await elsewhere(page, 'GET', '/devices?q=pc-1');
  const { id } = await elsewhere(page, 'POST', '/patch-configurations', {
    settings: { name: 'Desktops', windows: { routine: { enabled: true,
      schedule: { type: 'daily', time: '03:00' } } } },
    targets: { devices: [other.id], systems: [''] }, place: 1,
    confirm: true });

  await elsewhere(page, 'POST', `/patch-configurations/${id}/deploy`, {});
  await go(page, `/patch/configurations/${id}`);
  await agreed(page, 'Deploy now');
  await page.getByRole('row', { name: /pc-1/ }).waitFor();
  const run = Number(page.url().split('/').pop());
  await agreed(page, 'Cancel run');
  await until('it is cancelled', async () => (await elsewhere(page, 'GET',
    `/patch-runs/${run}`)).state === 'cancelled');
  await page.getByText('Cancelled').first().waitFor();
  await page.getByRole('button', { name: 'Cancel run' })
    .waitFor({ state: 'detached' });
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('all devices are scanned by a button, and the run shows how far it is',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/patch/runs');
    await agreed(page, 'Scan all devices', 'Scan');
    await page.getByRole('heading', { level: 1, name: /^Scan #/ }).waitFor();
    await page.getByRole('row', { name: /web-1/ }).getByText('Done')
      .waitFor({ timeout: 4 * PATIENCE });
    equal(await accessibility(page), []);
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
  await page.getByRole('cell', { name: 'pc-1' }).first().waitFor();
  for (const [kind, begins] of [['CSV', ''], ['XLSX', 'PK']])
    await exported(page, page, kind, begins);
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

/** Saves as a file by the menu of a part of the page, and gives its bytes. */
async function exported(page, of, kind, begins) {
  await of.getByRole('button', { name: 'Export' }).first().click();
  const [file] = await Promise.all([page.waitForEvent('download'),
    page.getByRole('menuitem', { name: kind, exact: true }).click()]);
  const bytes = readFileSync(await file.path());

  check(bytes.length > 20 && bytes.subarray(0, begins.length)
    .toString('latin1') === begins,
  `${kind}: ${bytes.subarray(0, 80).toString()}`);
  return bytes.toString();
}

test('charts of the history and of compliance are saved as pictures and as ' +
  'numbers (P-HIS-1, P-RPT-3)', async () => {
  const { page, context } = await signedIn({ acceptDownloads: true });

  await go(page, '/patch/history');
  const days = page.getByRole('figure', { name: 'Deployed by day' });
  await days.locator('canvas').waitFor();
  await exported(page, days, 'PNG', '\x89PNG');
  const csv = await exported(page, days, 'CSV', '');
  check(/Day.*Successful.*Failed/.test(csv) && /^\S+,1,0/m.test(csv), csv);
  await go(page, '/patch/compliance');
  await page.getByRole('textbox', { name: 'Name', exact: true })
    .fill('critical ones');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'critical ones' })
    .waitFor();
  await page.getByRole('button', { name: 'Calculate' }).click();
  const score = page.getByRole('figure', { name: 'critical ones: Score' });
  await score.locator('canvas').waitFor();
  await exported(page, score, 'PNG', '\x89PNG');
  check((await exported(page, score, 'CSV', '')).includes('Score'), 'CSV');
  await score.getByRole('button', { name: 'Show table' }).click();
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('columns of Patch Intelligence are chosen, and stay chosen elsewhere ' +
  '(P-INT-3)', async () => {
  const { page, context } = await signedIn();
  const head = (one, name) => one.getByRole('columnheader', { name });

  await go(page, '/patch/patches');
  await head(page, 'CVSS').waitFor();
  equal(await head(page, 'Reported issues').count(), 0);
  await page.getByRole('button', { name: 'Columns' }).click();
  const choice = page.getByRole('dialog');
  await choice.getByLabel('Reported issues').click();
  await head(page, 'Reported issues').waitFor();
  equal(await accessibility(page), []);
  await choice.getByLabel('CVSS').click();
  await head(page, 'CVSS').waitFor({ state: 'detached' });
  quiet(page);
  await context.close();
  const other = await signedIn();
  await go(other.page, '/patch/patches');
  await head(other.page, 'Reported issues').waitFor();
  equal(await head(other.page, 'CVSS').count(), 0);
  quiet(other.page);
  await other.context.close();
});

await main();
