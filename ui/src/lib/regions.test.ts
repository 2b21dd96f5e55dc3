import { beforeEach, describe, expect, it } from 'vitest';
import { Regions } from './regions';

beforeEach(() => {
  document.body.innerHTML = `<div id="main"><button id="m1"></button><button id="m2"></button></div>
    <nav id="nav"><button id="n1"></button></nav><aside id="empty"></aside><section id="dock"><button id="d1"></button></section>`;
});
const at = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

describe('F6', () => {
  it('walks the parts in order, skips those without focus, and comes back to where it was', () => {
    const regions = new Regions();
    [
      ['nav', 1],
      ['main', 2],
      ['empty', 3],
      ['dock', 4],
    ].forEach(([id, order]) => regions.part(order as number)(at(id as string)));
    const visited: (string | undefined)[] = [];
    const next = (step: 1 | -1): void => {
      regions.cycle(step);
      visited.push(document.activeElement?.id);
    };
    next(1);
    next(1);
    at('m2').focus();
    next(1);
    next(1);
    next(1);
    next(-1);
    expect(visited).toEqual(['n1', 'm1', 'd1', 'n1', 'm2', 'n1']);
  });
  it('forgets a part that is gone', () => {
    const regions = new Regions();
    regions.part(1)(at('nav'))();
    expect(regions.cycle(1)).toBe(false);
  });
});
