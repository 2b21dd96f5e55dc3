// Text that is typed into a guest as keystrokes. Invariant: nothing is typed before Rust has found every key of exactly
// this text on exactly this layout, and once typing has begun the text is nowhere in the page any more.
import type { ApiError, KeyboardLayout, TypingDto } from '../../generated/api';
import { host, HostError } from '../../host';
import { onTyping } from '../../stores/feed';
import { prefs } from './prefs.svelte';

/** A pace that firmware takes. */
export const PACE_MS = 33;
const CHECK_AFTER_MS = 150;
const START_LAYOUT = 'us';

export type Progress = { done: number; total: number; cancelling: boolean };
type Checked = { text: string; layout: string; unmappable: readonly string[]; keys: number };

export class Typing {
  text = $state('');
  hidden = $state(true);
  layouts = $state.raw<readonly KeyboardLayout[]>([]);
  layout = $state(START_LAYOUT);
  progress = $state.raw<Progress | null>(null);
  /** Why the last one did not get to its end. */
  error = $state.raw<ApiError | HostError | null>(null);
  #checked = $state.raw<Checked | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run: string | undefined;
  #starting = false;
  /** Said before the call that began it had answered. */
  #early: TypingDto[] = [];
  #deaf: () => void;

  constructor(readonly vm: string) {
    this.#deaf = onTyping((event) => this.#hear(event));
  }

  /** What Rust says of the text as it stands; undefined while it is being asked. */
  readonly checked = $derived.by(() => {
    const checked = this.#checked;
    return checked?.text === this.text && checked.layout === this.layout ? checked : undefined;
  });
  readonly unmappable = $derived(this.checked?.unmappable ?? []);
  readonly disabledReason = $derived.by(() => {
    if (this.progress) return 'It is being typed';
    if (this.text === '') return 'There is nothing to type';
    if (!this.checked) return 'The keys are being looked up';
    const missing = this.unmappable.length;
    return missing > 0
      ? `${missing} ${missing === 1 ? 'character' : 'characters'} cannot be typed with this layout`
      : undefined;
  });

  async load(): Promise<void> {
    await prefs.load();
    this.layout = prefs.of(this.vm).layout ?? this.layout;
    if (this.layouts.length > 0) return;
    this.layouts = await host.call('console_layouts', {}).catch(() => []);
    if (!this.layouts.some(({ id }) => id === this.layout)) this.layout = START_LAYOUT;
  }

  setText(text: string): void {
    this.text = text;
    this.error = null;
    this.#checkSoon();
  }
  setLayout(layout: string): void {
    this.layout = layout;
    prefs.put(this.vm, { layout });
    this.#checkSoon();
  }

  #checkSoon(): void {
    clearTimeout(this.#timer);
    if (this.text !== '') this.#timer = setTimeout(() => void this.#check(), CHECK_AFTER_MS);
  }
  async #check(): Promise<void> {
    const { text, layout } = this;
    try {
      const { unmappable, keys } = await host.call('console_type_check', { text, layout });
      this.#checked = { text, layout, unmappable, keys };
    } catch (thrown) {
      this.error = HostError.from(thrown);
    }
  }

  async start(): Promise<void> {
    if (this.#starting) return;
    this.#starting = true;
    // Whoever is quicker than the look-up waits for it.
    if (this.text !== '' && !this.checked) await this.#check();
    if (this.disabledReason !== undefined) return void (this.#starting = false);
    const { text, layout, vm: id } = this;
    this.error = null;
    this.progress = { done: 0, total: this.checked?.keys ?? 0, cancelling: false };
    this.forget();
    try {
      const { run } = await host.call('console_type', { id, text, layout, pace_ms: PACE_MS });
      this.#run = run;
      for (const event of this.#early) this.#hear(event);
    } catch (thrown) {
      this.progress = null;
      this.error = HostError.from(thrown);
    } finally {
      this.#starting = false;
      this.#early = [];
    }
  }

  async cancel(): Promise<void> {
    const run = this.#run;
    if (!run || !this.progress) return;
    this.progress = { ...this.progress, cancelling: true };
    await host.call('console_type_cancel', { run }).catch(() => undefined);
  }

  /** Lets go of the text and of what was found out about it. */
  forget(): void {
    clearTimeout(this.#timer);
    this.text = '';
    this.#checked = null;
  }

  dispose(): void {
    this.forget();
    this.#deaf();
    if (this.#run && this.progress) void this.cancel();
  }

  #hear(event: TypingDto): void {
    if (event.run !== this.#run) {
      if (this.#starting) this.#early.push(event);
      return;
    }
    if (!event.ended) {
      const cancelling = this.progress?.cancelling ?? false;
      this.progress = { done: event.done, total: event.total, cancelling };
      return;
    }
    this.#run = undefined;
    this.progress = null;
    this.error = event.error?.code === 'cancelled' ? null : event.error;
  }
}
