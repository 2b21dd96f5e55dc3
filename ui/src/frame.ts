/** This page is loaded once more, unseen, so that its first frame can be kept (frame-of.ts). */
export const isForFrame = location.search === '?frame';
