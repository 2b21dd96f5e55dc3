// Hosts for tests of the window: real libvirtd, QEMU and sshd in namespaces (tests/lab/lab).
import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './app.mjs';

const execute = promisify(execFile);
const folder = join(root, 'tests/lab');

/** Starts a lab of its own for one test file; `down` takes it away. */
export async function labUp(test, ...hosts) {
  const state = `${process.env.INNKEEPER_LAB_STATE ?? `/tmp/ik-lab-${process.pid}`}-${test}`;
  const env = { ...process.env, INNKEEPER_LAB_STATE: state };
  const run = async (...args) => (await execute(join(folder, 'lab'), args, { env })).stdout.trim();
  await run('up', ...hosts);
  const lab = {
    run,
    /** Its folder; it goes with the lab. */
    state,
    /** What the app's ssh is to be told. */
    env: { INNKEEPER_SSH_CONFIG: join(state, 'ssh_config') },
    /** virsh on a host, as somebody else would use it. */
    virsh: async (host, ...args) => {
      const uri = await run('uri', host, 'unix');
      return (await execute('virsh', ['-q', '-c', uri, ...args])).stdout.trim();
    },
    /** Defines a VM. Without options (see mkdom) it is only firmware: it runs at once and needs no guest.
     * `change` makes of its XML what mkdom cannot. */
    define: async (host, name, options = ['mem=16', 'machine=pc', 'boot=none'], change = (xml) => xml) => {
      const made = await execute(join(folder, 'mkdom'), [name, ...options], {
        env,
      });
      const file = join(state, `${name}.xml`);
      writeFileSync(file, change(made.stdout));
      await lab.virsh(host, 'define', file);
    },
    /** Defines a VM that runs nothing but these instructions, in hex, of its boot sector. */
    defineBoot: async (host, name, instructions, options = []) => {
      const raw = Buffer.alloc(1 << 20);
      raw.write(instructions.replace(/\s/g, ''), 'hex');
      raw.writeUInt16LE(0xaa55, 510);
      const disk = join(state, `${name}.qcow2`);
      writeFileSync(`${disk}.raw`, raw);
      await execute('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', `${disk}.raw`, disk]);
      await lab.define(host, name, ['mem=16', 'machine=pc', 'boot=hd', `disk=${disk}`, ...options]);
    },
    /** What a VM has said on its serial line since it was started. */
    serial: (host, name) => readFileSync(join(state, host, `log/qemu/${name}-serial.log`), 'latin1'),
    down: () => run('down'),
  };
  return lab;
}

/** A D-Bus session of its own: what a desktop gives its programs. */
export async function sessionBus() {
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = await new Promise((ok, fail) => {
    daemon.stdout.once('data', (line) => ok(`${line}`.trim()));
    daemon.on('error', fail);
  });
  return { address, end: () => daemon.kill() };
}
