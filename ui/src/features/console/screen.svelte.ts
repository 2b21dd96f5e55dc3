// A display, whatever it speaks. It outlives its page: the picture is an element of its own that a page takes in while it
// is shown, so that going to another tab ends nothing. The last picture stays when the connection goes.
import { Carried } from './carried.svelte';
import type { KeyChord } from './chords';
import { Grab } from './grab.svelte';
import type { SoundIs } from './spice/sound';

export type Picture = { width: number; height: number; scale: number };

export abstract class Screen extends Carried {
  /** Holds the live picture; a page puts it into its stage. */
  readonly element = document.createElement('div');
  /** The last picture of a connection that has gone. */
  still = $state.raw<HTMLCanvasElement | null>(null);
  picture = $state.raw<Picture | null>(null);
  viewOnly = $state(false);
  /** What the guest has copied, until it copies something else. */
  guestText = $state<string | null>(null);
  /** The text of it that has been copied here, or was given from here: nothing new. */
  taken = $state<string | null>(null);
  #asks = $state(false);
  /** It wants a name as well. */
  asksName = $state(false);
  /** The name that it was told last. */
  userName: string | undefined;
  refusedPassword = $state(false);
  /** Whether the picture's quality can be chosen. */
  readonly hasQuality: boolean = true;
  /** The display takes no keys at all, whatever is wanted: it is for looking only. */
  takesNoKeys = $state(false);
  /** How its sound is; null where there is none. */
  sound = $state<SoundIs | null>(null);
  muted = $state(false);
  /** The name a screen reader gives to the picture. */
  label = 'Screen';
  /** The guest's pointer is moved by so much, not to a place. */
  relative = $state(false);
  /** Its pointer, while it is held in the picture. */
  readonly grab = new Grab();
  protected canvas: HTMLCanvasElement | undefined;
  #looks: MutationObserver | undefined;
  #focusAgain = false;

  /** Scale and quality as they are wanted now; without a page the guest is not asked for another size. */
  abstract adjust(shown?: boolean): void;
  abstract setViewOnly(on: boolean): void;
  abstract send(chord: KeyChord): void;
  /** What is copied here, for the guest to paste. */
  abstract offer(text: string): void;
  abstract answer(password: string, name?: string): void;
  abstract focus(): void;
  /** Keys that were down when the keyboard went elsewhere come up in the guest as well. */
  abstract release(codes: Iterable<string>): void;
  /** The live picture as a PNG. */
  protected abstract livePng(): Promise<Blob | null>;

  /** The display wants a password that nobody has told. */
  get asks(): boolean {
    return this.#asks;
  }
  set asks(on: boolean) {
    this.#asks = on;
    this.link.hold(on);
  }
  /** Why it carries no clipboard; undefined when it does. */
  get noClipboard(): string | undefined {
    return undefined;
  }
  /** Silences its sound, or lets it be heard. */
  mute(on: boolean): void {
    this.muted = on;
  }
  get hasFocus(): boolean {
    return this.canvas !== undefined && document.activeElement === this.canvas;
  }
  /** The picture as a PNG; null when there is none. */
  png(): Promise<Blob | null> {
    if (this.link.isOpen) return this.livePng();
    return pngOf(this.still);
  }

  /** The picture is drawn on this from now on. */
  protected watch(canvas: HTMLCanvasElement): void {
    this.canvas = canvas;
    this.grab.watch(canvas, () => this.relative && !this.viewOnly);
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
    this.#looks?.disconnect();
    this.#looks = new MutationObserver(look);
    this.#looks.observe(canvas, { attributes: true, attributeFilter: ['width', 'height', 'style'] });
    look();
  }

  /** The guest wants movements from now on, or places. */
  protected setRelative(on: boolean): void {
    this.relative = on;
    if (!on) this.grab.release();
  }

  /** Whoever had the keyboard in the guest has it again; whoever has gone elsewhere meanwhile stays there. */
  protected focusAgain(): void {
    if (this.#focusAgain && document.activeElement === document.body) this.focus();
    this.#focusAgain = false;
  }

  /** The first picture of a new connection takes the place of the last of the old one. */
  protected drawn(): void {
    if (this.still && this.link.isOpen) this.still = null;
  }

  /** The connection goes, its picture stays. */
  protected keepStill(): void {
    const { canvas } = this;
    this.canvas = undefined;
    this.setRelative(false);
    this.grab.unwatch();
    this.#looks?.disconnect();
    if (!canvas || canvas.width === 0) return;
    this.#focusAgain = document.activeElement === canvas;
    const still = document.createElement('canvas');
    still.width = canvas.width;
    still.height = canvas.height;
    still.getContext('2d')?.drawImage(canvas, 0, 0);
    this.still = still;
  }
}

export const pngOf = (canvas: HTMLCanvasElement | null | undefined): Promise<Blob | null> =>
  new Promise((done) => (canvas ? canvas.toBlob(done, 'image/png') : done(null)));
