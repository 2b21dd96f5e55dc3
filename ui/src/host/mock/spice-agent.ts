// The agent of the mock's guests: its messages, put together from the pieces in which they come.
export const MSG = { monitors: 2, clipboard: 4, caps: 6, grab: 7, request: 8 } as const;
/** Size of the screen, clipboard by demand and by selection. */
export const CAPS = (1 << 1) | (1 << 5) | (1 << 6);
const HEAD_BYTES = 20;

export function agentMessage(type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEAD_BYTES + body.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, type, true);
  view.setUint32(16, body.length, true);
  message.set(body, HEAD_BYTES);
  return message;
}

export class AgentReader {
  #have: number[] = [];

  /** The messages that are whole now. */
  read(piece: Uint8Array): { type: number; data: DataView }[] {
    this.#have.push(...piece);
    const whole: { type: number; data: DataView }[] = [];
    for (;;) {
      const bytes = Uint8Array.from(this.#have);
      const view = new DataView(bytes.buffer);
      const size = bytes.length >= HEAD_BYTES ? view.getUint32(16, true) : Infinity;
      if (bytes.length < HEAD_BYTES + size) return whole;
      const body = bytes.slice(HEAD_BYTES, HEAD_BYTES + size);
      whole.push({ type: view.getUint32(4, true), data: new DataView(body.buffer) });
      this.#have = this.#have.slice(HEAD_BYTES + size);
    }
  }
}
