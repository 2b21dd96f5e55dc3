import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sound, type SoundIs } from './sound';

const RATE = 48_000;
type Played = { at: number; channels: Float32Array[] };

/** A player whose clock is the test's. */
class FakePlayer extends EventTarget {
  static made: FakePlayer[] = [];
  static blocks = false;
  state: AudioContextState = 'suspended';
  currentTime = 0;
  destination = {};
  played: Played[] = [];
  constructor() {
    super();
    FakePlayer.made.push(this);
  }
  resume(): Promise<void> {
    if (!FakePlayer.blocks) this.state = 'running';
    this.dispatchEvent(new Event('statechange'));
    return Promise.resolve();
  }
  suspend(): Promise<void> {
    this.state = 'suspended';
    return Promise.resolve();
  }
  close(): Promise<void> {
    this.state = 'closed';
    return Promise.resolve();
  }
  createGain() {
    return { gain: { value: 1 }, connect: () => undefined };
  }
  createBuffer(channels: number, frames: number) {
    const all = Array.from({ length: channels }, () => new Float32Array(frames));
    return { numberOfChannels: channels, getChannelData: (i: number) => all[i], all };
  }
  createBufferSource() {
    const source = {
      buffer: undefined as { all: Float32Array[] } | undefined,
      connect: () => undefined,
      start: (at: number) => void this.played.push({ at, channels: source.buffer?.all ?? [] }),
    };
    return source;
  }
}

const bytes = (...fields: (readonly [size: 1 | 2 | 4, value: number])[]): ArrayBuffer => {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setInt16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return view.buffer;
};

let heard: SoundIs[] = [];
let sound: Sound;
const start = (channels = 2, rate = RATE, format = 1): void =>
  sound.heard({ type: 103, data: bytes([4, channels], [2, format], [4, rate], [4, 0]) });
/** So many hundredths of a second. */
const say = (hundredths: number, left = 8192, right = -8192): void => {
  for (let i = 0; i < hundredths; i++) {
    const samples = Array.from({ length: RATE / 50 }, (_, at) => [2, at % 2 ? right : left] as const);
    sound.heard({ type: 101, data: bytes([4, 0], ...samples) });
  }
};
const player = (): FakePlayer | undefined => FakePlayer.made.at(-1);

describe('Sound', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('AudioContext', FakePlayer);
    FakePlayer.made = [];
    FakePlayer.blocks = false;
    heard = [];
    sound = new Sound((is) => heard.push(is));
    start();
  });
  afterEach(() => {
    sound.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('plays pieces one after the other, a little later than they come', () => {
    say(8);
    expect(heard).toEqual(['playing']);
    const played = player()?.played ?? [];
    expect(played.map(({ at }) => at.toFixed(2))).toEqual(['0.08', '0.12']);
    expect(played[0]?.channels.map((channel) => [channel.length, channel[0], channel.at(-1)])).toEqual([
      [1920, 0.25, 0.25],
      [1920, -0.25, -0.25],
    ]);
  });

  it('is as loud as the guest says', () => {
    sound.heard({ type: 105, data: bytes([1, 2], [2, 0x7fff], [2, -1]) });
    say(4);
    const [left, right] = player()?.played[0]?.channels ?? [];
    expect([left?.[0]?.toFixed(3), right?.[0]?.toFixed(3)]).toEqual(['0.125', '-0.250']);
    sound.heard({ type: 106, data: bytes([1, 1]) });
    say(20);
    expect(player()?.played).toHaveLength(1);
  });

  it('makes no player for silence, and lets the one there is rest', () => {
    say(500, 0, 0);
    expect(FakePlayer.made).toEqual([]);
    say(4);
    say(500, 0, 0);
    vi.advanceTimersByTime(2100);
    expect([player()?.state, heard]).toEqual(['suspended', ['playing', 'silent']]);
    say(4);
    expect([player()?.state, heard.at(-1), FakePlayer.made.length]).toEqual(['running', 'playing', 1]);
  });

  it('plays nothing while it is muted', () => {
    sound.muted = true;
    say(100);
    expect(FakePlayer.made).toEqual([]);
    sound.muted = false;
    say(4);
    expect(player()?.played).toHaveLength(1);
  });

  it('keeps no more than a moment of a guest that says more than time goes by', () => {
    say(1000);
    expect(player()?.played.length).toBeLessThan(12);
  });

  it('says when the system wants a click first, and is heard after it', () => {
    FakePlayer.blocks = true;
    say(100);
    expect(heard).toEqual(['blocked']);
    FakePlayer.blocks = false;
    sound.wake();
    expect(heard).toEqual(['blocked', 'playing']);
  });

  it.each([
    ['samples of another kind', () => start(2, RATE, 9)],
    ['a thousand channels', () => start(1000)],
    ['a rate that nothing plays', () => start(2, 4_000_000_000)],
  ])('fails alone at %s', (_, starts) => {
    starts();
    say(10);
    expect([heard, FakePlayer.made]).toEqual([['failed'], []]);
  });
});
