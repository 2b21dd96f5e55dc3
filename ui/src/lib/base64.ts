// Bytes as text that JSON carries.

/** A file as base64; the browser's own reader does it faster than any script. */
export function base64Of(blob: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => {
      const address = typeof reader.result === 'string' ? reader.result : '';
      done(address.slice(address.indexOf(',') + 1));
    };
    reader.onerror = () => fail(reader.error ?? new Error('it cannot be read'));
    reader.readAsDataURL(blob);
  });
}
