// A guest's screen and serial line in the window: real QEMU, real keys, and what was typed read back on the line's log.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { connected, guestInWindow, openBox, picture, SCREEN, seen, SLOW_MS, type } from './guest.mjs';

let at;
let lab;
let app;
let box;
before(async () => {
  at = await guestInWindow('console', [], ({ lab }) => lab.define('a', 'idle'));
  ({ lab, app, box } = at);
});
after(() => at?.end());

const lines = () => app.run(`return document.querySelector('.xterm-rows')?.innerText ?? ''`);
const hasKeyboard = () =>
  app.run(`return document.activeElement.getAttribute('aria-label') === arguments[0]`, SCREEN);

test('Enter on a running VM opens its screen, and the keyboard is the guest’s', async () => {
  const { width, height } = await openBox(at);
  await app.find('tab', 'box');
  assert.ok(width >= 640 && height >= 350, `${width} × ${height} is a screen`);
  await app.until('the keyboard to be in the guest', hasKeyboard);
  await app.says('releases the keyboard');
});

test('keys reach the guest, and the picture follows', async () => {
  const before = await picture(app);
  await box.answers('vnc');
  await app.until('another picture', async () => (await picture(app)).sum !== before.sum);
});

test('no key of the window’s works while the guest has the keyboard; Ctrl+Alt gives it back', async () => {
  await app.press('Control+k');
  assert.equal((await app.all('combobox')).length, 0, 'Ctrl+K is the guest’s');
  await app.press('Control+Alt');
  await app.until('the keyboard to be the window’s', async () => !(await hasKeyboard()));
  assert.equal((await app.focused()).part, 'Console');
  await app.press('Control+k');
  await app.find('combobox');
  await app.press('Escape');
  await app.until('the palette to close', async () => !(await app.all('combobox')).length);
});

test('Type text types what no keyboard could', async () => {
  await app.click('button', 'Type text');
  await app.fill('Text', 'echo "typed $((6*7)) ~ok|" >/dev/ttyS0');
  await app.press('Enter');
  await app.until(
    'the keys to be looked up',
    async () => (await app.reason(await app.find('button', 'Type'))) === null,
  );
  await app.press('Control+Enter');
  await box.says('typed 42 ~ok|');
  await app.press('Escape');
  await app.gone('textbox', 'Text');
});

test('the serial line is one click away, and is a terminal', async () => {
  await app.click('radio', 'Serial');
  await app.until('a terminal', () => app.run(`return document.querySelector('.xterm') !== null`));
  await app.says('Connected');
  await app.run(`document.querySelector('.xterm-helper-textarea').focus()`);
  await type(app, '\necho line$((40+2))\n');
  await app.until('the answer of the line', async () => (await lines()).includes('line42'), SLOW_MS);
  // so that the next test's keys reboot, as a distribution's init would
  await type(app, 'echo 1 >/proc/sys/kernel/ctrl-alt-del; echo re$((1+1))ady\n');
  await app.until('the guest to obey', async () => (await lines()).includes('re2ady'), SLOW_MS);
});

const layout = async (name) => {
  await app.click('button', 'Guest layout');
  await app.click('option', name);
};
/** Types a text by keystrokes that the engine makes for the guest's layout. */
const typeText = async (text, name) => {
  await app.click('button', 'Type text');
  await layout(name);
  // as a key: WebKit's driver drops the character
  await app.fill('Text', text.replaceAll('\n', '\uE007'));
  const reason = async () => app.reason(await app.find('button', 'Type'));
  await app.until('the keys to be looked up', async () => (await reason()) === null);
  await app.press('Control+Enter');
  // the text is gone when it has begun, and the field is back when it was typed
  await app.until('the text to be typed', async () => {
    const field = (await app.all('textbox', 'Text'))[0];
    return field && (await app.run('return arguments[0].value', field)) === '';
  });
  await app.press('Escape');
  await app.gone('textbox', 'Text');
};
const COPY_LINE = 'head -n 1 >/dev/ttyS0\n';

for (const [name, keymap, before, text, keyboard, typed] of [
  ['German', 'de-latin1', 'English (US)', 'Grüße, Ärger & Öl für 5 § [äöüß] é°²', 'de', 'zuy-ö#ä.ü+ß'],
  ['French', 'fr-latin9', 'German', 'où ça a été là-bas, l’élève naïf ; çéàèù £ §', 'fr', 'azqwm;ùéè&(ç)'],
])
  test(`a guest that speaks ${name} gets what was meant: from Type text, and from a ${name} keyboard`, async () => {
    await app.click('radio', 'VNC');
    const wanted = text.replace('’', "'");
    await typeText(`loadkmap </etc/keymaps/${keymap}; ${COPY_LINE}`, before);
    await typeText(`${wanted}\n${COPY_LINE}`, name);
    await box.says(wanted);
    execFileSync('setxkbmap', [keyboard]);
    try {
      await app.run(`document.querySelector('canvas[role=application]').focus()`);
      await app.press(...typed, 'Enter');
      await box.says(`\n${typed}\r\n`);
    } finally {
      execFileSync('setxkbmap', ['us']);
    }
  });

test('Ctrl+Alt+Delete reboots the guest, and the tab is still there', async () => {
  await app.click('radio', 'VNC');
  await app.find('application', SCREEN);
  const before = box.boots();
  await app.click('button', 'Send keys');
  await app.click('menuitem', 'Ctrl+Alt+Delete');
  await app.until('another boot', () => box.boots() > before, SLOW_MS);
  await seen(app);
  await box.answers('again');
});

test('a VM that goes off is said to be off, and comes back by itself', async () => {
  await lab.virsh('a', 'destroy', 'box');
  await app.says('box is shut off.');
  await app.find('button', 'Start');
  await lab.virsh('a', 'start', 'box');
  await app.until(
    'the strip to go',
    async () => !(await app.all('status', 'box is shut off.*')).length,
    SLOW_MS,
  );
  await box.says('LAB-GUEST-READY');
  await seen(app);
  await box.answers('back');
});

test('a connection that is cut comes back by itself', async () => {
  await lab.run('drop-sessions', 'a');
  await app.says('Connection lost.');
  await connected(app);
  await app.until('the keyboard to be in the guest again', hasKeyboard);
  await box.answers('healed');
});

test('tabs close from the keyboard, come back, and are there at the next start', async () => {
  await app.press('Control+Alt');
  await app.until('the keyboard to be the window’s', async () => !(await hasKeyboard()));
  await app.press('Control+w');
  await app.gone('tab', 'box');
  await app.press('Control+Shift+t');
  await app.find('tab', 'box');
  await at.window();
  ({ app } = at);
  await app.click('tab', 'box');
  await app.find('application', SCREEN);
  await seen(app);
});

test('Enter on a VM that is off opens its page', async () => {
  await app.click('tab', 'Estate');
  await app.click('row', 'idle, *');
  await app.press('Enter');
  await app.find('tab', 'idle');
  await app.find('heading', 'idle');
  assert.equal((await app.all('application')).length, 0);
});
