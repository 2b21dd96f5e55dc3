// The toasts of the window: at most three, six seconds each, errors until dismissed. The queue is plain data; the
// component that shows it counts the time, so that hover and focus can stop it.

export type Toast = {
  id: number;
  look: 'ok' | 'danger' | 'info';
  title: string;
  text?: string;
  action?: { label: string; run: () => void };
  /** Milliseconds it stays; null until dismissed. */
  stays: number | null;
};

const MOST = 3;
export const TOAST_MS = 6000;
export const UNDO_MS = 8000;

export class ToastQueue {
  shown = $state.raw<readonly Toast[]>([]);
  #next = 1;

  /** Shows one more; when there are too many the oldest that would leave by itself goes first. */
  show(toast: Omit<Toast, 'id' | 'stays'> & { stays?: number | null }): number {
    const id = this.#next++;
    const stays = toast.stays !== undefined ? toast.stays : toast.look === 'danger' ? null : TOAST_MS;
    const all = [...this.shown, { ...toast, id, stays }];
    while (all.length > MOST) {
      const leaving = all.findIndex((t) => t.stays !== null && t.id !== id);
      all.splice(leaving < 0 ? 0 : leaving, 1);
    }
    this.shown = all;
    return id;
  }

  /** Done at once, with the way back for eight seconds. */
  undo(title: string, run: () => void): number {
    return this.show({ look: 'ok', title, action: { label: 'Undo', run }, stays: UNDO_MS });
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }
}

export const toasts = new ToastQueue();
