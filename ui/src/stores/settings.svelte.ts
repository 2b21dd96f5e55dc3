// Settings the engine acts on. The window's own are in layout.
import type { Settings } from '../generated/api';
import { host } from '../host';

export class SettingsStore {
  current = $state.raw<Settings>({ shutdown_timeout_s: 120 });

  async load(): Promise<void> {
    this.current = await host.call('settings_get', {});
  }

  /** Shows the new value at once and takes it back when it could not be kept. */
  async save(change: Partial<Settings>): Promise<void> {
    const before = this.current;
    this.current = { ...before, ...change };
    try {
      await host.call('settings_set', this.current);
    } catch (error) {
      this.current = before;
      throw error;
    }
  }
}

export const settings = new SettingsStore();
