import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppEvent, TypingDto } from '../../generated/api';
import { HostError } from '../../host';
import { start } from '../../stores/feed';
import { FakeHost } from '../../stores/testing/host';
import { Typing } from './typing.svelte';

let host: FakeHost;
let typing: Typing;
let typed: { text: string; layout: string }[];

const said = (change: Partial<TypingDto>): AppEvent => ({
  event: 'typing',
  run: 'r1',
  done: 0,
  total: 3,
  error: null,
  ended: false,
  ...change,
});
const checked = (): Promise<unknown> => vi.advanceTimersByTimeAsync(200);

beforeEach(async () => {
  vi.useFakeTimers();
  typed = [];
  host = new FakeHost({
    console_layouts: () => [
      { id: 'us', name: 'English (US)' },
      { id: 'de', name: 'German' },
    ],
    console_type_check: ({ text, layout }) => ({
      unmappable: layout === 'us' ? [...text].filter((c) => c > '~') : [],
      keys: text.length,
    }),
    console_type: ({ text, layout }) => {
      typed.push({ text, layout });
      return { run: 'r1' };
    },
    console_type_cancel: () => ({}),
  });
  // The window's own start, as far as it goes here: from now on messages are heard.
  await start(Promise.resolve()).catch(() => undefined);
  typing = new Typing('c1/a');
  await typing.load();
});
afterEach(() => {
  typing.dispose();
  vi.useRealTimers();
});

describe('Typing', () => {
  it('types nothing before every key of exactly this text was found', async () => {
    typing.setText('abc');
    await checked();
    expect(typing.disabledReason).toBeUndefined();
    typing.setText('abcd');
    expect(typing.disabledReason).toBe('The keys are being looked up');
    await typing.start();
    expect(host.asked.map(({ name }) => name).slice(-2)).toEqual(['console_type_check', 'console_type']);
    expect(typed).toEqual([{ text: 'abcd', layout: 'us' }]);
  });

  it('types nothing that has changed while it was looked up', async () => {
    typing.setText('abc');
    const started = typing.start();
    typing.setText('abcd');
    await started;
    expect(typed).toEqual([]);
    typing.setText('pä');
    await typing.start();
    expect(typed).toEqual([]);
    expect(typing.unmappable).toEqual(['ä']);
  });

  it('names what the layout cannot type, and stays off until text and layout agree', async () => {
    typing.setText('pässwörd');
    await checked();
    expect(typing.unmappable).toEqual(['ä', 'ö']);
    expect(typing.disabledReason).toBe('2 characters cannot be typed with this layout');
    await typing.start();
    expect(typed).toEqual([]);
    typing.setLayout('de');
    expect(typing.disabledReason).toBe('The keys are being looked up');
    await checked();
    await typing.start();
    expect(typed).toEqual([{ text: 'pässwörd', layout: 'de' }]);
  });

  it('is hidden at first and forgets the text once it is being typed', async () => {
    expect(typing.hidden).toBe(true);
    typing.setText('abc');
    await checked();
    await typing.start();
    expect(typing.text).toBe('');
    expect(JSON.stringify(host.kept)).not.toContain('abc');
  });

  it('counts keys and ends', async () => {
    typing.setText('abc');
    await checked();
    await typing.start();
    host.send(said({ done: 2 }));
    expect(typing.progress).toEqual({ done: 2, total: 3, cancelling: false });
    host.send(said({ run: 'another', ended: true }));
    expect(typing.progress).not.toBeNull();
    host.send(said({ done: 3, ended: true }));
    expect(typing.progress).toBeNull();
    expect(typing.error).toBeNull();
  });

  it('hears an end that came before the answer to the call', async () => {
    host.answers.console_type = () => {
      host.send(said({ done: 3, ended: true }));
      return { run: 'r1' };
    };
    typing.setText('abc');
    await checked();
    await typing.start();
    expect(typing.progress).toBeNull();
  });

  it('stops when asked and takes that for no error', async () => {
    typing.setText('abc');
    await checked();
    await typing.start();
    await typing.cancel();
    expect(host.requests('console_type_cancel')).toEqual([{ run: 'r1' }]);
    const error = { ...new HostError({ code: 'cancelled', message: 'Stopped.' }) };
    host.send(said({ ended: true, error: error as never }));
    expect(typing.progress).toBeNull();
    expect(typing.error).toBeNull();
  });

  it('says why it did not begin', async () => {
    host.answers.console_type = () => {
      throw new HostError({ code: 'invalid_state', message: 'It is not running.' });
    };
    typing.setText('abc');
    await checked();
    await typing.start();
    expect(typing.progress).toBeNull();
    expect(typing.error?.message).toBe('It is not running.');
  });
});
