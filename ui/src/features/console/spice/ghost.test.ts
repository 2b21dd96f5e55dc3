import { describe, expect, it } from 'vitest';
import { Ghost } from './ghost';
import { placeOf } from './pointer';

describe('the guest’s own pointer', () => {
  it('is drawn with its tip where the guest says, as large as the picture, while ours is held', () => {
    const ghost = new Ghost();
    ghost.shape('url(data:image/png;base64,AA==) 3 4, default');
    ghost.moved({ x: 103, y: 54 });
    ghost.draw(2);
    expect(ghost.element.style.visibility).toBe('hidden');
    ghost.held(true);
    ghost.draw(2);
    expect(ghost.element.style.visibility).toBe('visible');
    expect(ghost.element.style.transform).toBe('translate(200px, 100px) scale(2)');
    ghost.shape('none');
    ghost.draw(2);
    expect(ghost.element.style.visibility, 'the guest hides it').toBe('hidden');
  });

  it('is where messages of shape, place and beginning put it, and nowhere else', () => {
    const at = (type: number): unknown => placeOf(type, Uint8Array.of(7, 1, 8, 0, 1).buffer);
    expect([101, 103, 104].map(at)).toEqual(Array(3).fill({ x: 263, y: 8 }));
    expect([102, 105, 106].map(at)).toEqual(Array(3).fill(undefined));
    expect(placeOf(104, new ArrayBuffer(3)), 'cut short').toBeUndefined();
  });
});
