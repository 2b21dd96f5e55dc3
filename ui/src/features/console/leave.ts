// The way out of the guest: left Ctrl and left Alt (Control and Option on macOS) pressed together, nothing else with
// them, and released. AltGr never counts: Windows reports it as left Ctrl with the right Alt.

export type KeyPress = Pick<KeyboardEvent, 'code' | 'getModifierState'>;

const BOTH = ['ControlLeft', 'AltLeft'] as const;

export class LeaveChord {
  #down = new Set<string>();
  #both = false;
  #spoilt = false;

  keydown(event: KeyPress): void {
    this.#down.add(event.code);
    const alone = [...this.#down].every((code) => BOTH.some((key) => key === code));
    if (!alone || event.getModifierState('AltGraph')) this.#spoilt = true;
    if (BOTH.every((key) => this.#down.has(key))) this.#both = true;
  }

  /** True when this release is the end of the chord. */
  keyup(event: KeyPress): boolean {
    this.#down.delete(event.code);
    if (this.#down.size > 0) return false;
    const left = this.#both && !this.#spoilt;
    this.reset();
    return left;
  }

  /** The pointer was used meanwhile: Ctrl+Alt and a click is the guest's. */
  pointer(): void {
    if (this.#down.size > 0) this.#spoilt = true;
  }

  /** The keyboard went elsewhere: releases may never be seen. */
  reset(): void {
    this.#down.clear();
    this.#both = this.#spoilt = false;
  }
}
