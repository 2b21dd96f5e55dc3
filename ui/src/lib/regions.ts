// F6 walks the parts of the window in reading order and comes back to where the focus was in each.

const FOCUSABLE =
  'a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea:not([disabled]),[tabindex]:not([tabindex="-1"])';

type Part = { order: number; first: string; last: HTMLElement | undefined };

export class Regions {
  #parts = new Map<HTMLElement, Part>();

  /**
   * An attachment: `{@attach regions.part(2)}`. Smaller numbers come first. `first` selects what takes the focus when
   * it has not been here yet; without it, or when there is none, it is the first thing that can.
   */
  part(order: number, first = FOCUSABLE): (element: HTMLElement) => () => void {
    return (element) => {
      const part: Part = { order, first, last: undefined };
      const remember = (event: FocusEvent): void => {
        if (event.target instanceof HTMLElement) part.last = event.target;
      };
      this.#parts.set(element, part);
      element.addEventListener('focusin', remember);
      return () => {
        this.#parts.delete(element);
        element.removeEventListener('focusin', remember);
      };
    };
  }

  /** Moves the focus to the next (+1) or previous (-1) part that can take it. */
  cycle(step: 1 | -1): boolean {
    const parts = [...this.#parts].sort((a, b) => a[1].order - b[1].order);
    const at = parts.findIndex(([element]) => element.contains(document.activeElement));
    const from = at < 0 && step < 0 ? parts.length : at;
    for (let i = 1; i <= parts.length; i++) {
      const found = parts[(((from + step * i) % parts.length) + parts.length) % parts.length];
      if (found && this.#enter(found[0], found[1])) return true;
    }
    return false;
  }

  #enter(element: HTMLElement, { last, first }: Part): boolean {
    if (element.closest('[inert],[hidden]')) return false;
    const target =
      last?.isConnected && element.contains(last)
        ? last
        : (element.querySelector<HTMLElement>(first) ?? element.querySelector<HTMLElement>(FOCUSABLE));
    target?.focus();
    return target !== null && target !== undefined && document.activeElement === target;
  }
}
