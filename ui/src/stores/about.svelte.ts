// Facts about the app, and what the user should know of it: an inventory that was set aside, a full disk.
import type { AppInfo, NoticeDto } from '../generated/api';
import { host } from '../host';

export class About {
  info = $state.raw<AppInfo | null>(null);
  notices = $state.raw<readonly NoticeDto[]>([]);
  /** Whether this computer has a network at all, as far as the web view knows. */
  online = $state(true);

  async load(): Promise<void> {
    this.info = await host.call('app_info', {});
    for (const notice of this.info.notices) this.add(notice);
  }

  /** One of a kind: a newer one replaces the older. */
  add(notice: NoticeDto): void {
    const others = this.notices.filter(({ kind }) => kind !== notice.kind);
    this.notices =
      notice.kind === 'store_saved_again'
        ? others.filter(({ kind }) => kind !== 'store_full')
        : [...others, notice];
  }

  watchNetwork(): () => void {
    const look = (): void => {
      this.online = navigator.onLine;
    };
    look();
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }
}

export const about = new About();
