// A console's socket as noVNC wants it. Invariant: whatever the far end sends, a failure to read it ends this
// connection and nothing else: noVNC throws at some of what is no RFB.
import type { RawChannel } from '@novnc/novnc';
import type { Socket } from '../../host';

export type Ending = { code: number; reason: string };
/** Our own close code for bytes that are not what they should be. */
export const GARBAGE: Ending = { code: 4000, reason: 'protocol' };

type Watch = {
  /** The way to the display is there, nothing was said yet. */
  onopen: () => void;
  /** Something came and was understood. */
  onread: () => void;
  onend: (ending: Ending) => void;
};

export class Channel implements RawChannel {
  binaryType = 'arraybuffer';
  readonly protocol = '';
  onopen: RawChannel['onopen'] = null;
  onmessage: RawChannel['onmessage'] = null;
  onclose: RawChannel['onclose'] = null;
  onerror: RawChannel['onerror'] = null;
  #socket: Socket;
  #watch: Watch;
  #ended = false;

  constructor(socket: Socket, watch: Watch) {
    this.#socket = socket;
    this.#watch = watch;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.onopen?.();
      watch.onopen();
    };
    socket.onmessage = (event) => this.#read(event);
    socket.onclose = ({ code, reason }) => this.#end({ code, reason });
  }

  get readyState(): number {
    return this.#ended ? WebSocket.CLOSED : this.#socket.readyState;
  }
  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.readyState === WebSocket.OPEN) this.#socket.send(data);
  }
  close(): void {
    this.#socket.close();
  }

  #read(event: { data: ArrayBuffer }): void {
    if (this.#ended) return;
    try {
      this.onmessage?.(event);
    } catch {
      this.#end(GARBAGE);
      return this.#socket.close();
    }
    this.#watch.onread();
  }

  #end(ending: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watch.onend(ending);
    this.onclose?.(ending);
  }
}
