// How somebody likes consoles: kept for all of them (scale, quality) or by VM (what was shown last, the guest's layout, whether it is muted).
// Several windows keep it under one name: a change is made to what is kept then, and heard by the others.
// Invariant: whatever was kept, the values are sane, and no more VMs are remembered than MOST.
import { host } from '../../host';
import { onKept } from '../../stores/feed';

export const SCALES = ['fit', 'actual', 'resize'] as const;
export type Scale = (typeof SCALES)[number];
export const QUALITIES = ['best', 'balanced', 'slow'] as const;
export type Quality = (typeof QUALITIES)[number];
export type ByVm = { shown?: string; layout?: string; muted?: boolean };
type Kept = { scale: Scale; quality: Quality; vms: Record<string, ByVm> };

const NAME = 'consoles';
const MOST = 200;
const START: Kept = { scale: 'fit', quality: 'balanced', vms: {} };

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export function sane(value: unknown): Kept {
  const { scale, quality, vms } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const entries = Object.entries(typeof vms === 'object' && vms !== null ? vms : {}).map(([id, of]) => {
    const { shown, layout, muted } = (of ?? {}) as Record<string, unknown>;
    const [s, l] = [text(shown), text(layout)];
    return [
      id,
      { ...(s && { shown: s }), ...(l && { layout: l }), ...(muted === true && { muted }) },
    ] as const;
  });
  return {
    scale: SCALES.find((word) => word === scale) ?? START.scale,
    quality: QUALITIES.find((word) => word === quality) ?? START.quality,
    vms: Object.fromEntries(entries.slice(-MOST)),
  };
}

export class Prefs {
  #kept = $state.raw<Kept>(START);
  #loading: Promise<void> | undefined;
  /** Changes that are not kept yet, one after another. */
  #keeping: Promise<void> = Promise.resolve();
  #unkept = 0;

  load(): Promise<void> {
    this.#loading ??= this.#begin();
    return this.#loading;
  }
  get scale(): Scale {
    return this.#kept.scale;
  }
  set scale(scale: Scale) {
    this.#change((kept) => ({ ...kept, scale }));
  }
  get quality(): Quality {
    return this.#kept.quality;
  }
  set quality(quality: Quality) {
    this.#change((kept) => ({ ...kept, quality }));
  }
  of(vm: string): ByVm {
    return this.#kept.vms[vm] ?? {};
  }
  put(vm: string, change: ByVm): void {
    this.#change((kept) => {
      const { [vm]: known, ...others } = kept.vms;
      return sane({ ...kept, vms: { ...others, [vm]: { ...known, ...change } } });
    });
  }

  async #begin(): Promise<void> {
    onKept(({ name, value }) => {
      // What is about to be kept here is newer.
      if (name === NAME && this.#unkept === 0) this.#kept = sane(value);
    });
    this.#kept = await this.#read();
  }

  #read(): Promise<Kept> {
    return host.keep.get(NAME).then(sane, () => this.#kept);
  }

  /** Shown at once, and made to what is kept by then: by this window or another. */
  #change(change: (kept: Kept) => Kept): void {
    this.#kept = change(this.#kept);
    this.#unkept++;
    this.#keeping = this.#keeping.then(async () => {
      const kept = change(await this.#read());
      // What cannot be kept is good until the window closes.
      await host.keep.set(NAME, kept).catch(() => undefined);
      if (--this.#unkept === 0) this.#kept = kept;
    });
  }
}

export const prefs = new Prefs();
