// JPEG by the browser, away from this thread; and zlib, likewise. Invariant: neither becomes larger than what is told here
// beforehand.
import { garbled } from '../handshake';
import { imageOf, sized, Undrawn, type Image } from './image';

/** The size that a JPEG says it has: looked at before a browser believes it. */
export function jpegSize(bytes: Uint8Array): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      sized(width, height);
      return { width, height };
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new Undrawn('JPEG without a size');
}

export const readJpeg = (bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> =>
  createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));

let paper: CanvasRenderingContext2D | undefined;

/** What was read, for drawing with; it is let go of. */
export function pixelsOf(picture: ImageBitmap): Image {
  const { width, height } = picture;
  try {
    paper ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true }) ?? undefined;
    if (!paper) throw new Undrawn('JPEG');
    const { canvas } = paper;
    if (canvas.width < width) canvas.width = width;
    if (canvas.height < height) canvas.height = height;
    paper.drawImage(picture, 0, 0);
    const data = new Uint32Array(paper.getImageData(0, 0, width, height).data.buffer);
    for (let i = 0; i < data.length; i++) {
      const word = data[i] ?? 0;
      data[i] = (word & 0xff00ff00) | ((word & 255) << 16) | ((word >>> 16) & 255);
    }
    return imageOf(width, height, data);
  } finally {
    picture.close();
    if (paper && paper.canvas.width * paper.canvas.height > KEPT) paper = undefined;
  }
}
/** Nothing is kept for the next. */
export function putAway(): void {
  paper = undefined;
}
/** More than a screen's worth is not kept for the next. */
const KEPT = 4096 * 2304;

/** Unpacked, and so many bytes long. */
export async function inflate(bytes: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array> {
  const into = new Uint8Array(size);
  let filled = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (value.length > size - filled) {
      await reader.cancel();
      throw garbled();
    }
    into.set(value, filled);
    filled += value.length;
  }
  if (filled !== size) throw garbled();
  return into;
}
