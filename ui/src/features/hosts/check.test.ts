import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckResult, PutConnection } from '../../generated/api';
import { HostError, useHost } from '../../host';
import { Check } from './check.svelte';
import { emptyDraft, settingsOf } from './draft';

const request = (name: string): PutConnection => ({
  id: null,
  settings: { ...settingsOf(emptyDraft()), name },
  connect: false,
});
const taken: CheckResult = {
  parts: null,
  wrong: [{ part: 'name', message: 'Amsterdam already has this name.' }],
};
const fine: CheckResult = { parts: null, wrong: [] };
let call: ReturnType<typeof vi.fn>;

beforeEach(() => {
  call = vi.fn(async () => taken);
  useHost({ call, listen: vi.fn(), keep: { get: vi.fn(), set: vi.fn() }, setTitle: vi.fn() } as never);
});

describe('the check of a form', () => {
  it('is silent about a field until it was left', async () => {
    const check = new Check();
    await check.now(request('ams'));
    expect(check.at('name', 'address')).toBeUndefined();
    check.leave('name');
    expect(check.at('name', 'address')).toBe('Amsterdam already has this name.');
    expect(check.at('address', 'address')).toBeUndefined();
  });

  it('says everything after a submit', async () => {
    const check = new Check();
    expect(await check.now(request('ams'))).toBe(false);
    check.speakUp();
    expect(check.at('name', 'uri')).toBe('Amsterdam already has this name.');
  });

  it('asks once when typing pauses', () => {
    const waiting: (() => void)[] = [];
    const check = new Check({
      set: (run) => {
        waiting.push(run);
        return () => waiting.splice(waiting.indexOf(run), 1);
      },
    });
    check.later(request('a'));
    check.later(request('am'));
    for (const run of waiting) run();
    expect(call.mock.calls.map(([, asked]) => asked.settings.name)).toEqual(['am']);
  });

  it('lets a late answer to an older question go', async () => {
    let answer: (result: CheckResult) => void = () => {};
    call.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    call.mockResolvedValueOnce(fine);
    const check = new Check();
    const slow = check.now(request('a'));
    await check.now(request('am'));
    answer(taken);
    await slow;
    check.speakUp();
    expect(check.at('name', 'address')).toBeUndefined();
  });

  it('puts what a refused save says at its fields', async () => {
    call.mockRejectedValueOnce(
      new HostError({
        code: 'invalid_input',
        message: 'Cannot add it.',
        fields: [{ part: 'port', message: 'Port is 1 to 65535.' }],
      }),
    );
    const check = new Check();
    await check.now(request('a'));
    check.leave('port');
    expect(check.at('port', 'address')).toBe('Port is 1 to 65535.');
  });
});
