// A socket of the mock: what the page sends goes to `heard`, what the far end says comes by `say`. Both take a turn of
// the event loop, as bytes over a wire do.
import type { Socket } from '../types';

export abstract class MockSocket implements Socket {
  binaryType: BinaryType = 'blob';
  readyState: number = WebSocket.CONNECTING;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  received = 0;
  sent = 0;

  /** Somebody has come for it. */
  dial(): void {
    setTimeout(() => this.#opens(), 40);
  }

  protected abstract begin(): void;
  protected abstract heard(bytes: Uint8Array): void;

  send(data: Parameters<WebSocket['send']>[0]): void {
    if (!ArrayBuffer.isView(data)) return;
    // The page reuses its buffer once `send` has returned.
    const bytes = new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
    this.sent += bytes.length;
    setTimeout(() => this.readyState === WebSocket.OPEN && this.heard(bytes));
  }
  close(): void {
    this.ends(1000);
  }

  say(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.received += bytes.length;
    const data = bytes.slice().buffer;
    setTimeout(() => this.readyState === WebSocket.OPEN && this.onmessage?.({ data }));
  }
  ends(code: number, reason = ''): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    setTimeout(() => this.onclose?.({ code, reason }));
  }

  #opens(): void {
    if (this.readyState !== WebSocket.CONNECTING) return;
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
    this.begin();
  }
}
