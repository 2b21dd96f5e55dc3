import { beforeEach, describe, expect, it } from 'vitest';
import { HostError } from '../../host';
import { start } from '../../stores/feed';
import { FakeHost } from '../../stores/testing/host';
import { toasts } from '../../ui/toasts.svelte';
import type { Endpoint } from './endpoint';
import { viewer, viewerEntries } from './viewer.svelte';

const endpoint = (kind: Endpoint['kind'], what: Endpoint['what']): Endpoint => ({
  key: 'k',
  label: '',
  title: '',
  kind,
  what,
});
const VNC = endpoint('vnc', { kind: 'display', index: 0 });
const SPICE = endpoint('spice', { kind: 'display', index: 1 });
const LINE = endpoint('line', { kind: 'line', alias: 'serial0', force: false });

let opened: { id: string; index: number }[];
let come: () => void;

beforeEach(async () => {
  opened = [];
  new FakeHost({
    viewer_check: () => ({ vnc: 'No way', spice: null }),
    viewer_open: async (request) => {
      opened.push(request);
      if (request.index === 9) throw new HostError({ code: 'unsupported', message: 'It ended.' });
      await new Promise<void>((done) => (come = done));
      return {};
    },
  });
  await start(Promise.resolve()).catch(() => undefined);
});

const reason = (shown: Endpoint): string | undefined => {
  const [entry] = viewerEntries('c1/a', shown);
  return entry && 'disabledReason' in entry ? entry.disabledReason : undefined;
};

describe('remote-viewer', () => {
  it('is offered for displays only, and says why where it cannot be', async () => {
    expect(viewerEntries('c1/a', LINE)).toEqual([]);
    expect(viewerEntries('c1/a', undefined)).toEqual([]);
    await viewer.look();
    expect(reason(VNC)).toBe('No way');
    expect(reason(SPICE)).toBeUndefined();
  });

  it('opens the display that is shown, once at a time', async () => {
    await viewer.look();
    const [entry] = viewerEntries('c1/a', SPICE);
    if (entry && 'onselect' in entry) entry.onselect();
    expect(reason(SPICE)).toBe('It is being opened');
    expect(opened).toEqual([{ id: 'c1/a', index: 1 }]);
    come();
    await expect.poll(() => reason(SPICE)).toBeUndefined();
  });

  it('says what went wrong, and can be tried again', async () => {
    await viewer.open('c1/a', 9);
    expect(toasts.shown.at(-1)).toMatchObject({ title: 'remote-viewer was not opened', text: 'It ended.' });
    expect(reason(SPICE)).toBeUndefined();
  });
});
