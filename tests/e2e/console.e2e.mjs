// A guest's screen and serial line in the window: real QEMU, real keys, and what was typed read back on the line's log.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import { ctl, newDataDir, start } from "./app.mjs";
import { labUp } from "./lab.mjs";

/** A guest under emulation may take so long for anything. Only a broken one does. */
const SLOW_MS = 120_000;
const SCREEN = "box screen, press Control Alt to leave";
const READY = "LAB-GUEST-READY";

const dataDir = newDataDir();
let lab;
let app;
before(async () => {
  lab = await labUp("console", "a");
  await lab.run("guest");
  await lab.define("a", "box", ["mem=96", "tb=32"]);
  await lab.define("a", "idle");
  await lab.virsh("a", "start", "box");
  assert.equal(
    (await ctl(dataDir, "connection", "add", "ams", "qemu+ssh://lab-a/system"))
      .code,
    0,
  );
  app = await start({ dataDir, env: lab.env });
  await app.find("treeitem", "ams, Ready*");
});
after(async () => {
  await app?.quit();
  await lab?.down();
  rmSync(dataDir, { recursive: true, force: true });
});

const said = (words) =>
  app.until(
    `the guest to say “${words}”`,
    () => lab.serial("a", "box").includes(words),
    SLOW_MS,
  );
const boots = () => lab.serial("a", "box").split(READY).length - 1;

/** Presses the keys of a text as a US keyboard has them. */
const SHIFTED = Object.fromEntries(
  [...'~!@#$%^&*()_+{}|:"<>?'].map((c, i) => [c, "`1234567890-=[]\\;',./"[i]]),
);
const type = (text) =>
  app.press(
    ...[...text].map((c) => {
      if (c === "\n") return "Enter";
      const plain = SHIFTED[c] ?? c.toLowerCase();
      return plain === c ? c : `Shift+${plain}`;
    }),
  );

/**
 * Types a command into the guest's own console until its answer is on the line: a guest that is busy starting drops keys,
 * as real ones do.
 */
const answers = (word) =>
  app.until(
    `the guest to answer ${word}`,
    async () => {
      await app.run(
        `document.querySelector('canvas[role=application]').focus()`,
      );
      await app.press("Control+c");
      await type(`echo ${word}$((40+2)) >/dev/ttyS0\n`);
      return app
        .until(
          "the answer",
          () => lab.serial("a", "box").includes(`${word}42`),
          15_000,
        )
        .catch(() => false);
    },
    SLOW_MS,
  );

/** A number that any change of the picture changes, and how many of its pixels are lit. */
const picture = () =>
  app.run(
    `const canvas = document.querySelector('canvas[role=application]');
     if (!canvas || canvas.width === 0) return null;
     const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
     let [sum, lit] = [0, 0];
     for (let at = 0; at < data.length; at += 4) {
       sum = (sum * 31 + data[at] + 3 * data[at + 1] + 7 * data[at + 2]) % 2147483647;
       if (data[at] + data[at + 1] + data[at + 2] > 200) lit += 1;
     }
     return { sum, lit, width: canvas.width, height: canvas.height, shown: canvas.getBoundingClientRect().width }`,
  );
const status = () =>
  app.run(`return document.querySelector('footer')?.innerText ?? ''`);
const lines = () =>
  app.run(`return document.querySelector('.xterm-rows')?.innerText ?? ''`);
const hasKeyboard = () =>
  app.run(
    `return document.activeElement.getAttribute('aria-label') === arguments[0]`,
    SCREEN,
  );

test("Enter on a running VM opens its screen, and the keyboard is the guest’s", async () => {
  await app.reads("box", "running");
  await said(READY);
  await app.click("row", "box, *");
  await app.press("Enter");
  await app.find("tab", "box");
  await app.find("application", SCREEN);
  const { width, height } = await app.until("a picture", async () => {
    const seen = await picture();
    return seen && seen.lit > 300 && seen;
  });
  assert.ok(width >= 640 && height >= 350, `${width} × ${height} is a screen`);
  await app.until("the keyboard to be in the guest", hasKeyboard);
  await app.says("releases the keyboard");
});

