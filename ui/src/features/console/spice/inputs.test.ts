import { describe, expect, it } from 'vitest';
import type { SpiceChannel } from './channel';
import { Inputs } from './inputs';

function inputs(): { inputs: Inputs; sent: [number, number[]][] } {
  const made = new Inputs();
  const sent: [number, number[]][] = [];
  const channel: Pick<SpiceChannel, 'send'> = {
    send: (type, body = new ArrayBuffer(0)) => void sent.push([type, [...new Uint8Array(body)]]),
  };
  made.channel = channel as SpiceChannel;
  return { inputs: made, sent };
}
const point = { x: 300, y: 2, movedX: -1, movedY: 3, buttons: 0 };

describe('Inputs', () => {
  it('sends keys by their place', () => {
    const { inputs: made, sent } = inputs();
    made.key('KeyY', true);
    made.key('KeyY', false);
    made.key('Fn', true);
    expect(sent).toEqual([
      [101, [0x15, 0, 0, 0]],
      [102, [0x95, 0, 0, 0]],
    ]);
  });

  it('says where the pointer is, or how far it went, as the guest takes it', () => {
    const { inputs: made, sent } = inputs();
    made.move({ ...point, buttons: 2 });
    made.relative = true;
    made.move(point);
    expect(sent).toEqual([
      [112, [44, 1, 0, 0, 2, 0, 0, 0, 4, 0, 0]],
      [111, [255, 255, 255, 255, 3, 0, 0, 0, 0, 0]],
    ]);
  });

  it('holds moves back until those before were taken', () => {
    const { inputs: made, sent } = inputs();
    for (let i = 0; i < 20; i++) made.move(point);
    expect(sent).toHaveLength(8);
    made.heard({ type: 111, data: new ArrayBuffer(0) });
    for (let i = 0; i < 20; i++) made.move(point);
    expect(sent).toHaveLength(12);
  });

  it('loses no movement that was held back, and no part of a step', () => {
    const { inputs: made, sent } = inputs();
    const told: boolean[] = [];
    made.onrelative = (relative) => told.push(relative);
    made.relative = true;
    for (let i = 0; i < 20; i++) made.move({ ...point, movedX: 0.5, movedY: 1 });
    made.heard({ type: 111, data: new ArrayBuffer(0) });
    const view = ([, bytes]: [number, number[]]): DataView => new DataView(Uint8Array.from(bytes).buffer);
    const sum = (at: number): number => sent.reduce((all, one) => all + view(one).getInt32(at, true), 0);
    expect([sum(0), sum(4)]).toEqual([10, 20]);
    made.relative = true;
    made.relative = false;
    expect(told).toEqual([true, false]);
  });

  it('presses the right button where the browser says the third', () => {
    const { inputs: made, sent } = inputs();
    made.button(2, true, 2);
    made.wheel(true, 0);
    expect(sent).toEqual([
      [113, [3, 4, 0]],
      [113, [4, 0, 0]],
      [114, [4, 0, 0]],
    ]);
  });
});
