// The serial line of a guest of the mock: a boot log, then a shell that echoes. `flood 50` prints 50 MB, `yes` goes on
// until Ctrl+C.
import { MockSocket } from './socket';

const utf8 = new TextEncoder();
const GREEN = '\u001b[32m';
const YELLOW = '\u001b[33m';
const PLAIN = '\u001b[0m';
const ok = (what: string): string => ` * ${what.padEnd(34)} ${GREEN}[ ok ]${PLAIN}`;
const BOOT = [
  'SeaBIOS (version 1.16.2-debian-1.16.2-1)',
  'Booting from Hard Disk...',
  '',
  '[    0.000000] Linux version 6.6.58-0-virt',
  '[    0.000000] Command line: console=ttyS0,115200',
  '[    0.412207] virtio_blk virtio2: [vda] 4194304 sectors',
  '[    0.655120] EXT4-fs (vda3): mounted',
  '',
  ok('Mounting /proc ...'),
  ok('Setting hostname ...'),
  ok('Starting networking ...'),
  ` * ${'Starting chronyd ...'.padEnd(34)} ${YELLOW}[ !! ]${PLAIN}`,
  `   ${YELLOW}chronyd: no source reachable yet${PLAIN}`,
  ok('Starting sshd ...'),
  '',
];
const MB = 1_000_000;
const CHUNK = 64 * 1024;

export class MockShell extends MockSocket {
  #line = '';
  #running: ReturnType<typeof setInterval> | undefined;

  constructor(readonly name: string) {
    super();
  }

  protected begin(): void {
    this.#print(BOOT.join('\r\n') + '\r\n');
    this.#prompt();
  }

  protected heard(bytes: Uint8Array): void {
    for (const character of new TextDecoder().decode(bytes)) this.#key(character);
  }
  override ends(code: number, reason?: string): void {
    clearInterval(this.#running);
    super.ends(code, reason);
  }

  #key(character: string): void {
    if (character === '\u0003') {
      clearInterval(this.#running);
      this.#print('^C\r\n');
      this.#line = '';
      this.#prompt();
    } else if (character === '\r') {
      this.#print('\r\n');
      this.#run(this.#line.trim());
      this.#line = '';
    } else if (character === '\u007f') {
      if (this.#line === '') return;
      this.#line = this.#line.slice(0, -1);
      this.#print('\b \b');
    } else {
      this.#line += character;
      this.#print(character);
    }
  }

  #run(command: string): void {
    const [name, argument] = command.split(' ');
    if (name === 'flood') return this.#flood(Number(argument ?? 1) * MB);
    if (name === 'yes') {
      this.#running = setInterval(() => this.#print('y\r\n'.repeat(1000)), 20);
      return;
    }
    if (command !== '') this.#print(`${command.replace(/^echo /, '')}\r\n`);
    this.#prompt();
  }
  #flood(bytes: number): void {
    const line = utf8.encode('0123456789abcdef'.repeat(4) + '\r\n');
    const chunk = Uint8Array.from({ length: CHUNK }, (_, i) => line[i % line.length] ?? 0);
    for (let left = bytes; left > 0; left -= CHUNK) this.say(chunk.slice(0, Math.min(left, CHUNK)));
    this.#print('\r\nflood is over\r\n');
    this.#prompt();
  }
  #prompt(): void {
    this.#print(`${this.name.replace(/[^\w-]/g, '').slice(0, 30)}:~# `);
  }
  #print(words: string): void {
    this.say(utf8.encode(words));
  }
}
