// What we use of spice-html5, which comes without types.
declare module '@spice-project/spice-html5/src/display.js' {
  export class SpiceDisplayConn {
    primary_surface: number | undefined;
    process_channel_message(message: { type: number; data: ArrayBuffer }): boolean;
  }
}
declare module '@spice-project/spice-html5/src/enums.js' {
  export const Constants: Record<string, number> & {
    SPICE_CHANNEL_DISPLAY: number;
    SPICE_MSG_DISPLAY_SURFACE_CREATE: number;
    SPICE_MSG_DISPLAY_SURFACE_DESTROY: number;
  };
}
