// What we use of noVNC, which comes without types (its docs/API.md).
declare module '@novnc/novnc' {
  export type Credentials = { username?: string; password?: string; target?: string };
  export type RfbEvents = {
    connect: CustomEvent<Record<string, never>>;
    disconnect: CustomEvent<{ clean: boolean }>;
    credentialsrequired: CustomEvent<{ types: (keyof Credentials)[] }>;
    securityfailure: CustomEvent<{ status: number; reason?: string }>;
    clipboard: CustomEvent<{ text: string }>;
    desktopname: CustomEvent<{ name: string }>;
  };
  /** A socket as noVNC takes it: it looks for every one of these names. */
  export type RawChannel = {
    binaryType: string;
    readonly protocol: string;
    readonly readyState: number;
    onopen: (() => void) | null;
    onmessage: ((event: { data: ArrayBuffer }) => void) | null;
    onclose: ((event: { code: number; reason: string }) => void) | null;
    onerror: ((event: unknown) => void) | null;
    send(data: Uint8Array<ArrayBuffer>): void;
    close(): void;
  };
  /** Of the rectangle that is being read. */
  export type RectHeader = { x: number; encoding: number | null };
  /** What it writes to; passed on, never looked into. */
  export type Websock = object;
  export default class RFB {
    // What relative.ts and resting.ts override is noVNC's own business; their tests tell when a new version has other names.
    static messages: {
      fbUpdateRequest: (
        socket: Websock,
        incremental: boolean,
        ...area: [x: number, y: number, width: number, height: number]
      ) => void;
      clientEncodings: (socket: Websock, encodings: number[]) => void;
      pointerEvent: (socket: Websock, x: number, y: number, mask: number) => void;
    };
    static _convertButtonMask(buttons: number): number;
    protected _FBU: RectHeader;
    protected _sock: Websock;
    protected _handleMouse(event: MouseEvent): void;
    protected _handleMouseButton(x: number, y: number, mask: number): void;
    protected _handleMouseMove(x: number, y: number): void;
    protected _handleRect(): boolean;
    protected _sendMouse(x: number, y: number, mask: number): void;
    protected _setDesktopName(name: string): void;
    constructor(
      target: HTMLElement,
      channel: RawChannel,
      options?: { shared?: boolean; credentials?: Credentials },
    );
    background: string;
    compressionLevel: number;
    qualityLevel: number;
    focusOnClick: boolean;
    resizeSession: boolean;
    scaleViewport: boolean;
    showDotCursor: boolean;
    viewOnly: boolean;
    addEventListener<K extends keyof RfbEvents>(name: K, listener: (event: RfbEvents[K]) => void): void;
    clipboardPasteFrom(text: string): void;
    disconnect(): void;
    focus(options?: FocusOptions): void;
    sendCredentials(credentials: Credentials): void;
    sendKey(keysym: number, code: string, down?: boolean): void;
    toBlob(done: (blob: Blob | null) => void, type?: string): void;
  }
}
