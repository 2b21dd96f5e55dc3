import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeSocket } from '../../stores/testing/host';
import { RestingRfb } from './resting';
import { channelOf, greets, withoutPictures } from './testing/rfb';

let socket: FakeSocket;
let rfb: RestingRfb;

const begin = (): void => greets(socket, '');
/** An update that changes nothing. */
const updates = (): void => socket.says(new Uint8Array(4));
/** Requests for a picture so far: whether each is for what has changed only. */
const asked = (): boolean[] =>
  socket.sent.filter((bytes) => bytes[0] === 3 && bytes.length === 10).map((bytes) => bytes[1] === 1);

beforeEach(() => {
  withoutPictures();
  socket = new FakeSocket('ws:');
  rfb = new RestingRfb(document.createElement('div'), channelOf(socket));
});
afterEach(() => {
  rfb.disconnect();
  vi.restoreAllMocks();
});

it('asks for the next picture when it has one', () => {
  begin();
  updates();
  expect(asked()).toEqual([false, true]);
});

it('asks for one picture and no more while nobody looks', () => {
  rfb.resting = true;
  begin();
  updates();
  expect(asked()).toEqual([false]);
});

it('asks once for what has changed when it is looked at again', () => {
  begin();
  rfb.resting = true;
  updates();
  updates();
  expect(asked()).toEqual([false]);
  rfb.resting = false;
  expect(asked()).toEqual([false, true]);
  rfb.resting = false;
  expect(asked()).toEqual([false, true]);
  updates();
  expect(asked()).toEqual([false, true, true]);
});

it('owes nothing that was asked for before it rested', () => {
  begin();
  updates();
  rfb.resting = true;
  rfb.resting = false;
  expect(asked()).toEqual([false, true]);
});
