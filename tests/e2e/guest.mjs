// A lab guest at its console in the window: its picture, keys into it, and what it answers on its serial line.

/** A guest under emulation may take so long for anything. Only a broken one does. */
export const SLOW_MS = 120_000;
const ANSWER_MS = 15_000;
const SHIFTED = Object.fromEntries(
  [...'~!@#$%^&*()_+{}|:"<>?'].map((c, i) => [c, "`1234567890-=[]\\;',./"[i]]),
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
  const said = () => lab.serial('a', name);
  return {
    boots: () => said().split('LAB-GUEST-READY').length - 1,
    /** Waits for words on its serial line. */
    says: (words) => app.until(`${name} to say “${words}”`, () => said().includes(words), SLOW_MS),
    /**
     * Types a command at its own console until the answer is on the line: a guest that is busy starting drops keys, as
     * real ones do.
     */
    answers: (word) =>
      app.until(
        `${name} to answer ${word}`,
        async () => {
          await app.run(`document.querySelector('canvas[role=application]').focus()`);
          await app.press('Control+c');
          await type(app, `echo ${word}$((40+2)) >/dev/ttyS0\n`);
          const answered = app.until('the answer', () => said().includes(`${word}42`), ANSWER_MS);
          return answered.catch(() => false);
        },
        SLOW_MS,
      ),
  };
};
