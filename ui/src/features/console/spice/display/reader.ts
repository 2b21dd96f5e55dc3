// A display's message, read from its beginning or from where one of its pointers points. Numbers are little-endian.
// Invariant: nothing beside the message is read; a message that is too short ends the channel.
import { partsAt, rectAt, type Rect } from '../clip';
import { garbled } from '../handshake';

export type Point = { x: number; y: number };

export class Reader {
  #view: DataView<ArrayBuffer>;
  #at: number;

  constructor(view: DataView<ArrayBuffer>, at = 0) {
    this.#view = view;
    this.#at = at;
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }
  u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }
  i16(): number {
    return this.#view.getInt16(this.#skip(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }
  id(): bigint {
    return this.#view.getBigUint64(this.#skip(8), true);
  }
  point(): Point {
    return { x: this.i32(), y: this.i32() };
  }
  rect(): Rect {
    return rectAt(this.#view, this.#skip(16));
  }
  /** Which parts are seen; undefined: all of it. */
  parts(): readonly Rect[] | undefined {
    const { parts, end } = partsAt(this.#view, this.#at);
    this.#at = end;
    return parts;
  }
  bytes(count: number): Uint8Array<ArrayBuffer> {
    if (count > this.left) throw garbled();
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#skip(count), count);
  }
  /** What the next word points at; undefined where it points nowhere. */
  there(): Reader | undefined {
    const at = this.u32();
    if (at >= this.#view.byteLength) throw garbled();
    return at === 0 ? undefined : new Reader(this.#view, at);
  }

  #skip(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
