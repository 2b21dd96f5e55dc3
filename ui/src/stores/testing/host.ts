// A host for tests: answers what the test gives, remembers what was asked, sends what the test sends.
import type { AppEvent, Commands } from '../../generated/api';
import { HostError, useHost, type Socket } from '../../host';

type Answers = {
  [K in keyof Commands]?: (
    request: Commands[K]['request'],
  ) => Commands[K]['response'] | Promise<Commands[K]['response']>;
};

export class FakeHost {
  asked: { name: string; request: unknown }[] = [];
  kept: Record<string, unknown> = {};
  title = '';
  fullScreen = false;
  /** Every socket that was opened, in order. */
  sockets: FakeSocket[] = [];
  /** Messages sent before somebody listened. */
  sent = 0;
  #handlers = new Set<(event: AppEvent) => void>();

  /** `far`: who is at the other end of a socket; without it the test is. */
  constructor(
    public answers: Answers = {},
    far?: (url: string) => Socket,
  ) {
    useHost({
      call: async (name, request) => {
        this.asked.push({ name, request });
        const answer = this.answers[name];
        if (!answer) throw new HostError({ code: 'unsupported', message: `no answer to ${name}` });
        return answer(request);
      },
      listen: (handler) => {
        this.#handlers.add(handler);
        return Promise.resolve(this.sent);
      },
      keep: {
        all: () => Promise.resolve(this.kept),
        get: (name) => Promise.resolve(this.kept[name]),
        set: (name, value) => Promise.resolve(void (this.kept[name] = value)),
      },
      setTitle: (title) => Promise.resolve(void (this.title = title)),
      setFullScreen: (on) => Promise.resolve(void (this.fullScreen = on)),
      socket: (url) => {
        if (far) return far(url);
        const socket = new FakeSocket(url);
        this.sockets.push(socket);
        return socket;
      },
    });
  }

  send(event: AppEvent): void {
    for (const handler of this.#handlers) handler(event);
  }
  requests(name: keyof Commands): unknown[] {
    return this.asked.filter((call) => call.name === name).map((call) => call.request);
  }
}

/** A socket whose other end is the test. */
export class FakeSocket implements Socket {
  binaryType: BinaryType = 'blob';
  readyState: number = WebSocket.CONNECTING;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  /** What the page has sent. */
  sent: Uint8Array[] = [];
  constructor(readonly url: string) {}

  send(data: Parameters<WebSocket['send']>[0]): void {
    // The page reuses its buffer once `send` has returned.
    if (ArrayBuffer.isView(data))
      this.sent.push(new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)));
  }
  close(): void {
    this.ends(1000);
  }

  opens(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }
  says(bytes: Uint8Array): void {
    this.onmessage?.({ data: bytes.slice().buffer });
  }
  ends(code: number, reason = ''): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code, reason });
  }
}
