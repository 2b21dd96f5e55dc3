import { beforeEach, describe, expect, it } from 'vitest';
import { HostError } from '../../host';
import { start } from '../../stores/feed';
import { FakeHost } from '../../stores/testing/host';
import { toasts } from '../../ui/toasts.svelte';
import type { Endpoint } from './endpoint';
import { Link } from './link.svelte';
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
let leave: (() => void) | undefined;
let dialled: number;
let link: Link;

beforeEach(async () => {
  [opened, dialled, leave] = [[], 0, undefined];
  link = new Link({
    dial: () => {
      dialled++;
      link.opened();
      return Promise.resolve();
    },
    hangUp: () => undefined,
  });
  link.follow('yes');
  new FakeHost({
    viewer_check: () => ({ vnc: 'No way', spice: null }),
    viewer_open: async (request) => {
      opened.push(request);
      if (request.index === 9) throw new HostError({ code: 'unsupported', message: 'It ended.' });
      await new Promise<void>((done) => (come = done));
      return { viewer: 'v1' };
    },
    viewer_ended: async () => {
      await new Promise<void>((done) => (leave = done));
      return {};
    },
  });
  await start(Promise.resolve()).catch(() => undefined);
});

const reason = (shown: Endpoint): string | undefined => {
  const [entry] = viewerEntries('c1/a', shown, link);
  return entry && 'disabledReason' in entry ? entry.disabledReason : undefined;
};

describe('remote-viewer', () => {
  it('is offered for displays only, and says why where it cannot be', async () => {
    expect(viewerEntries('c1/a', LINE, link)).toEqual([]);
    expect(viewerEntries('c1/a', undefined, link)).toEqual([]);
    await viewer.look();
    expect(reason(VNC)).toBe('No way');
    expect(reason(SPICE)).toBeUndefined();
  });

  it('gets the display that is shown, which comes back when it is closed', async () => {
    await viewer.look();
    const [entry] = viewerEntries('c1/a', SPICE, link);
    if (entry && 'onselect' in entry) entry.onselect();
    expect(link.state.is, 'a display may have one viewer only').toBe('lent');
    expect(reason(SPICE)).toBe('It is shown there');
    const other = new Link({ dial: () => Promise.resolve(), hangUp: () => undefined });
    expect(viewerEntries('c1/b', SPICE, other)[0]).toMatchObject({ disabledReason: 'It is being opened' });
    expect(opened).toEqual([{ id: 'c1/a', index: 1 }]);
    come();
    await expect.poll(() => leave).toBeDefined();
    expect(viewerEntries('c1/b', SPICE, other)[0]).not.toHaveProperty('disabledReason');
    expect([link.state.is, dialled]).toEqual(['lent', 1]);
    leave?.();
    await expect.poll(() => link.state.is).toBe('open');
    expect(reason(SPICE)).toBeUndefined();
  });

  it('leaves alone what was taken back before it was closed', async () => {
    const visit = viewer.open('c1/a', 1, link);
    come();
    link.retry();
    await expect.poll(() => leave).toBeDefined();
    leave?.();
    await visit;
    expect([link.state.is, dialled]).toEqual(['open', 2]);
  });

  it('says what went wrong, and shows it here again', async () => {
    await viewer.open('c1/a', 9, link);
    expect(toasts.shown.at(-1)).toMatchObject({ title: 'remote-viewer was not opened', text: 'It ended.' });
    expect(link.state.is).toBe('open');
    expect(reason(SPICE)).toBeUndefined();
  });
});
