// A lab guest at its console in the window: its picture, keys into it, and what it answers on its serial line.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { ctl, newDataDir, start } from './app.mjs';
import { labUp } from './lab.mjs';

/** A guest under emulation may take so long for anything. Only a broken one does. */
export const SLOW_MS = 120_000;
const ANSWER_MS = 15_000;
const SHIFTED = Object.fromEntries(
  [...'~!@#$%^&*()_+{}|:"<>?'].map((c, i) => [c, "`1234567890-=[]\\;',./"[i]]),
);

/** What the picture of `box` is called. */
export const SCREEN = 'box screen, press Control Alt to leave';

/**
 * A lab host `ams` on which the guest `box` boots, and the window that has both. What a file's tests need besides is
 * made by `more`, before the window starts.
 */
export async function guestInWindow(test, options = [], more = async () => {}) {
  const dataDir = newDataDir();
  const lab = await labUp(test, 'a');
  const at = {
    dataDir,
    lab,
    /** What the app's environment has besides. */
    env: lab.env,
    /** Ends the window as a user does, if there is one, and starts it again. */
    window: async () => {
      await at.app?.quit();
      at.app = await start({ dataDir, env: at.env });
      at.box = guestOf(at.app, lab, 'box');
    },
    end: async () => {
      await at.app?.quit();
      await lab.down();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  try {
    await lab.run('guest');
    await lab.define('a', 'box', ['mem=96', 'tb=32', ...options]);
    await lab.virsh('a', 'start', 'box');
    await more(at);
    assert.equal((await ctl(dataDir, 'connection', 'add', 'ams', 'qemu+ssh://lab-a/system')).code, 0);
    await at.window();
    await at.app.find('treeitem', 'ams, Ready*');
    return at;
  } catch (error) {
    await at.end();
    throw error;
  }
}

/** Opens the console of `box` with Enter, and waits for its picture. */
export async function openBox({ app, box }) {
  await app.reads('box', 'running');
  await box.says('LAB-GUEST-READY');
  await app.click('row', 'box, *');
  await app.press('Enter');
  await app.find('application', SCREEN);
  return seen(app);
}

/** Waits until the status line of the console says that it is connected. */
export const connected = (app) =>
  app.until(
    'the console to be connected',
    async () =>
      (await app.run(`return document.querySelector('footer')?.innerText ?? ''`)).startsWith('Connected'),
    SLOW_MS,
  );

/** Presses the keys of a text as a US keyboard has them. */
export const type = (app, text) =>
  app.press(
    ...[...text].map((c) => {
      if (c === '\n') return 'Enter';
      const plain = SHIFTED[c] ?? c.toLowerCase();
      return plain === c ? c : `Shift+${plain}`;
    }),
  );

/** A number that any change of the picture changes, and how many of its pixels are lit. */
export const picture = (app) =>
  app.run(
    `const canvas = document.querySelector('canvas[role=application]');
     if (!canvas || canvas.width === 0) return null;
     const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
     let [sum, lit] = [0, 0];
     for (let at = 0; at < data.length; at += 4) {
       sum = (sum * 31 + data[at] + 3 * data[at + 1] + 7 * data[at + 2]) % 2147483647;
       if (data[at] + data[at + 1] + data[at + 2] > 200) lit += 1;
     }
     return { sum, lit, width: canvas.width, height: canvas.height }`,
  );

/** Waits for a picture with something on it. */
export const seen = (app) =>
  app.until(
    'a picture',
    async () => {
      const now = await picture(app);
      return now && now.lit > 300 && now;
    },
    SLOW_MS,
  );

/** One VM of a lab's host `a`. */
export const guestOf = (app, lab, name) => {
  const said = () => Buffer.from(lab.serial('a', name), 'latin1').toString();
  return {
    /** Everything it has said on its serial line since it was started. */
    said,
    boots: () => said().split('LAB-GUEST-READY').length - 1,
    /** Waits for words on its serial line. */
    says: (words) => app.until(`${name} to say “${words}”`, () => said().includes(words), SLOW_MS),
    /**
     * Types a command at its own console until the answer is on the line: a guest that is busy starting drops keys, as
     * real ones do. Ctrl+C clears what is left of an earlier try and never comes first: it would end a shell that is
     * only just starting, and the guest's init does not always start another.
     */
    answers: (word) => {
      let clear = [];
      return app.until(
        `${name} to answer ${word}`,
        async () => {
          await app.run(`document.querySelector('canvas[aria-label^="${name} screen"]').focus()`);
          await app.press(...clear);
          clear = ['Control+c'];
          await type(app, `echo ${word}$((40+2)) >/dev/ttyS0\n`);
          const answered = app.until('the answer', () => said().includes(`${word}42`), ANSWER_MS);
          return answered.catch(() => false);
        },
        SLOW_MS,
      );
    },
  };
};
