// SPDX-License-Identifier: Apache-2.0
//
// People and what they may: second factor, single sign-on, users, roles,
// tokens, the audit log, the server about itself.
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';

import {
  PATIENCE, accessibility, address, check, elsewhere, equal, filled, go, main,
  made, open, password, person, quiet, settled, signedIn, test, until,
} from './rig.mjs';

const STEP_S = 30;

function stepOf(ms = Date.now()) {
  return Math.floor(ms / 1000 / STEP_S);
}

/** The code of a step (RFC 6238), as an app on a phone makes it. */
function codeOf(secret, step) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/[\s=]/g, '')]
    .map((one) => letters.indexOf(one).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? [])
    .map((one) => parseInt(one, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;

  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

async function typeIn(page, login, secret = password) {
  await page.locator('input[autocomplete=username]').fill(login);
  await page.locator('input[autocomplete=current-password]').fill(secret);
  await page.keyboard.press('Enter');
}

async function atSignIn(expected = ['401']) {
  await filled();
  const page = await open(await person(), expected);

  await page.goto(`${address}/`);
  await page.locator('input[autocomplete=username]').waitFor();
  return page;
}

async function signOut(page) {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.locator('input[autocomplete=username]').waitFor();
}

async function isIn(page) {
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await settled(page);
}

test('a second factor is set up with a phone, asked for at sign-in, and ' +
  'stands in for by a recovery code once (X-3)', async () => {
  const { page, context } = await signedIn({}, 'vera');

  page.expected = ['401'];
  await go(page, '/account');
  await page.getByRole('button', { name: 'Set up a second factor' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Begin' }).click();
  const secret = (await dialog.getByLabel('Secret', { exact: true })
    .innerText()).trim();
  equal(await accessibility(page), []);
  const used = stepOf();
  await dialog.getByRole('textbox', { name: 'Code of the second factor' })
    .fill(codeOf(secret, used));
  await dialog.getByRole('button', { name: 'Confirm with this code' }).click();
  const [recovery] = (await dialog.getByLabel('Recovery codes').innerText())
    .trim().split(/\s+/);
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('Set up', { exact: true }).waitFor();

  await signOut(page);
  await typeIn(page, 'vera');
  const code = page.locator('input[autocomplete=one-time-code]');
  await code.waitFor(); // the password was right: now the code
  equal(await accessibility(page), []);
  await code.fill('000000');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').first().waitFor();
  await code.fill(recovery);
  await page.keyboard.press('Enter');
  await isIn(page);

  await signOut(page);
  await until('the next code', () => stepOf() > used, 2 * PATIENCE);
  await typeIn(page, 'vera');
  await code.fill(codeOf(secret, stepOf()));
  await page.keyboard.press('Enter');
  await isIn(page);
  quiet(page);
  await context.close();
});

test('an administrator takes a lost second factor away', async () => {
  const { page, context } = await signedIn();

  await go(page, `/administration/users/${made.user}`);
  await page.getByRole('button', { name: 'Remove the second factor' })
    .click();
  await page.getByRole('dialog').getByRole('button',
    { name: 'Remove the second factor' }).click();
  await page.getByText('Done.', { exact: true }).waitFor();
  equal((await elsewhere(page, 'GET', `/users/${made.user}`)).second_factor,
    false);
  const other = await atSignIn();
  await typeIn(other, 'vera');
  await isIn(other);
  quiet(page);
  quiet(other);
  await other.context().close();
  await context.close();
});

/** A log-in through a service, as the person that the provider knows. The page
 * of the way back may load nothing, not even its icon. */
async function through(button, who, expected = []) {
  writeFileSync(made.who, JSON.stringify(who));
  const page = await atSignIn(['401', 'favicon', ...expected]);
  page.elsewhere = made.provider;
  await page.getByRole('button', { name: button }).click();
  return page;
}

test('OpenID Connect leads to the provider and back into the console (X-3)',
  async () => {
    const page = await through(/OpenID/, {});

    await isIn(page);
    await page.getByRole('button', { name: 'Account of Oda Example' })
      .waitFor();
    equal((await elsewhere(page, 'GET', '/session')).source, 'oidc');
    quiet(page);
    await page.context().close();
  });

test('who is known to the provider and not here comes back to the sign-in ' +
  'page with a sentence and a way on', async () => {
  const page = await through(/OpenID/, { sub: 'x', groups: ['others'],
    preferred_username: 'eve' }, ['403']);

  await page.getByRole('alert').getByText('You were recognised').waitFor();
  equal(new URL(page.url()).hash, '');
  equal(await accessibility(page), []);
  writeFileSync(made.who, '{}');
  await page.getByRole('button', { name: /OpenID/ }).click();
  await isIn(page);
  quiet(page);
  await page.context().close();
});

test('a log-in that was not begun here, or that the provider refused, ends ' +
  'at the sign-in page', async () => {
  const page = await atSignIn(['401', '403', 'favicon']);

  await page.goto(`${address}/api/v1/sign-on/oidc/callback?code=x&state=y`);
  await page.getByRole('alert').getByText('was not begun in this browser')
    .waitFor();
  await page.locator('input[autocomplete=username]').waitFor();
  // A word that is none of ours is not shown.
  await page.goto(`${address}/#sign-on=call-0900-1234`);
  await page.reload();
  await page.locator('input[autocomplete=username]').waitFor();
  equal(await page.getByRole('alert').count(), 0);
  quiet(page);
  await page.context().close();
});

test('SAML leads to the provider and back into the console, or to a sentence',
  async () => {
    await filled();
    if (!made.saml) return 'needs xmlsec for Python';
    const page = await through(/SAML/, { groups: ['others'] }, ['403']);

    await page.getByRole('alert').getByText('You were recognised').waitFor();
    writeFileSync(made.who, '{}');
    await page.getByRole('button', { name: /SAML/ }).click();
    await isIn(page);
    equal((await elsewhere(page, 'GET', '/session')).source, 'saml');
    quiet(page);
    await page.context().close();
  });

test('a role is made, a person gets it and sees no more than it shows',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/administration/roles/new');
    await page.getByRole('textbox', { name: 'Name' }).fill('catalogue only');
    await page.getByRole('group', { name: 'Reports' }).getByLabel('read')
      .check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'catalogue only' })
      .waitFor();
    await go(page, '/administration/users');
    const form = page.locator('form');
    await form.getByLabel('Login').fill('rob');
    await form.locator('input[autocomplete=new-password]').fill('short');
    page.expected = ['422'];
    await form.getByRole('button', { name: 'Add' }).click();
    await form.getByRole('alert').first().waitFor();
    await form.locator('input[autocomplete=new-password]').fill(password);
    await form.getByRole('textbox', { name: 'Roles' }).click({ force: true });
    await page.getByRole('option', { name: 'catalogue only' }).click();
    await page.keyboard.press('Escape');
    await form.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('heading', { level: 1, name: 'rob' }).waitFor();

    const rob = await signedIn({}, 'rob');
    await rob.page.getByRole('heading', { level: 1, name: 'Overview' })
      .waitFor();
    await rob.page.getByText('Due in the next 24 hours: shown to those who ' +
      'may read “Schedules”.').waitFor();
    equal(await accessibility(rob.page), []);
    rob.page.expected = ['403'];
    const menu = rob.page.getByRole('navigation').first();
    await menu.getByRole('link', { name: /catalogue/i }).first().waitFor();
    equal(await menu.getByRole('link', { name: 'Users' }).count(), 0);
    equal(await rob.page.evaluate(async () =>
      (await fetch('/api/v1/users')).status), 403);
    rob.page.expected = ['403', '401'];
    // What ends a person ends them everywhere.
    await page.getByLabel('Disabled: may not log in').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await rob.page.goto(`${address}/assess/catalogue`);
    await typeIn(rob.page, 'rob');
    await rob.page.getByRole('alert').first().waitFor();
    quiet(page);
    quiet(rob.page);
    await rob.context.close();
    await context.close();
  });

test('a token is shown once, lets a program in, and is withdrawn',
  async () => {
    const { page, context } = await signedIn();
    const asProgram = (token) => page.evaluate(async (text) =>
      (await fetch('/api/v1/labels', { credentials: 'omit',
        headers: { Authorization: `Bearer ${text}` } })).status, token);

    await go(page, '/administration/tokens');
    await page.getByRole('textbox', { name: 'Name' }).fill('nightly script');
    await page.getByRole('textbox', { name: 'Permissions' }).click();
    await page.getByRole('option', { name: 'label.read' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const token = (await page.getByLabel('Token', { exact: true })
      .innerText()).trim();
    equal(await accessibility(page), []);
    equal(await asProgram(token), 200);
    page.expected = ['401'];
    await page.getByRole('button', { name: 'Revoke: nightly script' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' })
      .click();
    await until('the token ends', async () => await asProgram(token) === 401);
    await page.reload();
    await settled(page);
    equal(await page.getByText(token).count(), 0);
    quiet(page);
    await context.close();
  });

test('the audit log tells who did what, and its chain is verified (X-4)',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/administration/audit?action=role.created');
    await page.getByText('catalogue only').first().waitFor();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText(/The chain of \d+ entries is intact/).waitFor();
    equal(await accessibility(page), []);
    quiet(page);
    await context.close();
  });

test('the server says of itself whether there is a backup (K-APP)',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/administration/health');
    const row = page.getByRole('row', { name: /^Backup/ });
    await row.getByText(/Needs attention|Unknown/).waitFor(); // none was made
    check((await row.innerText()).length > 20, await row.innerText());
    equal(await accessibility(page), []);
    quiet(page);
    await context.close();
  });

test('a refusal is said in the language of the reader, and again when that ' +
  'changes (X-9)', async () => {
  const { page, context } = await signedIn({ locale: 'fr-FR' }, 'admin',
    ['422']);

  await go(page, '/devices/labels/new');
  await page.getByLabel('Type', { exact: true }).selectOption('smart');
  await page.getByRole('textbox', { name: 'Requête' }).fill('colour = 1');
  await page.getByText('colonne 1 : il n’y a pas de champ « colour »')
    .waitFor();
  await page.getByText('nom de code, comme bookworm').waitFor(
    { state: 'attached' });
  await page.getByRole('button', { name: /^Compte de/ }).click();
  await page.getByRole('menuitem', { name: 'Nederlands' }).click();
  await page.getByText('kolom 1: er is geen veld \'colour\'').waitFor();
  await page.getByText('codenaam, zoals bookworm').waitFor(
    { state: 'attached' });
  equal(await accessibility(page), []);
  quiet(page);
  await context.close();
});

test('single sign-on to an account with a second factor here leads to the ' +
  'way that asks for it', async () => {
  const page = await atSignIn();

  await page.goto(`${address}/#sign-on=code`); // as the server sends it
  await page.reload();
  await page.getByRole('alert').getByText('second factor here').waitFor();
  await page.locator('input[autocomplete=one-time-code]').waitFor();
  equal(new URL(page.url()).hash, '');
  equal(await accessibility(page), []);
  await page.locator('input[autocomplete=one-time-code]').fill('123456');
  await typeIn(page, 'vera');
  await isIn(page);
  quiet(page);
  await page.context().close();
});

test('an organisation is made, entered, and one goes back (X-1)', async () => {
  const { page, context } = await signedIn();

  await go(page, '/administration/organisations');
  await page.getByText('You act here').waitFor();
  await page.getByRole('region').or(page.locator('section')).filter({
    has: page.getByRole('heading', { name: 'New organisation' }) })
    .getByLabel('Name').fill('Subsidiary');
  await page.getByRole('button', { name: 'Add' }).first().click();
  await page.getByRole('cell', { name: 'Subsidiary', exact: true }).waitFor();
  equal(await accessibility(page), []);
  await page.getByRole('button', { name: 'Switch to it: Subsidiary' })
    .click();
  const rename = page.getByRole('button', { name: 'Rename: Subsidiary' });
  await rename.waitFor();
  await rename.click();
  await page.getByRole('dialog').getByLabel('Name').fill('Daughter');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' })
    .click();
  await page.getByRole('cell', { name: 'Daughter', exact: true }).waitFor();
  equal((await elsewhere(page, 'GET', '/session')).organisation.name,
    'Daughter');
  await go(page, '/administration/users');
  equal(await page.getByRole('link', { name: 'vera' }).count(), 0);
  await go(page, '/administration/organisations');
  await page.getByRole('button', { name: /^Switch to it/ }).click();
  await page.getByRole('button', { name: /^Switch to it: Daughter/ })
    .waitFor();
  quiet(page);
  await context.close();
});

test('a release file with a wrong signature is refused in a sentence',
  async () => {
    const { page, context } = await signedIn();

    await go(page, '/administration/health');
    await page.getByRole('button', { name: 'Bring a release file' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'release', mimeType: 'application/octet-stream',
      buffer: Buffer.from('untrusted comment: x\nnothing\n') });
    page.expected = ['422'];
    await dialog.getByRole('button', { name: 'Bring a release file' })
      .click();
    await dialog.getByRole('alert').getByText('not accepted').waitFor();
    equal(await accessibility(page), []);
    quiet(page);
    await context.close();
  });

test('a backup is made, read back, fetched and deleted (K-APP-3)', async () => {
  const { page, context } = await signedIn();
  const dialog = page.getByRole('dialog');
  const secret = 'a passphrase for tests';

  await go(page, '/administration/backups');
  await page.getByRole('button', { name: 'Make a backup' }).click();
  await dialog.locator('input[autocomplete=new-password]').nth(0).fill(secret);
  await dialog.locator('input[autocomplete=new-password]').nth(1)
    .fill(`${secret} not`);
  await dialog.getByRole('button', { name: 'Make a backup' }).click();
  await dialog.getByRole('alert').or(dialog.locator('[aria-invalid=true]'))
    .first().waitFor();
  equal(await accessibility(page), []);
  await dialog.locator('input[autocomplete=new-password]').nth(1).fill(secret);
  await dialog.getByRole('button', { name: 'Make a backup' }).click();
  await page.getByText('Whole', { exact: true })
    .waitFor({ timeout: 4 * PATIENCE });
  equal(await accessibility(page), []);
  const [made] = (await elsewhere(page, 'GET', '/backups')).items;
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: `Fetch: ${made.file}` }).click();
  equal((await coming).suggestedFilename(), made.file);
  await page.getByRole('button', { name: `Read back: ${made.file}` }).click();
  await dialog.locator('input[autocomplete=off]').fill('not the passphrase');
  await dialog.getByRole('button', { name: 'Read back' }).click();
  await page.getByText('Could not be read back')
    .waitFor({ timeout: 4 * PATIENCE });
  await page.getByRole('button', { name: `Delete: ${made.file}` }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('This server has made no backup yet.').waitFor();
  quiet(page);
  await context.close();
});

await main();
