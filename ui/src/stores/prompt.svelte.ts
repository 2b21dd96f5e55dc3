// The question that waits for the user, one at a time.
import type { PromptDto } from '../generated/api';
import { host } from '../host';

export class Prompt {
  current = $state.raw<PromptDto | null>(null);
  /** Whether its dialog is open. */
  open = $state(false);

  /** Opens the dialog of the question that waits. */
  show(): void {
    this.open = this.current !== null;
  }

  async load(): Promise<void> {
    this.current = await host.call('prompt_current', {});
  }

  set(prompt: PromptDto | null): void {
    this.current = prompt;
  }

  /** `text` null trusts a host key. */
  async answer(id: string, text: string | null): Promise<void> {
    await host.call('prompt_answer', { id, cancelled: false, text });
    this.#close(id);
  }

  async cancel(id: string): Promise<void> {
    await host.call('prompt_answer', { id, cancelled: true, text: null });
    this.#close(id);
  }

  #close(id: string): void {
    if (this.current?.id === id) this.current = null;
  }
}

export const prompt = new Prompt();
