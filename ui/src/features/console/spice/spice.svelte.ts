// A SPICE display: one socket by `console_open` for each of its channels. The first is the console's own; the others come
// and go with it.
import type { OpenedConsole } from '../../../generated/api';
import { host, HostError, type Socket } from '../../../host';
import { press, type KeyChord } from '../chords';
import { prefs } from '../prefs.svelte';
import { pngOf, Screen } from '../screen.svelte';
import type { ChannelEnd } from './channel';
import { Ghost } from './ghost';
import type { SpiceSession } from './session';

type Session = typeof SpiceSession;
const RESIZE_AFTER_MS = 200;
/** What a system takes for a wish to hear something. */
const USED: readonly string[] = ['keydown', 'pointerdown'];

export class SpiceScreen extends Screen {
  override readonly hasQuality = false;
  #make: Session | undefined;
  #session: SpiceSession | undefined;
  #others: string[] = [];
  #password: string | undefined;
  #shown = false;
  /** Something was drawn since the connection began. */
  #drew = false;
  /** Whether only to look was chosen, and not the only thing there is. */
  #onlyLooks = false;
  #carries = $state(false);
  #pointer = '';
  #ghost = new Ghost();
  #resizing: ReturnType<typeof setTimeout> | undefined;
  #sizes = new ResizeObserver(() => this.adjust());
  #off: AbortController | undefined;

  protected async prepare(): Promise<void> {
    this.#make ??= (await import('./session')).SpiceSession;
  }

  protected override besides(): readonly string[] {
    return this.#others;
  }

  protected attach(socket: Socket, opened: OpenedConsole): void {
    const Make = this.#make;
    if (!Make) return;
    // in the middle, and where it is larger than its place its beginning can be scrolled to
    this.element.style.cssText = 'display:grid;place-content:safe center;overflow:auto';
    const session: SpiceSession = new Make(
      socket,
      this.#password ?? opened.password ?? '',
      () => this.#more(session),
      {
        onopen: () => (this.tunnelled = true),
        onpicture: (canvas) => session === this.#session && this.#picture(canvas),
        ondrawn: () => {
          this.#drew = true;
          this.drawn();
        },
        onready: (takesKeys) => session === this.#session && this.#ready(takesKeys),
        onpointer: (shape) => {
          this.#pointer = shape;
          if (this.canvas) this.canvas.style.cursor = shape;
          this.#ghost.shape(shape);
          this.#drawGhost();
        },
        onpointed: (at) => {
          this.#ghost.moved(at);
          this.#drawGhost();
        },
        onsound: (is) => session === this.#session && (this.sound = is),
        oncarries: (carries) => session === this.#session && this.#agentCarries(carries),
        onclipboard: (text) => session === this.#session && (this.guestText = text),
        onend: (end) => session === this.#session && this.#ended(end),
      },
    );
    session.muted = this.muted = prefs.of(this.vm).muted ?? false;
    this.#drew = false;
    this.#session = session;
    session.inputs.onrelative = (relative) => session === this.#session && this.setRelative(relative);
    this.#sizes.observe(this.element);
  }

