// A SPICE display of a guest of the mock: as much of a server as the page asks for, with a screen into which one can
// type, a bell, and an agent that shares a clipboard. Numbers are little-endian.
import { drawInstaller, paper, SIZE } from './installer';
import { MockSocket } from './socket';
import { agentMessage, AgentReader, CAPS, MSG as AGENT } from './spice-agent';

const MAGIC = 0x51444552;
const CHANNEL = { main: 1, display: 2, inputs: 3, cursor: 4, playback: 5 } as const;
const REFUSAL = { needsTls: 5, password: 7, connection: 8 } as const;
const RATE = 48_000;
const PIECE_MS = 20;
/** What keys give, by their scancodes from 1. */
const KEYS = "\x1b1234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
const COPIED = 'deb https://deb.debian.org/debian trixie main\n';

type Field = readonly [bytes: 1 | 2 | 4, value: number];
function pack(...fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 1) view.setUint8(at, value);
    else if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}
const words = (...all: readonly number[]): Uint8Array<ArrayBuffer> => pack(...all.map((w): Field => [4, w]));
const join = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

let pair: Promise<CryptoKeyPair> | undefined;
/** One for all: tickets are nobody's secret here. */
const keys = (): Promise<CryptoKeyPair> =>
  (pair ??= crypto.subtle.generateKey(
    { name: 'RSA-OAEP', hash: 'SHA-1', modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ['encrypt', 'decrypt'],
  ));

/** The guest behind the channels of one display. */
export class MockSpiceGuest {
  readonly connection = 7;
  typed = '';
  size = SIZE;
  #ctx = paper();
  #channels = new Set<MockSpice>();

  constructor(
    /** `?console=…`: what is wrong with it. */
    readonly fault: string,
  ) {}

  join(channel: MockSpice): void {
    this.#channels.add(channel);
  }
  of(type: number): MockSpice[] {
    return [...this.#channels].filter((channel) => channel.type === type && channel.isOpen);
  }
  channels(): number[] {
    const missing =
      this.fault === 'no-keys' ? CHANNEL.inputs : this.fault === 'no-sound' ? CHANNEL.playback : 0;
    return Object.values(CHANNEL).filter((type) => type !== CHANNEL.main && type !== missing);
  }

  type(text: string): void {
    for (const character of text)
      this.typed = character === '\b' ? this.typed.slice(0, -1) : this.typed + character;
    this.paint();
  }
  resize(width: number, height: number): void {
    for (const display of this.of(CHANNEL.display)) display.message(315, words(0));
    this.size = [width, height];
    for (const display of this.of(CHANNEL.display)) this.show(display);
  }
  show(display: MockSpice): void {
    const [width, height] = this.size;
    display.message(314, words(0, width, height, 32, 1));
    display.message(102);
    this.paint();
  }
  paint(): void {
    const [width, height] = this.size;
    drawInstaller(this.#ctx, this.size, this.typed);
    const { data } = this.#ctx.getImageData(0, 0, width, height);
    const bgra = data.slice();
    for (let i = 0; i < bgra.length; i += 4) [bgra[i], bgra[i + 2]] = [data[i + 2] ?? 0, data[i] ?? 0];
    const box = words(0, 0, height, width);
    const picture = pack([4, 1], [4, 0], [1, 0], [1, 0], [4, width], [4, height]);
    const bitmap = pack([1, 8], [1, 4], [4, width], [4, height], [4, 4 * width], [4, 0]);
    const from = words(4 + 16 + 1 + 4 + 16 + 2 + 1 + 13);
    const head = join(
      words(0),
      box,
      pack([1, 0]),
      from,
      box,
      pack([2, 8], [1, 0]),
      new Uint8Array(13),
      picture,
      bitmap,
    );
    const body = new Uint8Array(head.length + bgra.length);
    body.set(head);
    body.set(bgra, head.length);
    for (const display of this.of(CHANNEL.display)) display.message(304, body);
  }
}

type Step = 'head' | 'hello' | 'ticket' | 'message' | 'body';

export class MockSpice extends MockSocket {
  type = 0;
  #in = new Uint8Array();
  #step: Step = 'head';
  #wanted = 16;
  #message = 0;
  #moves = 0;
  #busy = false;
  #agent = new AgentReader();
  #tone: ReturnType<typeof setInterval> | undefined;

  constructor(readonly guest: MockSpiceGuest) {
    super();
    guest.join(this);
  }

  get isOpen(): boolean {
    return this.readyState === WebSocket.OPEN && (this.#step === 'message' || this.#step === 'body');
  }
  message(type: number, body: Uint8Array = new Uint8Array()): void {
    const whole = new Uint8Array(6 + body.length);
    whole.set(pack([2, type], [4, body.length]));
    whole.set(body, 6);
    this.say(whole);
  }
  override ends(code: number, reason = ''): void {
    clearInterval(this.#tone);
    super.ends(code, reason);
  }

  protected begin(): void {
    // the client speaks first
  }
  protected heard(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#in.length + bytes.length);
    all.set(this.#in);
    all.set(bytes, this.#in.length);
    this.#in = all;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#in.length >= this.#wanted) {
      const taken = this.#in.slice(0, this.#wanted);
      this.#in = this.#in.slice(this.#wanted);
      await this.#next(new DataView(taken.buffer));
    }
    this.#busy = false;
  }
  #await(step: Step, bytes: number): void {
    this.#step = step;
    this.#wanted = bytes;
  }

  async #next(view: DataView<ArrayBuffer>): Promise<void> {
    switch (this.#step) {
      case 'head':
        return this.#await('hello', view.getUint32(12, true));
      case 'hello':
        return this.#greet(view);
      case 'ticket':
        return this.#letIn(view.buffer.slice(4));
      case 'message':
        this.#message = view.getUint16(0, true);
        if (view.getUint32(2, true) > 0) return this.#await('body', view.getUint32(2, true));
        return this.#said(new Uint8Array());
      case 'body':
        this.#await('message', 6);
        return this.#said(new Uint8Array(view.buffer));
    }
  }

  async #greet(view: DataView): Promise<void> {
    this.type = view.getUint8(4);
    const isMain = this.type === CHANNEL.main;
    const known = isMain || view.getUint32(0, true) === this.guest.connection;
    const tls = this.guest.fault === 'tls' && this.type === CHANNEL.inputs;
    const error = tls ? REFUSAL.needsTls : known ? 0 : REFUSAL.connection;
    const key = new Uint8Array(await crypto.subtle.exportKey('spki', (await keys()).publicKey));
    this.say(join(words(MAGIC, 2, 2, 182), words(error), key, words(1, 0, 178, 0b1001)));
    this.#await('ticket', 4 + 128);
  }
  async #letIn(ticket: ArrayBuffer): Promise<void> {
    const plain = await crypto.subtle.decrypt({ name: 'RSA-OAEP' }, (await keys()).privateKey, ticket);
    // Any password will do here: what is looked at is the question.
    const refused = this.guest.fault === 'password' && plain.byteLength <= 1;
    this.say(words(refused ? REFUSAL.password : 0));
    // what was said goes first
    if (refused) return void setTimeout(() => this.ends(1000));
    this.#await('message', 6);
    if (this.type === CHANNEL.main) {
      const agent = this.guest.fault === 'no-agent' ? 0 : 1;
      this.message(103, words(this.guest.connection, 1, 3, 2, agent, 10, 0, 0));
    } else if (this.type === CHANNEL.playback) this.#play();
  }

  #said(body: Uint8Array<ArrayBuffer>): void {
    const view = new DataView(body.buffer);
    if (this.type === CHANNEL.main) this.#main(body);
    else if (this.type === CHANNEL.display && this.#message === 101) this.guest.show(this);
    else if (this.type === CHANNEL.inputs && this.#message === 101) {
      const typed = KEYS[view.getUint32(0, true) - 1];
      if (typed !== undefined && typed !== '\0') this.guest.type(typed);
    } else if (this.type === CHANNEL.inputs && (this.#message === 112 || this.#message === 111))
      this.#moved();
  }
  #moved(): void {
    if (++this.#moves % 4 === 0) this.message(111);
  }

  #main(body: Uint8Array<ArrayBuffer>): void {
    if (this.#message === 104) {
      const channels = this.guest.channels();
      const list = channels.flatMap((type): Field[] => [
        [1, type],
        [1, 0],
      ]);
      this.message(104, join(words(channels.length), pack(...list)));
    }
    if (this.#message !== 107) return;
    this.message(110, words(1));
    for (const { type, data } of this.#agent.read(body)) this.#agentSaid(type, data);
  }
  #agentSaid(type: number, data: DataView): void {
    const answer = (kind: number, ...parts: Uint8Array[]): void =>
      this.message(109, agentMessage(kind, join(...parts)));
    if (type === AGENT.caps && data.getUint32(0, true) === 1) {
      answer(AGENT.caps, words(0, CAPS));
      answer(AGENT.grab, words(0, 1));
    } else if (type === AGENT.request) answer(AGENT.clipboard, words(0, 1), new TextEncoder().encode(COPIED));
    else if (type === AGENT.grab) answer(AGENT.request, words(0, 1));
    else if (type === AGENT.clipboard)
      this.guest.type(new TextDecoder().decode(new Uint8Array(data.buffer, 8)));
    else if (type === AGENT.monitors) this.guest.resize(data.getUint32(12, true), data.getUint32(8, true));
  }

  #play(): void {
    this.message(103, pack([4, 2], [2, 1], [4, RATE], [4, 0]));
    if (this.guest.fault !== 'loud') return;
    let at = 0;
    this.#tone = setInterval(() => {
      const frames = (RATE * PIECE_MS) / 1000;
      const piece = new Int16Array(2 + 2 * frames);
      for (let i = 0; i < frames; i++, at++) {
        const sample = 2000 * Math.sin((2 * Math.PI * 440 * at) / RATE);
        piece[2 + 2 * i] = piece[3 + 2 * i] = sample;
      }
      this.message(101, new Uint8Array(piece.buffer));
    }, PIECE_MS);
  }
}
