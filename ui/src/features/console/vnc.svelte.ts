// A VNC display, drawn by noVNC.
import type { Credentials } from '@novnc/novnc';
import type { OpenedConsole } from '../../generated/api';
import type { Socket } from '../../host';
import { Channel, type Ending } from './channel';
import { press, type KeyChord } from './chords';
import { prefs, type Quality } from './prefs.svelte';
import type { RelativeRfb } from './relative';
import { Screen } from './screen.svelte';

const LEVELS: Record<Quality, { quality: number; compression: number }> = {
  best: { quality: 9, compression: 0 },
  balanced: { quality: 6, compression: 2 },
  slow: { quality: 1, compression: 9 },
};
const credentials = (password: string, username: string | undefined): Credentials =>
  username === undefined ? { password } : { username, password };

const MOST_CLIPBOARD = 1024 * 1024;

export class VncScreen extends Screen {
  #rfb: RelativeRfb | undefined;
  #load: typeof RelativeRfb | undefined;
  #password: string | undefined;
  #channel: Channel | undefined;
  #shown = false;

  protected async prepare(): Promise<void> {
    this.#load ??= (await import('./relative')).RelativeRfb;
  }

  protected attach(socket: Socket, opened: OpenedConsole): void {
    const Rfb = this.#load;
    if (!Rfb) throw new Error('what draws a display is not there');
    const channel = new Channel(socket, {
      onopen: () => (this.tunnelled = true),
      onread: () => this.drawn(),
      onend: (ending) => this.#ended(channel, ending),
    });
    const password = this.#password ?? opened.password ?? undefined;
    const rfb = new Rfb(this.element, channel, {
      shared: true,
      ...(password !== undefined && { credentials: credentials(password, this.userName) }),
    });
    this.#rfb = rfb;
    this.#channel = channel;
    rfb.background = 'transparent';
    rfb.viewOnly = this.viewOnly;
    rfb.onrelative = (relative) => rfb === this.#rfb && this.setRelative(relative);
    this.adjust();
    rfb.addEventListener('connect', () => this.#connected(rfb));
    rfb.addEventListener('credentialsrequired', ({ detail }) => {
      this.asksName = detail.types.includes('username');
      this.asks = true;
    });
    rfb.addEventListener('securityfailure', () => this.#notLetIn(channel));
    rfb.addEventListener('clipboard', ({ detail }) => {
      this.guestText = detail.text.slice(0, MOST_CLIPBOARD);
    });
    rfb.addEventListener('disconnect', () => this.#ended(channel, { code: 4001, reason: 'protocol' }));
  }

  protected detach(): void {
    const rfb = this.#rfb;
    this.#rfb = undefined;
    this.#channel = undefined;
    this.asks = false;
    if (!rfb) return;
    this.keepStill();
    rfb.disconnect();
    this.element.replaceChildren();
  }

  adjust(shown = this.#shown): void {
    this.#shown = shown;
    const rfb = this.#rfb;
    if (!rfb) return;
    rfb.resting = !shown;
    const { quality, compression } = LEVELS[prefs.quality];
    rfb.qualityLevel = quality;
    rfb.compressionLevel = compression;
    rfb.scaleViewport = prefs.scale !== 'actual';
    rfb.resizeSession = prefs.scale === 'resize' && shown && !this.viewOnly;
  }

  setViewOnly(on: boolean): void {
    this.viewOnly = on;
    if (this.#rfb) this.#rfb.viewOnly = on;
    if (on) this.grab.release();
    this.adjust();
  }
  send(chord: KeyChord): void {
    press(chord, (keysym, code, down) => this.#rfb?.sendKey(keysym, code, down));
  }
  offer(text: string): void {
    this.#rfb?.clipboardPasteFrom(text);
  }
  answer(password: string, name?: string): void {
    this.#password = password;
    this.userName = name;
    this.asks = false;
    if (this.#rfb) this.#rfb.sendCredentials(credentials(password, name));
    else this.link.retry();
  }
  focus(): void {
    this.#rfb?.focus({ preventScroll: true });
  }
  release(codes: Iterable<string>): void {
    for (const code of codes) this.canvas?.dispatchEvent(new KeyboardEvent('keyup', { code }));
  }
  protected livePng(): Promise<Blob | null> {
    return new Promise((done) => (this.#rfb ? this.#rfb.toBlob(done, 'image/png') : done(null)));
  }

  #connected(rfb: RelativeRfb): void {
    if (rfb !== this.#rfb) return;
    this.asks = this.refusedPassword = false;
    const canvas = this.element.querySelector('canvas');
    if (canvas) this.watch(canvas);
    this.link.opened();
    this.focusAgain();
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
