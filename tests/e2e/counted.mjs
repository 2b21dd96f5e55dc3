// A VM that counts on its serial line, and a look at every byte of it as it comes to the page.

/** Waits for a byte on the serial port, then counts on it: four bytes a number, the lowest first. */
export const counter = (numbers) => {
  const most = Buffer.alloc(4);
  most.writeUInt32LE(numbers);
  return `fa6631dbbafa03b001eeb2fdeca80174fbb2f8ecb2fdeca82074fbb2f86689d8ee66c1e808ee66c1e808ee66c1e808ee6643
    6681fb${most.toString('hex')}75d9f4ebfd`;
};

/** Looks at every byte that comes to the page on sockets that are opened from now on, and for how long nothing else ran. */
export const WATCH_BYTES = `
  window.counted = { bytes: 0, wrong: 0, longest: 0, took: 0 };
  const counted = window.counted;
  let [next, rest, began] = [0, new Uint8Array(0), 0];
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...all) {
      super(...all);
      this.addEventListener('message', ({ data }) => {
        began ||= performance.now();
        const all = new Uint8Array(rest.length + data.byteLength);
        all.set(rest);
        all.set(new Uint8Array(data), rest.length);
        const view = new DataView(all.buffer);
        let at = 0;
        for (; at + 4 <= all.length; at += 4) if (view.getUint32(at, true) !== next++) counted.wrong++;
        rest = all.slice(at);
        counted.bytes += data.byteLength;
        counted.took = performance.now() - began;
      });
    }
  };
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    counted.longest = Math.max(counted.longest, now - last);
    last = now;
  }, 10);
`;
