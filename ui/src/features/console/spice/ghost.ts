// The guest's own pointer while ours is held in the picture: a held one is not drawn, and a guest that moves its pointer
// itself says where it has got to.

type Place = { x: number; y: number };

export class Ghost {
  readonly element = document.createElement('img');
  #at: Place = { x: 0, y: 0 };
  #tip: Place | undefined;
  #held = false;

  constructor() {
    this.element.alt = '';
    // In the picture's own cell of the grid, and never in the way of a click.
    this.element.style.cssText =
      'grid-area:1/1;place-self:start;pointer-events:none;transform-origin:0 0;visibility:hidden';
  }

  /** Takes the shape from a CSS cursor; one without a picture of its own is not drawn. */
  shape(cursor: string): void {
    const [, address, x, y] = /^url\((.*)\) (\d+) (\d+)/.exec(cursor) ?? [];
    this.#tip = address === undefined ? undefined : { x: Number(x), y: Number(y) };
    if (address !== undefined) this.element.src = address;
  }
  moved(at: Place): void {
    this.#at = at;
  }
  held(held: boolean): void {
    this.#held = held;
  }

  /** `scale`: how large a pixel of the guest is. */
  draw(scale: number): void {
    const { style } = this.element;
    style.visibility = this.#held && this.#tip ? 'visible' : 'hidden';
    if (!this.#tip) return;
    const [x, y] = [this.#at.x - this.#tip.x, this.#at.y - this.#tip.y];
    style.transform = `translate(${x * scale}px, ${y * scale}px) scale(${scale})`;
  }
}