  protected detach(): void {
    const session = this.#session;
    this.#session = undefined;
    this.asks = this.#carries = false;
    this.sound = null;
    for (const console of this.#others) void host.call('console_close', { console }).catch(() => undefined);
    this.#others = [];
    if (!session) return;
    this.#sizes.disconnect();
    this.#off?.abort();
    session.paint();
    this.keepStill();
    session.close();
    this.element.replaceChildren();
  }

  adjust(shown = this.#shown): void {
    if (shown && !this.#shown) this.#session?.paint();
    this.#shown = shown;
    const { canvas, element } = this;
    const [width, height] = [element.clientWidth, element.clientHeight];
    if (!canvas || width === 0 || height === 0) return;
    const scale = prefs.scale === 'actual' ? 1 : Math.min(width / canvas.width, height / canvas.height);
    canvas.style.width = `${canvas.width * scale}px`;
    canvas.style.height = `${canvas.height * scale}px`;
    this.#drawGhost();
    clearTimeout(this.#resizing);
    if (prefs.scale === 'resize' && shown && !this.viewOnly)
      this.#resizing = setTimeout(() => this.#session?.agent.resize(width, height), RESIZE_AFTER_MS);
  }

  setViewOnly(on: boolean): void {
    this.#onlyLooks = on;
    this.viewOnly = on || this.takesNoKeys;
    if (this.viewOnly) this.grab.release();
    this.adjust();
  }
  send(chord: KeyChord): void {
    press(chord, (_, code, down) => this.#session?.inputs.key(code, down));
  }
  override get noClipboard(): string | undefined {
    return this.#carries || !this.link.isOpen
      ? undefined
      : 'The guest runs no SPICE agent, which would carry the clipboard. Type text types it.';
  }
  offer(text: string): void {
    this.#session?.agent.offer(text);
  }
  override mute(on: boolean): void {
    super.mute(on);
    prefs.put(this.vm, { muted: on });
    if (this.#session) this.#session.muted = on;
    // whoever clicks has also told the system that they want to hear it
    this.#session?.wake();
  }
  answer(password: string): void {
    this.#password = password;
    this.asks = false;
    this.link.retry();
  }
  focus(): void {
    this.canvas?.focus({ preventScroll: true });
  }
  release(codes: Iterable<string>): void {
    for (const code of codes) this.#session?.inputs.key(code, false);
  }
  protected livePng(): Promise<Blob | null> {
    this.#session?.paint();
    return pngOf(this.canvas);
  }

  async #more(session: SpiceSession): Promise<Socket> {
    const { console, url } = await host.call('console_open', { id: this.vm, what: this.what });
    // Hung up meanwhile: nobody waits for it any more.
    if (session === this.#session) {
      this.#others.push(console);
      return host.socket(url);
    }
    void host.call('console_close', { console }).catch(() => undefined);
    throw new HostError({ code: 'cancelled', message: 'The display was left.' });
  }

  #picture(canvas: HTMLCanvasElement): void {
    const hadFocus = this.hasFocus;
    this.#off?.abort();
    this.#off = new AbortController();
    canvas.style.gridArea = '1/1';
    this.element.replaceChildren(canvas, this.#ghost.element);
    canvas.style.cursor = this.#pointer;
    this.#listen(canvas, this.#off.signal);
    this.watch(canvas);
    this.adjust();
    if (hadFocus) this.focus();
  }

  /** Not before: a key pressed while only the picture is there would be lost. */
  #ready(takesKeys: boolean): void {
    this.takesNoKeys = !takesKeys;
    this.setViewOnly(this.#onlyLooks);
    this.asks = this.refusedPassword = false;
    this.link.opened();
    if (this.#drew) this.drawn();
    this.focusAgain();
  }

  /** The agent came or went. One that has just come was not told yet how large the screen is to be. */
  #agentCarries(carries: boolean): void {
    this.#carries = carries;
    if (carries) this.adjust();
  }

  #drawGhost(): void {
    const { canvas } = this;
    if (!canvas) return;
    this.#ghost.held(this.relative && document.pointerLockElement === canvas);
    this.#ghost.draw(canvas.width > 0 ? canvas.clientWidth / canvas.width : 1);
  }

  #listen(canvas: HTMLCanvasElement, signal: AbortSignal): void {
    document.addEventListener('pointerlockchange', () => this.#drawGhost(), { signal });
    const on = <K extends keyof HTMLElementEventMap>(
      name: K,
      then: (inputs: SpiceSession['inputs'], event: HTMLElementEventMap[K]) => void,
    ): void =>
      canvas.addEventListener(
        name,
        (event) => {
          event.preventDefault();
          if (this.sound === 'blocked' && USED.includes(name)) this.#session?.wake();
          if (this.#session && !this.viewOnly) then(this.#session.inputs, event);
        },
        { signal, passive: false },
      );
    on('keydown', (inputs, { code }) => inputs.key(code, true));
    on('keyup', (inputs, { code }) => inputs.key(code, false));
    on('contextmenu', () => undefined);
    on('pointermove', (inputs, event) => inputs.move(this.#at(canvas, event)));
    on('pointerdown', (inputs, event) => {
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      inputs.move(this.#at(canvas, event));
      inputs.button(event.button, true, event.buttons);
    });
    on('pointerup', (inputs, { button, buttons }) => inputs.button(button, false, buttons));
    on('wheel', (inputs, { deltaY, buttons }) => deltaY !== 0 && inputs.wheel(deltaY < 0, buttons));
  }

  /** Where that is in the guest, whatever the scale. */
  #at(canvas: HTMLCanvasElement, event: PointerEvent): Parameters<SpiceSession['inputs']['move']>[0] {
    const scale = canvas.clientWidth > 0 ? canvas.width / canvas.clientWidth : 1;
    const inside = (at: number, end: number): number =>
      Math.max(0, Math.min(end - 1, Math.floor(at * scale)));
    return {
      x: inside(event.offsetX, canvas.width),
      y: inside(event.offsetY, canvas.height),
      movedX: event.movementX * scale,
      movedY: event.movementY * scale,
      buttons: event.buttons,
    };
  }

  #ended({ code, reason, error }: ChannelEnd): void {
    if (reason === 'auth_failed') {
      this.refusedPassword = this.#password !== undefined;
      this.#password = undefined;
    }
    if (error && reason !== 'auth_failed') this.link.failed(error);
    else this.link.ended({ code, reason });
  }
}
