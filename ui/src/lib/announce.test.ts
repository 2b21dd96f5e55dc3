import { describe, expect, it } from 'vitest';
import { Announcer } from './announce';

function make() {
  let now = 0;
  const said: string[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const announcer = new Announcer((text, assertive) => said.push(assertive ? `! ${text}` : text), {
    now: () => now,
    after: (ms, run) => timers.push({ at: now + ms, run }),
  });
  const pass = (ms: number): void => {
    now += ms;
    for (const timer of timers.splice(0)) {
      if (timer.at <= now) timer.run();
      else timers.push(timer);
    }
  };
  return { announcer, said, pass };
}

describe('announcing', () => {
  it('says one thing per two seconds, the newest of each topic', () => {
    const { announcer, said, pass } = make();
    announcer.polite('1 selected', 'selection');
    pass(0);
    announcer.polite('2 selected', 'selection');
    announcer.polite('12 of 40 VMs');
    announcer.polite('3 selected', 'selection');
    pass(1000);
    expect(said).toEqual(['1 selected']);
    pass(1000);
    expect(said).toEqual(['1 selected', '12 of 40 VMs. 3 selected']);
  });
  it('does not make failures wait', () => {
    const { announcer, said } = make();
    announcer.assertive('Start win11-tpm failed');
    expect(said).toEqual(['! Start win11-tpm failed']);
  });
});
