// noVNC with QEMU's change of the pointer: a guest without a tablet or a driver for it is told by how much the pointer has
// moved. noVNC knows only places, from which QEMU makes movements that end at the picture's edge and drift.
//
// QEMU says which of both it wants, but not at first when it wants movements: a display of QEMU's that has acknowledged
// its other extensions and has not said otherwise wants them.
import RFB, { type RectHeader } from '@novnc/novnc';
import { RestingRfb } from './resting';

const POINTER_TYPE_CHANGE = -257;
const EXTENDED_KEYS = -258;
/** No movement, in each direction. */
const STILL = 0x7fff;

// There is one list of encodings, made and sent inside; ours is added where it is sent.
const send = RFB.messages.clientEncodings;
RFB.messages.clientEncodings = (socket, encodings) => send(socket, [...encodings, POINTER_TYPE_CHANGE]);

export class RelativeRfb extends RestingRfb {
  /** Told when the guest wants movements, or places again. */
  onrelative: (relative: boolean) => void = () => undefined;
  #qemu = false;
  #acknowledged = false;
  #absolute = false;
  #relative = false;
  #moved = { x: 0, y: 0 };

  /** The name that the display has given itself. */
  protected override _setDesktopName(name: string): void {
    this.#qemu = name === 'QEMU' || name.startsWith('QEMU (');
    super._setDesktopName(name);
  }

  protected override _handleRect(): boolean {
    const { encoding, x }: RectHeader = this._FBU;
    if (encoding === EXTENDED_KEYS) this.#acknowledged = true;
    if (encoding !== POINTER_TYPE_CHANGE) {
      const handled = super._handleRect();
      if (encoding === EXTENDED_KEYS) this.#tell();
      return handled;
    }
    this.#qemu = this.#acknowledged = true;
    this.#absolute = x === 1;
    this.#tell();
    return true;
  }

  #tell(): void {
    const relative = this.#qemu && this.#acknowledged && !this.#absolute;
    if (relative === this.#relative) return;
    this.#relative = relative;
    this.#moved = { x: 0, y: 0 };
    this.onrelative(relative);
  }

  protected override _handleMouse(event: MouseEvent): void {
    if (!this.#relative) return super._handleMouse(event);
    event.stopPropagation();
    event.preventDefault();
    if (event.type === 'mousemove') {
      this.#moved.x += event.movementX;
      this.#moved.y += event.movementY;
      // At noVNC's own pace; where it is makes no difference.
      this._handleMouseMove(0, 0);
    } else if (event.type === 'mousedown' || event.type === 'mouseup') {
      this._handleMouseButton(0, 0, RFB._convertButtonMask(event.buttons));
    }
  }

  protected override _sendMouse(x: number, y: number, mask: number): void {
    // What it would take it for is not known yet: its answer is under way.
    if (this.#qemu && !this.#acknowledged) return;
    if (!this.#relative) return super._sendMouse(x, y, mask);
    if (this.viewOnly) return;
    const [movedX, movedY] = [this.#take('x'), this.#take('y')];
    RFB.messages.pointerEvent(this._sock, STILL + movedX, STILL + movedY, mask);
  }

  /** As much as one message carries; what is left goes with the next. */
  #take(axis: 'x' | 'y'): number {
    const whole = Math.trunc(this.#moved[axis]);
    const now = Math.max(-STILL, Math.min(STILL, whole));
    this.#moved[axis] -= now;
    return now;
  }
}
