// A serial or virtio line. Its terminal outlives its page, and the lines on it outlive the connection.
import type { OpenWhat } from '../../generated/api';
import type { Socket } from '../../host';
import { clock } from '../../lib/format';
import { Carried } from './carried.svelte';
import { Flow } from './flow';
import { Log } from './log';
import type { Term } from './terminal';

const DIM = '\u001b[0;2m';
const PLAIN = '\u001b[0m';

export class Line extends Carried {
  readonly element = document.createElement('div');
  readonly log = new Log();
  size = $state.raw<{ cols: number; rows: number } | null>(null);
  logged = $state(0);
  hasSelection = $state(false);
  term: Term | undefined;
  #socket: Socket | undefined;
  #flow: Flow | undefined;
  #force = false;
  #connections = 0;

  protected override whatNow(): OpenWhat {
    const force = this.#force;
    this.#force = false;
    return this.what.kind === 'line' ? { ...this.what, force } : this.what;
  }

  protected async prepare(): Promise<void> {
    const { makeTerminal } = await import('./terminal');
    if (this.term) return;
    const term = makeTerminal(this.element);
    this.term = term;
    this.#flow = new Flow((bytes, done) => term.terminal.write(bytes, done));
    const utf8 = new TextEncoder();
    term.terminal.onData((text) => this.#send(utf8.encode(text)));
    term.terminal.onBinary((text) => this.#send(Uint8Array.from(text, (c) => c.charCodeAt(0))));
    term.terminal.onSelectionChange(() => (this.hasSelection = term.terminal.hasSelection()));
    term.terminal.onResize(({ cols, rows }) => (this.size = { cols, rows }));
    this.fit();
  }

  protected attach(socket: Socket): void {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      // The line before is somebody's half written command; what follows comes from another life of the VM.
      if (++this.#connections > 1)
        this.#say(`\r\n${DIM}── connected again ${clock(new Date(), true)} ──${PLAIN}\r\n`);
      this.link.opened();
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      const bytes = new Uint8Array(data);
      this.log.add(bytes);
      this.logged = this.log.bytes;
      this.#flow?.push(bytes);
    };
    socket.onclose = ({ code, reason }) => socket === this.#socket && this.link.ended({ code, reason });
  }

  protected detach(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  /** Cuts off whoever has the line. */
  takeOver(): void {
    this.#force = true;
    this.link.retry();
  }
  focus(): void {
    this.term?.terminal.focus();
  }
  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }
  /** Columns and rows as fit into the element now. */
  fit(): void {
    if (!this.element.isConnected || this.element.clientWidth === 0) return;
    this.term?.fit.fit();
    const { terminal } = this.term ?? {};
    if (terminal) this.size = { cols: terminal.cols, rows: terminal.rows };
  }
  clear(): void {
    this.term?.terminal.clear();
  }
  /** What is selected, else everything that can be scrolled back to. */
  text(): string {
    const { terminal } = this.term ?? {};
    if (!terminal) return '';
    if (terminal.hasSelection()) return terminal.getSelection();
    const { active } = terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y));
    return lines
      .map((line) => (line?.isWrapped ? '' : '\n') + (line?.translateToString(true) ?? ''))
      .join('')
      .trim();
  }
  dispose(): void {
    this.link.close();
    this.term?.terminal.dispose();
  }

  #send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }
  #say(text: string): void {
    this.#flow?.push(new TextEncoder().encode(text));
  }
}
