// What Rust takes, so that the field says it before it is sent.

/** How long a guest may be given to shut down, in seconds: up to a day. */
export const SECONDS = { min: 1, max: 86_400 } as const;
