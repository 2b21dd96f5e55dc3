// The sound of a SPICE display in the window: heard while the guest makes some, at rest otherwise, and muted on demand.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ctl, newDataDir, start } from './app.mjs';
import { connected } from './guest.mjs';
import { labUp } from './lab.mjs';

/**
 * Sets the PC speaker's tone; then waits for a key, turns the speaker on or off, and waits again:
 * mov al,b6; out 43,al; mov al,a9; out 42,al; mov al,4; out 42,al;
 * again: xor ax,ax; int 16; in al,61; xor al,3; out 61,al; jmp again
 */
const BEEPER = 'b0b6e643b0a9e642b004e64231c0cd16e4613403e661ebf4';

const dataDir = newDataDir();
const disk = join(tmpdir(), `ik-beeper-${process.pid}`);
let lab;
let app;
before(async () => {
  const raw = Buffer.alloc(1 << 20);
  raw.write(BEEPER, 'hex');
  raw.writeUInt16LE(0xaa55, 510);
  writeFileSync(`${disk}.raw`, raw);
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', `${disk}.raw`, `${disk}.qcow2`]);
  lab = await labUp('sound', 'a');
  const options = ['gfx=spice', 'beep=1', 'boot=hd', 'machine=pc', 'mem=16', `disk=${disk}.qcow2`];
  await lab.define('a', 'beeper', options);
  await lab.virsh('a', 'start', 'beeper');
  assert.equal((await ctl(dataDir, 'connection', 'add', 'ams', 'qemu+ssh://lab-a/system')).code, 0);
  app = await start({ dataDir, env: lab.env });
  await app.find('treeitem', 'ams, Ready*');
});
after(async () => {
  await app?.quit();
  await lab?.down();
  for (const path of [dataDir, `${disk}.raw`, `${disk}.qcow2`]) rmSync(path, { recursive: true, force: true });
});

const player = () =>
  app.run(`const { player, pieces } = window.heard;
    return { pieces, state: player?.state ?? 'none', time: player?.currentTime ?? 0 }`);
/** A key turns the speaker on or off; the firmware may still be starting. */
const toggled = (what, condition) =>
  app.until(
    what,
    async () => {
      await app.run(`document.querySelector('canvas[role=application]').focus()`);
      await app.press('a');
      return app.until(what, async () => condition(await player()), 3000).catch(() => false);
    },
    60_000,
  );

test('nothing plays before the guest makes a sound, and then it is heard', async () => {
  await app.reads('beeper', 'running');
  await app.run(`const Player = window.AudioContext;
    window.heard = { pieces: 0 };
    window.AudioContext = class extends Player {
      constructor(options) { super(options); window.heard.player = this; }
      createBufferSource() { window.heard.pieces++; return super.createBufferSource(); }
    }`);
  await app.click('row', 'beeper, *');
  await app.press('Enter');
  await app.find('application', 'beeper screen, *');
  await connected(app);
  await app.find('button', 'Mute sound');
  assert.equal((await player()).state, 'none');
  await toggled('sound', ({ state, time, pieces }) => state === 'running' && time > 0.2 && pieces > 5);
});

test('muted, it is silent and costs nothing; then it is heard again', async () => {
  const mute = await app.click('button', 'Mute sound');
  await app.until('a player at rest', async () => (await player()).state === 'suspended');
  assert.equal(await app.attribute(mute, 'aria-pressed'), 'true');
  await app.click('button', 'Mute sound');
  await app.until('sound again', async () => (await player()).state === 'running');
});

test('a guest that falls silent lets the player rest', async () => {
  await toggled('a player at rest', ({ state }) => state === 'suspended');
});
