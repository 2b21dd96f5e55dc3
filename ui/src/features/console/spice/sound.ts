// The sound of a guest: raw samples as they come, played a few hundredths of a second later. Invariant: no more is kept
// than AHEAD_S of sound, and a guest that is silent costs nothing: the system's player rests until it is loud again.
import type { Message } from './channel';

const MSG = { data: 101, mode: 102, start: 103, stop: 104, volume: 105, mute: 106 } as const;
const RAW = 1;
const S16 = 1;
/** The display says how loud it is to be; it compresses nothing for who does not say so. */
export const SOUND_CAPS = 1 << 1;

const FULL = 0xffff;
const [MOST_CHANNELS, LEAST_RATE, MOST_RATE] = [8, 8_000, 192_000];
/** Pieces of a few milliseconds are played together. */
const PIECE_S = 0.04;
/** How late it is played, so that what comes a little later is not missed. */
const LEAD_S = 0.08;
const AHEAD_S = 0.4;
const REST_AFTER_MS = 2000;

/** blocked: the system waits for a click or a key first. failed: it plays nothing. */
export type SoundIs = 'silent' | 'playing' | 'blocked' | 'failed';

export class Sound {
  #onis: (is: SoundIs) => void;
  #is: SoundIs = 'silent';
  #muted = false;
  #guestMuted = false;
  #loud: number[] = [];
  #format: { channels: number; rate: number } | undefined;
  #pieces: Int16Array[] = [];
  #samples = 0;
  #player: AudioContext | undefined;
  #gate: GainNode | undefined;
  #next = 0;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(onis: (is: SoundIs) => void) {
    this.#onis = onis;
  }

  set muted(on: boolean) {
    this.#muted = on;
    // also what is about to be played
    if (this.#gate) this.#gate.gain.value = on ? 0 : 1;
  }

  /** Within a click or a key: the moment a system that blocks sound allows it. */
  wake(): void {
    if (this.#is === 'blocked') void this.#player?.resume().catch(() => undefined);
  }
  close(): void {
    clearTimeout(this.#resting);
    const player = this.#player;
    this.#player = this.#gate = this.#format = undefined;
    void player?.close().catch(() => undefined);
  }

  heard({ type, data }: Message): void {
    const view = new DataView(data);
    if (type === MSG.start) this.#start(view);
    else if (type === MSG.stop) this.#flush();
    else if (type === MSG.data) this.#data(view);
    else if (type === MSG.mode && view.getUint16(4, true) !== RAW) this.#format = undefined;
    else if (type === MSG.mute) this.#guestMuted = view.getUint8(0) !== 0;
    else if (type === MSG.volume) {
      const count = Math.min(view.getUint8(0), MOST_CHANNELS);
      this.#loud = Array.from({ length: count }, (_, i) => view.getUint16(1 + 2 * i, true) / FULL);
    }
  }

  #start(view: DataView): void {
    const [channels, format, rate] = [
      view.getUint32(0, true),
      view.getUint16(4, true),
      view.getUint32(6, true),
    ];
    const known = format === S16 && channels > 0 && channels <= MOST_CHANNELS;
    this.#drop();
    if (rate !== this.#format?.rate) this.close();
    this.#format = known && rate >= LEAST_RATE && rate <= MOST_RATE ? { channels, rate } : undefined;
    if (!this.#format) this.#tell('failed');
  }

  #data(view: DataView): void {
    const format = this.#format;
    if (!format || this.#muted || this.#guestMuted || this.#is === 'failed') return this.#drop();
    const piece = new Int16Array(Math.floor((view.byteLength - 4) / 2));
    let loud = 0;
    for (let i = 0; i < piece.length; i++) loud |= piece[i] = view.getInt16(4 + 2 * i, true);
    // silence is not played, only waited for
    if (loud === 0) return this.#flush();
    this.#pieces.push(piece);
    this.#samples += piece.length;
    if (this.#samples / format.channels >= PIECE_S * format.rate) this.#flush();
  }

  #drop(): void {
    this.#pieces = [];
    this.#samples = 0;
  }

  #flush(): void {
    const format = this.#format;
    const [pieces, samples] = [this.#pieces, this.#samples];
    this.#drop();
    const frames = format ? Math.floor(samples / format.channels) : 0;
    if (!format || frames === 0) return;
    const player = this.#awake(format.rate);
    if (!player) return;
    const now = player.currentTime;
    if (this.#next - now > AHEAD_S) {
      // time stands still in a player that may not play
      if (player.state !== 'running') this.#tell('blocked');
      return;
    }
    const buffer = player.createBuffer(format.channels, frames, format.rate);
    fill(buffer, pieces, this.#loud);
    const source = player.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#gate ?? player.destination);
    if (this.#next <= now) this.#next = now + LEAD_S;
    source.start(this.#next);
    this.#next += frames / format.rate;
    if (player.state === 'running') this.#tell('playing');
  }

  /** The player, playing from now on; undefined where there is none. */
  #awake(rate: number): AudioContext | undefined {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#rest(), REST_AFTER_MS);
    try {
      const player = (this.#player ??= new AudioContext({ sampleRate: rate }));
      if (!this.#gate) {
        this.#gate = player.createGain();
        this.#gate.connect(player.destination);
        player.addEventListener('statechange', () => player.state === 'running' && this.#tell('playing'));
      }
      if (player.state !== 'running' && this.#is !== 'blocked') void player.resume().catch(() => undefined);
      return player;
    } catch {
      this.#tell('failed');
      return undefined;
    }
  }

  #rest(): void {
    const player = this.#player;
    if (player?.state === 'running') void player.suspend().catch(() => undefined);
    this.#next = 0;
    if (this.#is === 'playing') this.#tell('silent');
  }

  #tell(is: SoundIs): void {
    if (is === this.#is) return;
    this.#is = is;
    this.#onis(is);
  }
}

/** Samples that come one channel after the other, each as loud as the guest wants it. */
function fill(buffer: AudioBuffer, pieces: readonly Int16Array[], loud: readonly number[]): void {
  const channels = buffer.numberOfChannels;
  const into = Array.from({ length: channels }, (_, i) => buffer.getChannelData(i));
  let at = 0;
  for (const piece of pieces)
    for (const sample of piece) {
      const channel = at % channels;
      const target = into[channel];
      if (target) target[(at - channel) / channels] = (sample / 0x8000) * (loud[channel] ?? 1);
      at++;
    }
}
