// How somebody likes consoles: kept for all of them (scale, quality) or by VM (what was shown last, the guest's layout, whether it is muted).
// Invariant: whatever was kept, the values are sane, and no more VMs are remembered than MOST.
import { host } from '../../host';

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

class Prefs {
  #kept = $state.raw<Kept>(START);
  #loading: Promise<void> | undefined;

  load(): Promise<void> {
    this.#loading ??= host.keep.get(NAME).then(
      (value) => void (this.#kept = sane(value)),
      () => undefined,
    );
    return this.#loading;
  }
  get scale(): Scale {
    return this.#kept.scale;
  }
  set scale(scale: Scale) {
    this.#keep({ ...this.#kept, scale });
  }
  get quality(): Quality {
    return this.#kept.quality;
  }
  set quality(quality: Quality) {
    this.#keep({ ...this.#kept, quality });
  }
  of(vm: string): ByVm {
    return this.#kept.vms[vm] ?? {};
  }
  put(vm: string, change: ByVm): void {
    const { [vm]: known, ...others } = this.#kept.vms;
    this.#keep(sane({ ...this.#kept, vms: { ...others, [vm]: { ...known, ...change } } }));
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    void host.keep.set(NAME, kept).catch(() => undefined);
  }
}

export const prefs = new Prefs();
