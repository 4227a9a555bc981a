// SPDX-License-Identifier: Apache-2.0
//
// What an administrator does in the console, from click to effect, against a
// real server with a real agent; and what the console says when things fail.
import {
  NARROW, PATIENCE, accessibility, address, check, elsewhere, equal, filled,
  go, main, made, open, password, person, quiet, settled, signedIn, test, until,
} from './rig.mjs';

const DEVICES = '**/api/v1/devices?*';

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

test('a CVE of a list leads to what is known of it and to what it means here',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/assess/catalogue?view=affected&cve=' + made.cve);
    await page.getByRole('link', { name: made.cve }).first().click();
    await page.getByRole('heading', { level: 1, name: made.cve }).waitFor();
    await settled(page);
    check(page.url().endsWith(`/cve/${made.cve}`), page.url());
    await page.getByText('CVSS:3.1/AV:N').waitFor();
    await page.getByText('12.3% within 30 days').waitFor();
    await page.getByText('used in campaigns').waitFor();
    await page.getByRole('link', { name: 'DSA-9001-1' }).first().waitFor();
    equal(await accessibility(page), []);
    await page.getByRole('table', { name: 'Affected devices' })
      .getByRole('link', { name: 'web-1' }).click();
    await page.getByRole('heading', { level: 1, name: 'web-1' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'DSA-9001-1' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'DSA-9001-1' })
      .waitFor();
    await page.getByRole('cell', { name: '3.0.99-1' }).first().waitFor();
    await page.getByRole('link', { name: made.cve }).waitFor();
    await settled(page);
    equal(await accessibility(page), []);
    await page.reload(); // the address is one of the server's pages
    await page.getByRole('heading', { level: 1, name: 'DSA-9001-1' })
      .waitFor();
    quiet(page);
    await context.close();
  });

test('advisories are found by text and severity', async () => {
  const { page, context } = await signedIn();

  await go(page, '/assess/advisories');
  await page.getByRole('link', { name: 'DSA-9001-1' }).waitFor();
  equal(await accessibility(page), []);
  await page.getByRole('searchbox').fill('no such advisory');
  await page.getByRole('link', { name: 'DSA-9001-1' }).waitFor(
    { state: 'detached' });
  quiet(page);
  await context.close();
});

test('the history of a device says when its findings opened (D-35)',
  async () => {
    const { page, context } = await signedIn();

    await go(page, `/devices/${made.device}?tab=history`);
    const table = page.getByRole('table',
      { name: 'Findings that opened and closed' });
    await table.getByText('Opened', { exact: true }).first().waitFor();
    await table.getByRole('link', { name: /^CVE-/ }).first().waitFor();
    equal(await accessibility(page), []);
    await page.getByLabel('Change').selectOption('closed');
    await page.getByText('Nothing matches').or(page.getByText(
      'No finding opened or closed')).first().waitFor();
    quiet(page);
    await context.close();
  });

test('an image is brought, checked, given to a device that fetches, and ' +
  'taken away (R-AUS-10)', async () => {
  const { page, context } = await signedIn();
  const server = await elsewhere(page, 'POST', '/device-servers', {
    kind: 'aus', name: 'firewalls', address: '192.0.2.1', port: 8443,
    networks: '192.0.2.0/24' });
  await elsewhere(page, 'POST', '/network/devices', { name: 'fw-1',
    family: 'asa', server: server.id, identity: 'fw-1' });

  await go(page, '/network/images');
  await page.getByText('There is no image.').waitFor();
  equal(await accessibility(page), []);
  const bring = async (md5) => {
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'asa9.bin', mimeType: 'application/octet-stream',
      buffer: Buffer.from('not a real image') });
    await dialog.getByLabel('MD5').fill(md5);
    await dialog.getByRole('button', { name: 'Add image' }).click();
    return dialog;
  };
  await page.getByRole('button', { name: 'Add image' }).click();
  page.expected = ['422'];
  const dialog = await bring('0'.repeat(32));
  await dialog.getByRole('alert').first().waitFor(); // another file
  equal(await accessibility(page), []);
  page.expected = [];
  await bring('');
  await page.getByRole('cell', { name: /asa9.bin MD5/ }).waitFor();
  await page.getByRole('button', { name: 'Give to a device: asa9.bin' })
    .click();
  await dialog.getByLabel('Device *').selectOption({ label: 'fw-1 (fw-1)' });
  equal(await accessibility(page), []);
  await dialog.getByRole('button', { name: 'Give to a device' }).click();
  await page.getByRole('status').getByText('fw-1').waitFor();
  const { items } = await elsewhere(page, 'GET', '/staged');
  equal([items[0].kind, items[0].device_name], ['image', 'fw-1']);
  await elsewhere(page, 'DELETE', `/staged/${items[0].id}`);
  await page.getByRole('button', { name: 'Delete: asa9.bin' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('There is no image.').waitFor();
  quiet(page);
  await context.close();
});

