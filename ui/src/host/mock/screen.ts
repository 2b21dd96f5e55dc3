// The display of a guest of the mock: as much of an RFB 3.8 server as noVNC asks for, with a text installer on it into
// which one can type. Pictures are sent raw, and only when something has changed.
import { drawInstaller, paper, SIZE } from './installer';
import { MockSocket } from './socket';

const RAW = 0;
const DESKTOP_SIZE = -308;
const text = new TextEncoder();
/** RFB's types of security: none, a password, VeNCrypt. */
const SECURITY = { nothing: 1, password: 2, login: 19 } as const;
const PLAIN = 256;
export type Asks = keyof typeof SECURITY;
const NEXT = { nothing: 'init', password: 'password', login: 'choice' } as const;
/** Bytes of a client's message by its type, where that is fixed. */
const LENGTHS: Record<number, number> = { 0: 20, 3: 10, 4: 8, 5: 6 };

export class MockScreen extends MockSocket {
  #in = new Uint8Array();
  #step: 'version' | 'security' | 'password' | 'choice' | 'login' | 'init' | 'ready' = 'version';
  #typed = '';
  #ctx = paper();
  #dirty = true;
  #asked = false;
  #resizes = false;
  #size = SIZE;

  constructor(
    readonly name: string,
    readonly asks: Asks,
  ) {
    super();
    this.#draw();
  }

  protected begin(): void {
    this.say(text.encode('RFB 003.008\n'));
  }

  protected heard(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#in.length + bytes.length);
    all.set(this.#in);
    all.set(bytes, this.#in.length);
    this.#in = all;
    while (this.#next());
  }

  #take(length: number): Uint8Array | undefined {
    if (this.#in.length < length) return undefined;
    const taken = this.#in.slice(0, length);
    this.#in = this.#in.slice(length);
    return taken;
  }

  #next(): boolean {
    switch (this.#step) {
      case 'version':
        if (!this.#take(12)) return false;
        this.say(Uint8Array.of(1, SECURITY[this.asks]));
        this.#step = 'security';
        return true;
      case 'security':
        if (!this.#take(1)) return false;
        this.#ask();
        return true;
      case 'password':
        // Any password will do here: what is looked at is the question.
        if (!this.#take(16)) return false;
        this.say(new Uint8Array(4));
        this.#step = 'init';
        return true;
      case 'choice':
        if (!this.#take(6)) return false;
        this.#step = 'login';
        return true;
      case 'login':
        return this.#login();
      case 'init':
        if (!this.#take(1)) return false;
        this.#greet();
        this.#step = 'ready';
        return true;
      case 'ready':
        return this.#message();
    }
  }

  #ask(): void {
    if (this.asks === 'nothing') this.say(new Uint8Array(4));
    else if (this.asks === 'password') this.say(crypto.getRandomValues(new Uint8Array(16)));
    // VeNCrypt 0.2, which is agreed to, with one subtype.
    else this.say(Uint8Array.of(0, 2, 0, 1, 0, 0, PLAIN >> 8, PLAIN & 255));
    this.#step = NEXT[this.asks];
  }

  /** Takes every name and password but "wrong". */
  #login(): boolean {
    if (this.#in.length < 8) return false;
    const view = new DataView(this.#in.buffer, this.#in.byteOffset);
    const [name, password] = [view.getUint32(0), view.getUint32(4)];
    const taken = this.#take(8 + name + password);
    if (!taken) return false;
    if (new TextDecoder().decode(taken.slice(8 + name)) === 'wrong') {
      this.say(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, 110, 111));
      return false;
    }
    this.say(new Uint8Array(4));
    this.#step = 'init';
    return true;
  }

  #greet(): void {
    const name = text.encode(this.name.slice(0, 100));
    const hello = new DataView(new ArrayBuffer(24 + name.length));
    hello.setUint16(0, this.#size[0]);
    hello.setUint16(2, this.#size[1]);
    // 32 bits, 24 deep, true colour, red first: what noVNC will ask for.
    new Uint8Array(hello.buffer).set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16], 4);
    hello.setUint32(20, name.length);
    new Uint8Array(hello.buffer).set(name, 24);
    this.say(new Uint8Array(hello.buffer));
  }

  #message(): boolean {
    const [type] = this.#in;
    const view = new DataView(this.#in.buffer, this.#in.byteOffset);
    let length = LENGTHS[type ?? -1];
    if (type === 2 && this.#in.length >= 4) length = 4 + 4 * view.getUint16(2);
    if (type === 6 && this.#in.length >= 8) length = 8 + Math.abs(view.getInt32(4));
    if (type === 251 && this.#in.length >= 8) length = 8 + 16 * view.getUint8(6);
    if (type === undefined || length === undefined) return false;
    const message = this.#take(length);
    if (!message) return false;
    const said = new DataView(message.buffer);
    if (type === 2) {
      for (let at = 4; at < length; at += 4) if (said.getInt32(at) === DESKTOP_SIZE) this.#resizes = true;
      if (this.#resizes) this.#tellSize(0);
    } else if (type === 3) this.#update(said.getUint8(1) === 0);
    else if (type === 4 && said.getUint8(1) === 1) this.#key(said.getUint32(4));
    else if (type === 251) {
      this.#size = [said.getUint16(2), said.getUint16(4)];
      this.#draw();
      this.#tellSize(1);
    }
    return true;
  }

  #update(whole: boolean): void {
    this.#asked = true;
    if (whole) this.#dirty = true;
    this.#sendIfDirty();
  }
  #sendIfDirty(): void {
    if (!this.#asked || !this.#dirty) return;
    this.#asked = this.#dirty = false;
    const [width, height] = this.#size;
    const { data } = this.#ctx.getImageData(0, 0, width, height);
    const bytes = new Uint8Array(16 + data.length);
    this.#head(bytes, width, height, RAW);
    bytes.set(data, 16);
    this.say(bytes);
  }
  #tellSize(reason: number): void {
    const [width, height] = this.#size;
    const bytes = new Uint8Array(16 + 20);
    this.#head(bytes, width, height, DESKTOP_SIZE);
    const view = new DataView(bytes.buffer);
    view.setUint16(4, reason);
    bytes[16] = 1;
    view.setUint16(28, width);
    view.setUint16(30, height);
    this.say(bytes);
    this.#dirty = true;
    this.#sendIfDirty();
  }
  #head(bytes: Uint8Array, width: number, height: number, encoding: number): void {
    const view = new DataView(bytes.buffer);
    view.setUint16(2, 1);
    view.setUint16(8, width);
    view.setUint16(10, height);
    view.setInt32(12, encoding);
  }

  #key(keysym: number): void {
    if (keysym === 0xff08) this.#typed = this.#typed.slice(0, -1);
    else if (keysym >= 0x20 && keysym < 0x100) this.#typed += String.fromCharCode(keysym);
    else return;
    this.#draw();
    this.#sendIfDirty();
  }

  #draw(): void {
    drawInstaller(this.#ctx, this.#size, this.#typed);
    this.#dirty = true;
  }
}
