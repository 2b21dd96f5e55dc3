// A canvas for tests: happy-dom has none. It draws nothing and answers what is asked of it.
import { vi } from 'vitest';

export function fakeCanvas(): void {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (this: HTMLCanvasElement) {
    const image = (_x: number, _y: number, width: number, height: number) => ({
      width,
      height,
      data: new Uint8ClampedArray(4 * width * height),
    });
    const own: Record<string, unknown> = {
      canvas: this,
      getImageData: image,
      createImageData: (width: number, height: number) => image(0, 0, width, height),
    };
    return new Proxy(own, { get: (target, name: string) => target[name] ?? (() => undefined) }) as never;
  });
}
