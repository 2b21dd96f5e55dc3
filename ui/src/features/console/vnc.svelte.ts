// A VNC display. It outlives its page: the picture is an element of its own that a page takes in while it is shown, so
// that going to another tab ends nothing. The last picture stays when the connection goes.
import type RFB from '@novnc/novnc';
import type { OpenedConsole } from '../../generated/api';
import type { Socket } from '../../host';
import { Carried } from './carried.svelte';
import { Channel, type Ending } from './channel';
import { press, type KeyChord } from './chords';
import { prefs, type Quality } from './prefs.svelte';

const LEVELS: Record<Quality, { quality: number; compression: number }> = {
  best: { quality: 9, compression: 0 },
  balanced: { quality: 6, compression: 2 },
  slow: { quality: 1, compression: 9 },
};
const MOST_CLIPBOARD = 1024 * 1024;

export type Picture = { width: number; height: number; scale: number };

export class VncScreen extends Carried {
  /** Holds the live picture; a page puts it into its stage. */
  readonly element = document.createElement('div');
  /** The last picture of a connection that has gone. */
  still = $state.raw<HTMLCanvasElement | null>(null);
  picture = $state.raw<Picture | null>(null);
  viewOnly = $state(false);
  /** What the guest has copied, until it copies something else. */
  guestText = $state<string | null>(null);
  /** The display wants a password that nobody has told. */
  asks = $state(false);
  refusedPassword = $state(false);
  /** The name a screen reader gives to the picture. */
  label = 'Screen';
  /** Told when the guest has copied something. */
  onclipboard: (text: string) => void = () => undefined;

  #rfb: RFB | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #looks: MutationObserver | undefined;
  #load: typeof RFB | undefined;
  #password: string | undefined;
  #channel: Channel | undefined;
  #shown = false;
  #focusAgain = false;

  protected async prepare(): Promise<void> {
    this.#load ??= (await import('@novnc/novnc')).default;
  }

  protected attach(socket: Socket, opened: OpenedConsole): void {
    const Rfb = this.#load;
    if (!Rfb) return;
    const channel = new Channel(socket, {
      onopen: () => (this.tunnelled = true),
      onread: () => this.#understood(),
      onend: (ending) => this.#ended(channel, ending),
    });
    const password = this.#password ?? opened.password ?? undefined;
    const rfb = new Rfb(this.element, channel, {
      shared: true,
      ...(password !== undefined && { credentials: { password } }),
    });
    this.#rfb = rfb;
    this.#channel = channel;
    rfb.background = 'transparent';
    rfb.viewOnly = this.viewOnly;
    this.adjust();
    rfb.addEventListener('connect', () => this.#connected(rfb));
    rfb.addEventListener('credentialsrequired', () => (this.asks = true));
    rfb.addEventListener('securityfailure', () => this.#notLetIn(channel));
    rfb.addEventListener('clipboard', ({ detail }) => {
      this.guestText = detail.text.slice(0, MOST_CLIPBOARD);
      this.onclipboard(this.guestText);
    });
    rfb.addEventListener('disconnect', () => this.#ended(channel, { code: 4001, reason: 'protocol' }));
  }

  protected detach(): void {
    const rfb = this.#rfb;
    this.#rfb = undefined;
    this.#channel = undefined;
    this.asks = false;
    if (!rfb) return;
    this.#keepStill();
    this.#looks?.disconnect();
    rfb.disconnect();
    this.element.replaceChildren();
  }

  /** Scale and quality as they are wanted now; without a page the guest is not asked for another size. */
  adjust(shown = this.#shown): void {
    this.#shown = shown;
    const rfb = this.#rfb;
    if (!rfb) return;
    const { quality, compression } = LEVELS[prefs.quality];
    rfb.qualityLevel = quality;
    rfb.compressionLevel = compression;
    rfb.scaleViewport = prefs.scale !== 'actual';
    rfb.resizeSession = prefs.scale === 'resize' && shown && !this.viewOnly;
  }

  setViewOnly(on: boolean): void {
    this.viewOnly = on;
    if (this.#rfb) this.#rfb.viewOnly = on;
    this.adjust();
  }
  send(chord: KeyChord): void {
    press(chord, (keysym, code, down) => this.#rfb?.sendKey(keysym, code, down));
  }
  /** What is copied here, for the guest to paste. */
  offer(text: string): void {
    this.#rfb?.clipboardPasteFrom(text);
  }
  answer(password: string): void {
    this.#password = password;
    this.asks = false;
    if (this.#rfb) this.#rfb.sendCredentials({ password });
    else this.link.retry();
  }
  focus(): void {
    this.#rfb?.focus({ preventScroll: true });
  }
  get hasFocus(): boolean {
    return this.#canvas !== undefined && document.activeElement === this.#canvas;
  }
  /** Keys that were down when the keyboard went elsewhere come up in the guest as well. */
  release(codes: Iterable<string>): void {
    for (const code of codes) this.#canvas?.dispatchEvent(new KeyboardEvent('keyup', { code }));
  }
  /** The picture as a PNG; null when there is none. */
  png(): Promise<Blob | null> {
    const rfb = this.#rfb;
    if (rfb && this.link.isOpen) return new Promise((done) => rfb.toBlob(done, 'image/png'));
    const { still } = this;
    return new Promise((done) => (still ? still.toBlob(done, 'image/png') : done(null)));
  }

  #connected(rfb: RFB): void {
    if (rfb !== this.#rfb) return;
    this.asks = this.refusedPassword = false;
    const canvas = this.element.querySelector('canvas');
    if (canvas) this.#watch(canvas);
    this.link.opened();
    // Whoever has gone elsewhere meanwhile stays there.
    if (this.#focusAgain && document.activeElement === document.body) this.focus();
    this.#focusAgain = false;
  }

  #watch(canvas: HTMLCanvasElement): void {
    this.#canvas = canvas;
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-label', this.label);
    const look = (): void => {
      const shownWidth = parseFloat(canvas.style.width);
      const scale = canvas.width > 0 && shownWidth > 0 ? shownWidth / canvas.width : 1;
      this.picture = { width: canvas.width, height: canvas.height, scale };
      const rendering = scale > 1 ? 'pixelated' : 'auto';
      if (canvas.style.imageRendering !== rendering) canvas.style.imageRendering = rendering;
    };
    this.#looks = new MutationObserver(look);
    this.#looks.observe(canvas, { attributes: true, attributeFilter: ['width', 'height', 'style'] });
    look();
  }

  /** The first picture of a new connection takes the place of the last of the old one. */
  #understood(): void {
    if (this.still && this.link.isOpen) this.still = null;
  }

  #keepStill(): void {
    const canvas = this.#canvas;
    this.#canvas = undefined;
    if (!canvas || canvas.width === 0) return;
    this.#focusAgain = document.activeElement === canvas;
    const still = document.createElement('canvas');
    still.width = canvas.width;
    still.height = canvas.height;
    still.getContext('2d')?.drawImage(canvas, 0, 0);
    this.still = still;
  }

  #notLetIn(channel: Channel): void {
    if (channel !== this.#channel) return;
    this.#password = undefined;
    this.refusedPassword = true;
    this.#ended(channel, { code: 4002, reason: 'auth_failed' });
  }

  #ended(channel: Channel, ending: Ending): void {
    if (channel !== this.#channel) return;
    this.link.ended(ending);
  }
}
