// What we use of spice-html5, which comes without types.
declare module '@spice-project/spice-html5/src/quic.js' {
  export class SpiceQuic {
    /** Its pixels, when they could be read. */
    outptr: Uint8Array<ArrayBuffer> | undefined;
    from_dv(view: DataView, at: number, message: ArrayBuffer): number;
  }
}
