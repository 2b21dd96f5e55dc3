// What was chosen in the palette lately, newest first. Kept with the layout of the window.
import { host } from '../../host';

const NAME = 'recent';
const MOST = 20;

class Recent {
  keys = $state.raw<readonly string[]>([]);

  async load(): Promise<void> {
    const kept = await host.keep.get(NAME).catch(() => undefined);
    if (Array.isArray(kept))
      this.keys = kept.filter((key): key is string => typeof key === 'string').slice(0, MOST);
  }

  add(key: string): void {
    this.keys = [key, ...this.keys.filter((other) => other !== key)].slice(0, MOST);
    // What is not kept costs the user nothing but the order.
    void host.keep.set(NAME, this.keys).catch(() => undefined);
  }

  at(key: string): number | undefined {
    const at = this.keys.indexOf(key);
    return at < 0 ? undefined : at;
  }
}

export const recent = new Recent();
