// Stands in for remote-viewer: says what it was started with, goes to the display as it was told, and takes part in a
// VNC display's clipboard as another viewer would. It talks with the test by the socket that INNKEEPER_FAKE_VIEWER names.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { deflateSync, inflateSync } from 'node:zlib';

const TEXT = 1;
const [REQUEST, NOTIFY, PROVIDE] = [1 << 25, 1 << 27, 1 << 28];
const EXTENDED_CLIPBOARD = 0xc0a1e5ce;
const NOBODY = 65534;

const test = connect(process.env.INNKEEPER_FAKE_VIEWER);
const say = (what) => test.write(`${JSON.stringify(what)}\n`);
const args = process.argv.slice(2);
const file = args.at(-1);
const mode = (path) => (statSync(path).mode & 0o777).toString(8);
const text = readFileSync(file, 'utf8');
const value = (key) => text.match(new RegExp(`^${key}=(.*)$`, 'm'))?.[1];
say({
  started: true,
  args,
  file,
  modes: [mode(dirname(file)), mode(file)],
  text,
});

/** How many bytes of the display another user gets; null where one cannot be another user. */
function asNobody(port) {
  if (process.getuid() !== 0) return null;
  const read = `exec 3<>/dev/tcp/127.0.0.1/${port} && head -c 12 <&3 | wc -c`;
  const tried = spawnSync('setpriv', [
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    '--clear-groups',
    'bash',
    '-c',
    read,
  ]);
  return Number(`${tried.stdout}`.trim());
}

const port = Number(value('port'));
if (port) say({ nobody: asNobody(port) });
const path = value('unix-path');
const display = path ? connect(path) : connect(port, '127.0.0.1');
display.on('error', (error) => say({ error: error.code }));
display.on('close', () => say({ closed: true }));

let buffer = Buffer.alloc(0);
let waiting = [];
display.on('data', (piece) => {
  buffer = Buffer.concat([buffer, piece]);
  while (waiting[0] && buffer.length >= waiting[0].count) {
    const { count, done } = waiting.shift();
    done(buffer.subarray(0, count));
    buffer = buffer.subarray(count);
  }
});
const read = (count) =>
  new Promise((done) => {
    waiting.push({ count, done });
    display.emit('data', Buffer.alloc(0));
  });

let copied = '';
const u32 = (number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number >>> 0);
  return bytes;
};
function cutText(flags, body = Buffer.alloc(0)) {
  const length = Buffer.alloc(4);
  length.writeInt32BE(-(4 + body.length));
  display.write(Buffer.concat([Buffer.of(6, 0, 0, 0), length, u32(flags), body]));
}

async function vnc() {
  say({ banner: `${await read(12)}`.trim() });
  display.write('RFB 003.008\n');
  await read((await read(1))[0]);
  display.write(Buffer.of(1));
  await read(4);
  display.write(Buffer.of(1));
  const hello = await read(24);
  say({ display: `${await read(hello.readUInt32BE(20))}` });
  display.write(Buffer.concat([Buffer.of(2, 0, 0, 2), u32(0), u32(EXTENDED_CLIPBOARD)]));
  for (;;) {
    const [type] = await read(1);
    // no picture is asked for: clipboards are all that comes
    if (type !== 3) return say({ error: `message ${type}` });
    const length = (await read(7)).readInt32BE(3);
    const body = await read(Math.abs(length));
    const flags = length < 0 ? body.readUInt32BE() : 0;
    if (!(flags & TEXT)) continue;
    if (flags & NOTIFY) cutText(REQUEST | TEXT);
    else if (flags & REQUEST) {
      const bytes = Buffer.from(`${copied}\0`);
      cutText(PROVIDE | TEXT, deflateSync(Buffer.concat([u32(bytes.length), bytes])));
    } else if (flags & PROVIDE) {
      const plain = inflateSync(body.subarray(4));
      say({
        clipboard: `${plain.subarray(4, 4 + plain.readUInt32BE())}`.replace(/\0$/, ''),
      });
    }
  }
}

async function spice() {
  const hello = Buffer.alloc(34);
  hello.write('REDQ');
  hello.writeUInt32LE(2, 4);
  hello.writeUInt32LE(2, 8);
  hello.writeUInt32LE(18, 12);
  // the main channel, with no capabilities
  hello[20] = 1;
  hello.writeUInt32LE(18, 30);
  display.write(hello);
  say({ banner: `${await read(4)}` });
}

createInterface({ input: test }).on('line', (line) => {
  const { copy, end } = JSON.parse(line);
  if (copy !== undefined) {
    copied = copy;
    cutText(NOTIFY | TEXT);
  }
  if (end) process.exit(0);
});
test.on('close', () => process.exit(0));
await (path ? spice() : vnc());