test('what somebody without that right said of a device is confirmed before ' +
  'its credential is used', async () => {
  const { page, context } = await signedIn();
  const role = await elsewhere(page, 'POST', '/roles', { name: 'adder',
    permissions: ['network.read', 'network.write', 'device.read'] });
  await elsewhere(page, 'POST', '/users', { login: 'ada', password,
    roles: [role.id] });
  const credential = await elsewhere(page, 'POST', '/network/credentials',
    { name: 'edge', login: 'netop', password: 'never-shown-1' });
  const other = await signedIn({}, 'ada');
  const device = await elsewhere(other.page, 'POST', '/network/devices', {
    name: 'edge-9', family: 'ios', address: '192.0.2.9',
    credential: credential.id });
  equal(device.confirmed, false);
  await go(other.page, `/network/devices/${device.id}`);
  await other.page.getByText('Ask somebody who keeps credentials').waitFor();
  equal(await other.page.getByRole('button', { name: 'Confirm' }).count(), 0);

  await go(page, '/network/devices');
  await page.getByText('To be confirmed').waitFor();
  await page.getByRole('link', { name: 'edge-9' }).click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  equal(await accessibility(page), []);
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm' })
    .click();
  await page.getByText('Confirmed: its credential').waitFor();
  equal((await elsewhere(page, 'GET', `/network/devices/${device.id}`))
    .confirmed, true);
  quiet(page);
  quiet(other.page);
  await other.context.close();
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

const ACCOUNT = '/administration/users/1';

async function nameIs(page) {
  return page.evaluate(async () =>
    (await (await fetch('/api/v1/users/1')).json()).name);
}

test('two people who edit the same account cannot overwrite each other unseen',
  async () => {
    const [ann, bob] = [await signedIn(), await signedIn()];

    for (const { page } of [ann, bob]) await go(page, ACCOUNT);
    await ann.page.locator('input[name=name]').fill('Ann was here');
    await ann.page.locator('button[type=submit]').click();
    await ann.page.getByText('Saved.').waitFor();
    bob.page.expected = ['412'];
    await bob.page.locator('input[name=name]').fill('Bob was here');
    await bob.page.locator('button[type=submit]').click();
    const dialog = bob.page.getByRole('dialog');
    await dialog.getByText('Ann was here').waitFor();
    equal(await accessibility(bob.page), []);
    equal(await nameIs(bob.page), 'Ann was here');
    await dialog.getByRole('button').last().click(); // keep mine: said so
    await dialog.waitFor({ state: 'detached' });
    await bob.page.getByText('Saved.').waitFor();
    equal(await nameIs(bob.page), 'Bob was here');
    quiet(ann.page);
    quiet(bob.page);
    await ann.context.close();
    await bob.context.close();
  });

test('what is not possible now (409) is said with its reason', async () => {
  const { page, context } = await signedIn();

  await go(page, ACCOUNT);
  page.expected = ['409'];
  await page.route('**/api/v1/users/1', (route) =>
    route.request().method() === 'PATCH' ?
      problem(409, 'the last administrator stays')(route) :
      route.continue());
  await page.locator('input[name=name]').fill('Nobody');
  await page.locator('button[type=submit]').click();
  await page.getByRole('alert').getByText('the last administrator stays')
    .waitFor();
  quiet(page);
  await context.close();
});

test('a patch configuration is saved as a version and put into force',
  async () => {
    const { page, context } = await signedIn();
    const path = `/patch/configurations/${made['patch-configuration']}`;
    const inForce = () => page.evaluate(async (id) => (await (await fetch(
      `/api/v1/patch-configurations/${id}`)).json()).deployed_version,
    made['patch-configuration']);

    await go(page, path);
    await page.getByText('What this does').waitFor(); // P-CFG-6
    await page.getByLabel('Comment').fill('for the web servers');
    await page.locator('button[type=submit]').first().click();
    const dialog = page.getByRole('dialog'); // every device: asks (K-DEP-7)
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('was saved as version 2').waitFor();
    equal(await inForce(), 1);
    await page.getByRole('button', { name: 'Put into force' }).click();
    await dialog.getByRole('button', { name: 'Put into force' }).click();
    await dialog.waitFor({ state: 'detached' });
    await until('it is in force', async () => await inForce() === 2);
    quiet(page);
    await context.close();
  });

test('an address that is no page says so and leads back', async () => {
  const { page, context } = await signedIn();

  await go(page, '/no/such/page');
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  equal(await page.getByRole('heading', { level: 1 }).count(), 1);
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('a definition says why a device is affected (K-CAT-2 to 5), and gives ' +
  'its devices a label that is taken back in one step (K-AFF-3)', async () => {
  const { page, context } = await signedIn();
  const { items: [worst] } = await elsewhere(page, 'GET',
    '/catalogue?view=affected&limit=1');

  await go(page, `/assess/catalogue?q=${worst.id}`);
  await page.getByRole('link', { name: worst.title, exact: true }).first()
    .click();
  await page.getByRole('heading', { level: 1, name: worst.title }).waitFor();
  await page.getByRole('button', { name: /^Why is it so on/ }).first().click();
  const why = page.getByRole('dialog');
  await why.getByText('compared').first().waitFor();
  equal(await accessibility(page), []);
  await page.keyboard.press('Escape');
  await why.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Apply label to affected devices' })
    .click();
  await page.getByLabel('Name of the new label').fill('to be patched');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('labelled (0 had it already)').waitFor();
  const labelled = async () => (await elsewhere(page, 'GET',
    '/labels?limit=1000')).items.find((one) => one.name === 'to be patched')
    .members;
  equal(await labelled(), worst.affected);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('The label was taken from').waitFor();
  equal(await labelled(), 0);
  quiet(page);
  await context.close();
});

test('two people who edit a schedule do not overwrite each other, and Run ' +
  'Now asks to save first (K-SET-5)', async () => {
  const { page, context } = await signedIn();
  const path = `/configurations/${made.configuration}`;

  await go(page, `/assess/schedules/${made.configuration}`);
  const theirs = await elsewhere(page, 'GET', path);
  await elsewhere(page, 'PUT', path, {
    name: 'theirs', enabled: true, while_logged_off: true,
    targets: { systems: [''] }, confirm_all: true,
    schedule: theirs.schedule, zone: '',
  }, theirs.revision);
  const name = page.getByRole('textbox', { name: 'Name' }).first();
  await name.fill('mine');
  page.expected = ['412'];
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const all = page.getByRole('dialog');
  await all.getByRole('button', { name: 'Save' }).click(); // K-DEP-7
  await page.getByText('Changed by somebody else').waitFor();
  await page.getByRole('cell', { name: 'theirs' }).waitFor();
  equal(await accessibility(page), []);
  equal((await elsewhere(page, 'GET', path)).name, 'theirs');
  await page.getByRole('button', { name: 'Take theirs, drop mine' }).click();
  equal(await name.inputValue(), 'theirs');
  await name.fill('nightly');
  await page.getByRole('button', { name: 'Run Now' }).click();
  await page.getByText('Save first?').waitFor();
  await page.getByRole('button', { name: 'Save and Run Now' }).click();
  await page.getByText('All devices?').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).last()
    .click();
  await page.getByRole('heading', { level: 1, name: /^nightly #/ }).waitFor();
  await page.getByRole('link', { name: 'web-1' }).waitFor();
  await page.getByText('Done').first().waitFor({ timeout: 4 * PATIENCE });
  quiet(page);
  await context.close();
});

/** What is in force, and its revision, for another person to change it. */
function settings(page) {
  return page.evaluate(async () => {
    const answer = await fetch('/api/v1/settings?limit=1000');
    const { items } = await answer.json();
    return { revision: answer.headers.get('ETag').match(/[0-9]+/)[0],
      of: Object.fromEntries(items.map((one) => [one.name, one.value])) };
  });
}

test('a setting that somebody else changed is shown, not overwritten',
  async () => {
    const { page, context } = await signedIn();
    const most = 'session.most';
    const change = async (values) => elsewhere(page, 'PATCH', '/settings',
      { values }, (await settings(page)).revision);

    await change({ [most]: 20 });
    await go(page, '/administration/settings#session');
    const field = page.getByRole('textbox', {
      name: 'Sessions of one user at a time' });
    const save = page.locator('form', { has: field }).getByRole('button', {
      name: 'Save' });
    await field.fill('30');
    await change({ [most]: 7, 'session.idle_s': 3000 });
    await save.click();
    await page.getByText('Changed by somebody else').waitFor();
    await page.getByRole('cell', { name: '7', exact: true }).waitFor();
    equal(await accessibility(page), []);
    equal((await settings(page)).of[most], '7');
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText('Saved').first().waitFor();
    equal((await settings(page)).of[most], '30');
    equal((await settings(page)).of['session.idle_s'], '3000');
    quiet(page);
    await context.close();
  });

test('a schedule that never runs is refused at its field (K-CRN-9), and the ' +
  'next ten runs are shown (K-SCH-8)', async () => {
  const { page, context } = await signedIn();

  await go(page, '/assess/schedules/new');
  const runs = page.getByLabel('Runs', { exact: true });
  await runs.selectOption('cron');
  const preview = page.getByRole('region', { name: 'The next runs' });
  await until('ten runs are shown', async () =>
    await preview.getByRole('listitem').count() === 10);
  page.expected = ['422'];
  await page.getByLabel('Cron expression').fill('0 0 31 2 *');
  await preview.getByRole('alert').waitFor();
  await page.getByRole('textbox', { name: 'Name' }).first().fill('never');
  await page.getByRole('checkbox', { name: /^All / }).check();
  await page.getByText('all of the organisation').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.locator('[aria-invalid=true]').first().waitFor();
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('marked devices get a label, and its query shows whom it means',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/devices?q=pc-');
    await page.getByLabel('Mark row 1', { exact: true }).check();
    await page.getByLabel('Mark row 2', { exact: true }).check();
    await page.getByRole('button', { name: 'Labels' }).click();
    await page.getByRole('menuitem', { name: 'Give a label' }).click();
    await page.getByLabel('Label').last().selectOption(
      { label: 'test machines' });
    await page.getByRole('button', { name: /^Apply/ }).click();
    await page.getByText('2 devices labelled').waitFor();
    await go(page, '/devices/labels/new');
    await page.getByLabel('Kind').selectOption('smart');
    await page.getByRole('textbox', { name: 'Query' }).fill(
      'label("test machines")');
    await page.getByText('2 devices are meant now').waitFor();
    equal(await accessibility(page), []);
    quiet(page);
    await context.close();
  });

await main();
