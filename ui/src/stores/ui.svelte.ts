// What is open in the window, its shortcuts and its regions. Dialogs are opened by setting what they are about.
import { MediaQuery } from 'svelte/reactivity';
import type { TaskDto, VmDto } from '../generated/api';
import { Regions } from '../lib/regions';
import { Shortcuts } from '../lib/shortcuts';
import { layout } from './layout.svelte';

export const shortcuts = new Shortcuts();
export const regions = new Regions();
/** F6 visits them in this order. */
export const REGION = { banner: 1, tree: 2, main: 3, detail: 4, dock: 5 } as const;

const narrow = new MediaQuery('max-width: 1099px', false);
const short = new MediaQuery('max-height: 679px', false);

export type DetailTab = 'overview' | 'hardware' | 'xml' | 'history';

export class Ui {
  palette = $state(false);
  settings = $state(false);
  /** The sheet of all shortcuts. */
  sheet = $state(false);
  /** The VM whose new name is asked for. */
  renaming = $state.raw<VmDto | null>(null);
  /** The VM that a display is chosen for. */
  addingDisplay = $state.raw<VmDto | null>(null);
  /** The task whose details are shown, by id. */
  taskDetails = $state<string | null>(null);
  detailTab = $state<DetailTab>('overview');
  /** In a narrow window the detail is a layer over the grid, in a short one the dock: both start closed. */
  #detailLayer = $state(false);
  #dockLayer = $state(false);
  /** Filled by the grid: where a shortcut or a row of the dock sends the focus. */
  grid = $state.raw<{ focus: () => void; reveal: (id: string) => boolean } | null>(null);
  focusFilter: () => void = () => undefined;
  focusDock: () => void = () => undefined;
  focusNewestToast: () => void = () => undefined;

  /** The dialog that asked for it is still open, and says itself how it ended. */
  saysItself({ action, vm_id }: TaskDto): boolean {
    return action === 'add_display' && this.addingDisplay?.id === vm_id;
  }
  get narrow(): boolean {
    return narrow.current;
  }
  get short(): boolean {
    return short.current;
  }
  get treeOpen(): boolean {
    return layout.current.tree.open;
  }
  set treeOpen(open: boolean) {
    layout.patch('tree', { open });
  }
  get detailOpen(): boolean {
    return this.narrow ? this.#detailLayer : layout.current.detail.open;
  }
  set detailOpen(open: boolean) {
    if (this.narrow) this.#detailLayer = open;
    else layout.patch('detail', { open });
  }
  get dockOpen(): boolean {
    return this.short ? this.#dockLayer : layout.current.dock.open;
  }
  set dockOpen(open: boolean) {
    if (this.short) this.#dockLayer = open;
    else layout.patch('dock', { open });
  }
}

export const ui = new Ui();
