// The pointer of a guest that knows only movements: it is held in the picture, since at the window's edge it could move no
// further, until the leaving chord, Escape or another focus lets it go.

const HINT_MS = 5000;

export class Grab {
  /** The pointer is the guest's. */
  held = $state(false);
  /** How to get out is to be seen. */
  hinting = $state(false);
  /** The web view or the window system holds no pointer: it reaches as far as the picture. */
  refused = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #off: AbortController | undefined;

  /** From now on a click into this picture holds the pointer, while `wanted`. */
  watch(canvas: HTMLCanvasElement, wanted: () => boolean): void {
    this.unwatch();
    this.#canvas = canvas;
    this.#off = new AbortController();
    const { signal } = this.#off;
    canvas.addEventListener('click', () => wanted() && this.#hold(), { signal });
    canvas.addEventListener('blur', () => this.release(), { signal });
    document.addEventListener('pointerlockchange', () => this.#changed(), { signal });
    document.addEventListener('pointerlockerror', () => (this.refused = true), { signal });
  }

  unwatch(): void {
    this.release();
    this.#off?.abort();
    this.#canvas = undefined;
    this.#set(false);
  }

  release(): void {
    if (this.held) document.exitPointerLock();
  }

  #hold(): void {
    const { held } = this;
    const canvas = this.#canvas;
    if (!canvas || held) return;
    // A web view without it has no such function; an older one answers by an event alone.
    const lock: unknown = canvas.requestPointerLock?.();
    if (lock === undefined && !('requestPointerLock' in canvas)) this.refused = true;
    if (lock instanceof Promise) lock.catch(() => (this.refused = true));
  }

  #changed(): void {
    this.#set(this.#canvas !== undefined && document.pointerLockElement === this.#canvas);
  }

  #set(held: boolean): void {
    if (held === this.held) return;
    this.held = this.hinting = held;
    clearTimeout(this.#timer);
    if (!held) return;
    this.refused = false;
    this.#timer = setTimeout(() => (this.hinting = false), HINT_MS);
  }
}
