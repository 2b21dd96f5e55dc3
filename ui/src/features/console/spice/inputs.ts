// Keys and the pointer on their way into the guest. Moves are held back while the display has not taken those before.
import type { Message, SpiceChannel } from './channel';
import { scancode } from './keys';

const CLIENT = { keyDown: 101, keyUp: 102, motion: 111, position: 112, press: 113, release: 114 } as const;
const MOTION_ACK = 111;
/** The display acknowledges so many moves at once. */
const BUNCH = 4;
const WHEEL = { up: 4, down: 5 } as const;

/** The browser's numbers of buttons, as SPICE numbers them, and their bits. */
const BUTTONS = [1, 2, 3] as const;
const maskOf = (buttons: number): number => (buttons & 1) | ((buttons & 4) >> 1) | ((buttons & 2) << 1);

function words(
  bytes: number,
  ...values: readonly (readonly [at: number, size: 1 | 2 | 4, value: number])[]
): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(bytes));
  for (const [at, size, value] of values)
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, true);
    else view.setInt32(at, value, true);
  return view.buffer;
}

export type Point = { x: number; y: number; movedX: number; movedY: number; buttons: number };

export class Inputs {
  channel: SpiceChannel | undefined;
  /** Told when the guest wants movements, or places again. */
  onrelative: (relative: boolean) => void = () => undefined;
  #relative = false;
  #moved = { x: 0, y: 0 };
  #buttons = 0;
  #underWay = 0;

  /** The guest's pointer is moved by so much, not to a place. */
  get relative(): boolean {
    return this.#relative;
  }
  set relative(on: boolean) {
    if (on === this.#relative) return;
    this.#relative = on;
    this.#moved = { x: 0, y: 0 };
    this.onrelative(on);
  }

  heard({ type }: Message): void {
    if (type !== MOTION_ACK) return;
    this.#underWay = Math.max(0, this.#underWay - BUNCH);
    const { x, y } = this.#moved;
    if (this.#relative && (Math.trunc(x) !== 0 || Math.trunc(y) !== 0)) this.#move();
  }

  key(code: string, down: boolean): void {
    const bytes = scancode(code, down);
    if (bytes !== undefined)
      this.channel?.send(down ? CLIENT.keyDown : CLIENT.keyUp, words(4, [0, 4, bytes]));
  }

  move({ x, y, movedX, movedY, buttons }: Point): void {
    // A place that is held back is passed over; of a movement nothing is lost.
    this.#buttons = buttons;
    this.#moved.x += movedX;
    this.#moved.y += movedY;
    if (this.#underWay >= 2 * BUNCH) return;
    if (this.#relative) return this.#move();
    this.#underWay++;
    const mask = maskOf(buttons);
    this.channel?.send(CLIENT.position, words(11, [0, 4, x], [4, 4, y], [8, 2, mask], [10, 1, 0]));
  }

  button(button: number, down: boolean, buttons: number): void {
    const number = BUTTONS[button];
    if (number !== undefined) this.#button(number, down, maskOf(buttons));
  }
  wheel(up: boolean, buttons: number): void {
    const number = up ? WHEEL.up : WHEEL.down;
    for (const down of [true, false]) this.#button(number, down, maskOf(buttons));
  }

  #move(): void {
    this.#underWay++;
    const [x, y] = [this.#take('x'), this.#take('y')];
    const mask = maskOf(this.#buttons);
    this.channel?.send(CLIENT.motion, words(10, [0, 4, x], [4, 4, y], [8, 2, mask]));
  }
  /** Whole steps; what is left of one goes with the next. */
  #take(axis: 'x' | 'y'): number {
    const whole = Math.trunc(this.#moved[axis]);
    this.#moved[axis] -= whole;
    return whole;
  }

  #button(number: number, down: boolean, mask: number): void {
    this.channel?.send(down ? CLIENT.press : CLIENT.release, words(3, [0, 1, number], [1, 2, mask]));
  }
}
