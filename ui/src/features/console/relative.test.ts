import RFB from '@novnc/novnc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../../stores/testing/host';
import { RelativeRfb } from './relative';
import { channelOf, greets, withoutPictures } from './testing/rfb';

const NAME = 'QEMU (box)';
const EXTENDED_KEYS = -258;
const POINTER = -257;

let socket: FakeSocket;
let rfb: RelativeRfb;
let told: boolean[];
let place: HTMLDivElement;

/** An update of one rectangle without a picture. */
function says(encoding: number, x: number): void {
  const update = new DataView(new ArrayBuffer(16));
  update.setUint16(2, 1);
  update.setUint16(4, x);
  update.setInt32(12, encoding);
  socket.says(new Uint8Array(update.buffer));
}
const begin = (name: string): void => greets(socket, name);
function mouse(type: string, movementX = 0, movementY = 0, buttons = 0): void {
  const event = new MouseEvent(type, { buttons, bubbles: true, cancelable: true, clientX: 5, clientY: 5 });
  Object.defineProperties(event, { movementX: { value: movementX }, movementY: { value: movementY } });
  place.querySelector('canvas')?.dispatchEvent(event);
  // At noVNC's own pace.
  vi.advanceTimersByTime(100);
}
/** The pointer's messages, as they were sent. */
const pointed = (): [mask: number, x: number, y: number][] =>
  socket.sent
    .filter((bytes) => bytes[0] === 5 && bytes.length === 6)
    .map((bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      return [view.getUint8(1), view.getUint16(2), view.getUint16(4)];
    });
const moved = (): [mask: number, x: number, y: number][] =>
  pointed().map(([mask, x, y]) => [mask, x - 0x7fff, y - 0x7fff]);

beforeEach(() => {
  vi.useFakeTimers();
  withoutPictures();
  socket = new FakeSocket('ws:');
  place = document.body.appendChild(document.createElement('div'));
  told = [];
  rfb = new RelativeRfb(place, channelOf(socket));
  rfb.onrelative = (relative) => told.push(relative);
});
afterEach(() => {
  rfb.disconnect();
  place.remove();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('finds in noVNC what it overrides: another version may have other names', () => {
  const mine = Object.getOwnPropertyNames(RelativeRfb.prototype).filter((name) => name.startsWith('_'));
  expect(mine.sort()).toEqual(['_handleMouse', '_handleRect', '_sendMouse', '_setDesktopName']);
  const theirs = RFB.prototype as unknown as Record<string, unknown>;
  const used = [...mine, '_handleMouseButton', '_handleMouseMove'];
  expect(used.filter((name) => typeof theirs[name] !== 'function')).toEqual([]);
});

describe('a pointer that is told movements', () => {
  it('is asked for together with everything else', () => {
    begin(NAME);
    const asked = socket.sent.find((bytes) => bytes[0] === 2);
    const view = new DataView(asked?.buffer ?? new ArrayBuffer(0), asked?.byteOffset);
    const encodings = Array.from({ length: view.getUint16(2) }, (_, i) => view.getInt32(4 + 4 * i));
    expect(encodings).toContain(EXTENDED_KEYS);
    expect(encodings).toContain(POINTER);
  });

  it('is what QEMU means when it says nothing of it', () => {
    begin(NAME);
    mouse('mousemove', 1, 1);
    expect(pointed(), 'what a message would mean is not known yet').toEqual([]);
    says(EXTENDED_KEYS, 0);
    expect(told).toEqual([true]);
    mouse('mousemove', 3, -2);
    mouse('mousemove', 0.4, 0);
    mouse('mousemove', 0.4, 0);
    mouse('mousemove', 0.4, 0);
    mouse('mousedown', 0, 0, 1);
    mouse('mouseup', 0, 0, 0);
    mouse('mousemove', 40_000, 0);
    mouse('mousemove', 0, 0);
    expect(moved()).toEqual([
      [0, 3, -2],
      [0, 0, 0],
      [0, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
      [0, 32_767, 0],
      [0, 7233, 0],
    ]);
  });

  it('goes when the guest’s tablet works, and comes back when it reboots', () => {
    begin(NAME);
    says(EXTENDED_KEYS, 0);
    says(POINTER, 1);
    expect(told).toEqual([true, false]);
    mouse('mousemove', 3, 3);
    expect(moved(), 'a place, and no movement').not.toContainEqual([0, 3, 3]);
    says(POINTER, 0);
    expect(told).toEqual([true, false, true]);
  });

  it('is nothing that other servers know', () => {
    begin('bhyve');
    says(EXTENDED_KEYS, 0);
    expect(told).toEqual([]);
    mouse('mousemove', 3, 3);
    expect(pointed().length).toBe(1);
  });

  it('stays where it is while one only looks', () => {
    begin(NAME);
    says(EXTENDED_KEYS, 0);
    rfb.viewOnly = true;
    mouse('mousemove', 3, 3);
    expect(pointed()).toEqual([]);
  });
});