test("keys reach the guest, and the picture follows", async () => {
  const before = await picture();
  await answers("vnc");
  await app.until(
    "another picture",
    async () => (await picture()).sum !== before.sum,
  );
});

test("no key of the window’s works while the guest has the keyboard; Ctrl+Alt gives it back", async () => {
  await app.press("Control+k");
  assert.equal((await app.all("combobox")).length, 0, "Ctrl+K is the guest’s");
  await app.press("Control+Alt");
  await app.until(
    "the keyboard to be the window’s",
    async () => !(await hasKeyboard()),
  );
  assert.equal((await app.focused()).part, "Console");
  await app.press("Control+k");
  await app.find("combobox");
  await app.press("Escape");
  await app.until(
    "the palette to close",
    async () => !(await app.all("combobox")).length,
  );
});

test("Type text types what no keyboard could", async () => {
  await app.click("button", "Type text");
  await app.fill("Text", 'echo "typed $((6*7)) ~ok|" >/dev/ttyS0');
  await app.press("Enter", "Control+Enter");
  await said("typed 42 ~ok|");
  await app.press("Escape");
  await app.gone("textbox", "Text");
});

test("the serial line is one click away, and is a terminal", async () => {
  await app.click("radio", "Serial");
  await app.until("a terminal", () =>
    app.run(`return document.querySelector('.xterm') !== null`),
  );
  await app.says("Connected");
  await app.run(`document.querySelector('.xterm-helper-textarea').focus()`);
  await type("\necho line$((40+2))\n");
  await app.until(
    "the answer of the line",
    async () => (await lines()).includes("line42"),
    SLOW_MS,
  );
  // so that the next test's keys reboot, as a distribution's init would
  await type("echo 1 >/proc/sys/kernel/ctrl-alt-del; echo re$((1+1))ady\n");
  await app.until(
    "the guest to obey",
    async () => (await lines()).includes("re2ady"),
    SLOW_MS,
  );
});

test("Ctrl+Alt+Delete reboots the guest, and the tab is still there", async () => {
  await app.click("radio", "VNC");
  await app.find("application", SCREEN);
  const before = boots();
  await app.click("button", "Send keys");
  await app.click("menuitem", "Ctrl+Alt+Delete");
  await app.until("another boot", () => boots() > before, SLOW_MS);
  await app.until("a picture", async () => (await picture())?.lit > 300);
  await answers("again");
});

test("a VM that goes off is said to be off, and comes back by itself", async () => {
  await lab.virsh("a", "destroy", "box");
  await app.says("box is shut off.");
  await app.find("button", "Start");
  await lab.virsh("a", "start", "box");
  await app.until(
    "the strip to go",
    async () => !(await app.all("status", "box is shut off.*")).length,
    SLOW_MS,
  );
  await said(READY);
  await app.until(
    "a picture",
    async () => (await picture())?.lit > 300,
    SLOW_MS,
  );
  await answers("back");
});

test("a connection that is cut comes back by itself", async () => {
  await lab.run("drop-sessions", "a");
  await app.says("Connection lost.");
  await app.until(
    "the connection",
    async () => (await status()).startsWith("Connected"),
    SLOW_MS,
  );
  await answers("healed");
});

test("tabs close from the keyboard, come back, and are there at the next start", async () => {
  await app.press("Control+Alt");
  await app.until(
    "the keyboard to be the window’s",
    async () => !(await hasKeyboard()),
  );
  await app.press("Control+w");
  await app.gone("tab", "box");
  await app.press("Control+Shift+t");
  await app.find("tab", "box");
  await app.quit();
  app = await start({ dataDir, env: lab.env });
  await app.click("tab", "box");
  await app.find("application", SCREEN);
  await app.until("a picture", async () => (await picture())?.lit > 300);
});

test("Enter on a VM that is off opens its page", async () => {
  await app.click("tab", "Estate");
  await app.click("row", "idle, *");
  await app.press("Enter");
  await app.find("tab", "idle");
  await app.find("heading", "idle");
  assert.equal((await app.all("application")).length, 0);
});
