// What happens to the way to a guest while somebody works in it: another user of its line, a daemon that is started
// anew, a cable that is pulled while keys are typed, a host that loses power.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { connected, guestInWindow, openBox, seen, SLOW_MS, type } from './guest.mjs';

let at;
let lab;
let app;
let box;
before(async () => {
  at = await guestInWindow('console-faults');
  ({ lab, app, box } = at);
  await openBox(at);
});
after(() => at?.end());

const lines = () => app.run(`return document.querySelector('.xterm-rows')?.innerText ?? ''`);
const intoTerminal = () => app.run(`document.querySelector('.xterm-helper-textarea').focus()`);

/** virsh at the line of `box`, with a terminal of its own as it demands. */
async function virshConsole(...options) {
  const uri = await lab.run('uri', 'a', 'unix');
  const command = ['virsh', '-c', uri, 'console', 'box', ...options].join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  const ended = new Promise((ok) => child.on('close', ok));
  await app.until('virsh to have the line', () => said.includes('Escape character'));
  return {
    ended,
    said: () => said,
    write: (text) => child.stdin.write(text),
    leave: async () => {
      child.stdin.write('\x1d');
      await ended;
    },
  };
}

test('a line that somebody else has is not taken without asking, and taken when asked for', async () => {
  const other = await virshConsole();
  await app.click('radio', 'Serial');
  await app.says('Serial 0 is in use elsewhere.');
  await app.says('In use elsewhere');
  other.write('echo still$((40+2))mine\r');
  await app.until('the other to have the line still', () => other.said().includes('still42mine'));
  await app.click('button', 'Take over');
  await other.ended;
  await connected(app);
  await intoTerminal();
  await type(app, '\necho taken$((40+2))\n');
  await app.until('the answer of the line', async () => (await lines()).includes('taken42'), SLOW_MS);
});

test('a line that somebody else takes is said to be in use, and is theirs until they leave', async () => {
  const other = await virshConsole('--force');
  await app.says('Serial 0 is in use elsewhere.');
  other.write('echo now$((40+2))theirs\r');
  await app.until('the other to have the line', () => other.said().includes('now42theirs'));
  await other.leave();
  await app.click('button', 'Take over');
  await connected(app);
  await intoTerminal();
  await type(app, '\necho mine$((40+2))again\n');
  await app.until('the answer of the line', async () => (await lines()).includes('mine42again'), SLOW_MS);
});

test('libvirtd that is started anew: the line comes back by itself, and the display', async () => {
  await lab.run('daemon-restart', 'a');
  await app.until(
    'the line to be open again',
    async () => (await lines()).includes('connected again'),
    SLOW_MS,
  );
  await connected(app);
  await intoTerminal();
  await type(app, '\necho after$((40+2))restart\n');
  await app.until('the answer of the line', async () => (await lines()).includes('after42restart'), SLOW_MS);
  await app.click('radio', 'VNC');
  await connected(app);
  await seen(app);
  await box.answers('shown');
});

test('a cable that is pulled while keys are typed: the tab says so, and no key comes twice', async () => {
  await app.run(`document.querySelector('canvas[role=application]').focus()`);
  await type(app, 'echo cut_a');
  await lab.run('cut', 'a');
  await type(app, 'bcd');
  await app.says('Connection lost.');
  await lab.run('heal', 'a');
  await connected(app);
  await seen(app);
  await app.run(`document.querySelector('canvas[role=application]').focus()`);
  await type(app, 'e >/dev/ttyS0\n');
  await box.says('cut_a');
  const came = /^cut_(a\w*)/m.exec(box.said())[1];
  // what was typed into the dead line may be lost, and what came is in its order
  assert.match(came, /^ab?c?d?e$/);
  await box.answers('healed');
});

test('a cable that is pulled while a text is typed: that is said, and it is not begun again', async () => {
  await app.click('button', 'Type text');
  await app.fill('Text', `echo "${'x'.repeat(400)}" | wc -c >/dev/ttyS0`);
  await app.until(
    'the keys to be looked up',
    async () => (await app.reason(await app.find('button', 'Type'))) === null,
  );
  await app.press('Control+Enter');
  await app.find('progressbar', 'Keys typed');
  await lab.run('cut', 'a');
  await app.gone('progressbar', 'Keys typed');
  await app.says('Cannot type into box beyond key');
  await app.press('Escape');
  await lab.run('heal', 'a');
  await connected(app);
  await seen(app);
  await app.run(`document.querySelector('canvas[role=application]').focus()`);
  await app.press('Control+c');
  await box.answers('calm');
  assert.doesNotMatch(box.said(), /^\d+\r?$/m, 'half a text was not sent off');
});

test('a host that loses power: the tab says so, and shows the VM when both are back', async () => {
  await lab.run('kill', 'a');
  await app.says('Connection lost.');
  await lab.run('start', 'a');
  await app.says('box is shut off.');
  await app.click('button', 'Start', await app.find('status', 'box is shut off.*'));
  await connected(app);
  await box.says('LAB-GUEST-READY');
  await seen(app);
  await box.answers('powered');
});
