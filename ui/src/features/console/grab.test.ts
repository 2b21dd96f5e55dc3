import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Grab } from './grab.svelte';

let grab: Grab;
let canvas: HTMLCanvasElement;
let wanted: boolean;
let locked: Element | null;
const change = (): unknown => document.dispatchEvent(new Event('pointerlockchange'));

beforeEach(() => {
  vi.useFakeTimers();
  [wanted, locked] = [true, null];
  canvas = document.body.appendChild(document.createElement('canvas'));
  canvas.requestPointerLock = () => {
    locked = canvas;
    change();
    return Promise.resolve();
  };
  Object.defineProperty(document, 'pointerLockElement', { configurable: true, get: () => locked });
  document.exitPointerLock = () => {
    locked = null;
    change();
  };
  grab = new Grab();
  grab.watch(canvas, () => wanted);
});
afterEach(() => {
  grab.unwatch();
  canvas.remove();
  vi.useRealTimers();
});

describe('a held pointer', () => {
  it('is taken by a click, with the way out to be read for a while', () => {
    canvas.click();
    expect([grab.held, grab.hinting]).toEqual([true, true]);
    vi.advanceTimersByTime(5000);
    expect([grab.held, grab.hinting]).toEqual([true, false]);
  });

  it('is not taken from a guest that points at places', () => {
    wanted = false;
    canvas.click();
    expect(locked).toBeNull();
  });

  it('is let go when the keyboard goes elsewhere, and when the picture goes', () => {
    canvas.click();
    canvas.dispatchEvent(new FocusEvent('blur'));
    expect([grab.held, locked]).toEqual([false, null]);
    canvas.click();
    grab.unwatch();
    expect([grab.held, locked]).toEqual([false, null]);
    canvas.click();
    expect(locked, 'nobody watches any more').toBeNull();
  });

  it('is known to be free when the system has let it go', () => {
    canvas.click();
    locked = null;
    change();
    expect([grab.held, grab.hinting]).toEqual([false, false]);
  });

  it('says when the system holds none', () => {
    canvas.requestPointerLock = () => {
      document.dispatchEvent(new Event('pointerlockerror'));
      return Promise.resolve();
    };
    canvas.click();
    expect([grab.held, grab.refused]).toEqual([false, true]);
  });
});
