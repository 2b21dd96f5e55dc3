// One console tab: what the VM offers, which of it is shown, and the connections to it. It follows the VM: what it was
// showing comes back when the VM runs again.
import { untrack } from 'svelte';
import Monitor from '@lucide/svelte/icons/monitor';
import SquareTerminal from '@lucide/svelte/icons/square-terminal';
import type { ConsolesDto, VmDto } from '../../generated/api';
import { host } from '../../host';
import { inventory } from '../../stores/inventory.svelte';
import { tabs, type Tab } from '../../stores/tabs.svelte';
import { chooseOf, endpointsOf, type Endpoint } from './endpoint';
import { Line } from './line.svelte';
import { Link, type Carrier, type Runs } from './link.svelte';
import { KIND } from './panes.svelte';
import { prefs } from './prefs.svelte';
import type { Screen } from './screen.svelte';
import { SpiceScreen } from './spice/spice.svelte';
import { Typing } from './typing.svelte';
import { VncScreen } from './vnc.svelte';

export function runsOf(vm: VmDto | undefined): Runs {
  if (!vm) return 'no';
  if (vm.stale) return 'unknown';
  return vm.state === 'running' || vm.state === 'paused' ? 'yes' : 'no';
}

export class Console implements Carrier {
  /** Asks what there is to show; connected like a display, with the same patience. */
  readonly asking = new Link(this);
  readonly typing: Typing;
  endpoints = $state.raw<readonly Endpoint[] | null>(null);
  shownKey = $state<string | undefined>();
  #screens = new Map<string, Screen>();
  #lines = new Map<string, Line>();
  #stop: () => void;

  readonly vm = $derived.by(() => inventory.get(this.id));
  readonly shown = $derived(this.endpoints?.find(({ key }) => key === this.shownKey));

  constructor(readonly id: string) {
    this.typing = new Typing(id);
    this.#stop = $effect.root(() => {
      $effect(() => {
        const runs = this.runs;
        untrack(() => this.#follow(runs));
      });
      $effect(() => {
        const look = { icon: this.shown?.kind === 'line' ? SquareTerminal : Monitor, busy: this.busy };
        untrack(() => tabs.setLook(this.tab, look));
      });
    });
  }

  get tab(): Tab {
    return { kind: KIND, id: this.id, title: this.vm?.name ?? '' };
  }
  get runs(): Runs {
    // Before the first list nothing is known, not even that the VM is gone.
    return inventory.loaded || this.vm ? runsOf(this.vm) : 'unknown';
  }
  get screen(): Screen | undefined {
    const { shown } = this;
    return shown && shown.kind !== 'line' ? this.#screens.get(shown.key) : undefined;
  }
  get line(): Line | undefined {
    const { shown } = this;
    return shown?.kind === 'line' ? this.#lines.get(shown.key) : undefined;
  }
  get link(): Link {
    return this.screen?.link ?? this.line?.link ?? this.asking;
  }
  get busy(): boolean {
    const { is } = this.link.state;
    return is === 'opening' || is === 'waiting';
  }

  show(key: string): void {
    const endpoint = this.endpoints?.find((other) => other.key === key);
    if (!endpoint) return;
    this.#make(endpoint);
    this.shownKey = key;
    prefs.put(this.id, { shown: key });
  }

  async dial(): Promise<void> {
    await prefs.load();
    const found = await host.call('console_list', { id: this.id });
    this.#learn(found);
    this.asking.opened();
  }
  hangUp(): void {
    // A list is asked for and answered: there is nothing to hold on to.
  }

  dispose(): void {
    this.#stop();
    this.asking.close();
    for (const screen of this.#screens.values()) screen.link.close();
    for (const line of this.#lines.values()) line.dispose();
    this.typing.dispose();
    tabs.setLook(this.tab, {});
  }

  #follow(runs: Runs): void {
    // A VM that was off may have come back with other devices, and one of a host that was away may have been off.
    this.asking.follow(runs === 'unknown' ? 'no' : runs);
    for (const { link } of [...this.#screens.values(), ...this.#lines.values()]) link.follow(runs);
  }

  #learn(found: ConsolesDto): void {
    const endpoints = endpointsOf(found);
    this.#forget(endpoints);
    this.endpoints = endpoints;
    const shown = chooseOf(endpoints, this.shownKey ?? prefs.of(this.id).shown);
    if (shown) this.#make(shown);
    this.shownKey = shown?.key;
  }

  /** What is not there any more, or speaks something else now: it would try for ever to be what it was. */
  #forget(endpoints: readonly Endpoint[]): void {
    const isThere = (key: string, kind: Endpoint['kind']): boolean =>
      endpoints.some((endpoint) => endpoint.key === key && endpoint.kind === kind);
    for (const [key, screen] of this.#screens) {
      if (isThere(key, screen instanceof SpiceScreen ? 'spice' : 'vnc')) continue;
      screen.link.close();
      this.#screens.delete(key);
    }
    for (const [key, line] of this.#lines) {
      if (isThere(key, 'line')) continue;
      line.dispose();
      this.#lines.delete(key);
    }
  }

  #make(endpoint: Endpoint): void {
    if (endpoint.unusable !== undefined) return;
    const known = this.#screens.get(endpoint.key) ?? this.#lines.get(endpoint.key);
    if (known) return;
    const made = this.#begin(endpoint);
    if (made instanceof Line) this.#lines.set(endpoint.key, made);
    else this.#screens.set(endpoint.key, made);
    made.link.follow(this.runs);
  }

  #begin({ kind, what }: Endpoint): Screen | Line {
    if (kind === 'line') return new Line(this.id, what);
    return kind === 'vnc' ? new VncScreen(this.id, what) : new SpiceScreen(this.id, what);
  }
}
