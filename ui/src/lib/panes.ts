// A tab's area, divided among panes: a tree whose leaves are the ids of what is shown and whose branches say how two
// parts share their place. Trees are never changed, only made anew.
// Invariant: no id twice, no more than MOST panes, every share between LEAST and 1 − LEAST.

export type Panes = string | Division;
export type Division = {
  /** Side by side; one above the other when false. */
  across: boolean;
  /** What the first of the two has of their place, from 0 to 1. */
  share: number;
  first: Panes;
  second: Panes;
};
export type Way = 'left' | 'right' | 'up' | 'down';
/** In parts of the whole area, from 0 to 1. */
export type Box = { x: number; y: number; width: number; height: number };
/** Which of two parts, from the root down. */
export type Path = readonly ('first' | 'second')[];
export type Bar = { path: Path; across: boolean; share: number; box: Box };
export type Placed = { panes: readonly { id: string; box: Box }[]; bars: readonly Bar[] };

export const MOST = 4;
const LEAST = 0.1;
/** Less than this shows nothing that could be worked with. */
export const ROOM = { width: 360, height: 200 } as const;
const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 };
/** Boxes are sums of fractions. */
const NEAR = 1e-6;

export const leaves = (panes: Panes): readonly string[] =>
  typeof panes === 'string' ? [panes] : [...leaves(panes.first), ...leaves(panes.second)];

const bounded = (share: number): number => Math.max(LEAST, Math.min(1 - LEAST, share));

/** Puts `id` beside the pane `at`, half and half; nothing changes when there is no room for another. */
export function divide(panes: Panes, at: string, way: Way, id: string): Panes {
  const known = leaves(panes);
  if (known.length >= MOST || known.includes(id) || !known.includes(at)) return panes;
  const across = way === 'left' || way === 'right';
  const before = way === 'left' || way === 'up';
  const halves = { across, share: 0.5, first: before ? id : at, second: before ? at : id };
  const put = (part: Panes): Panes => {
    if (typeof part === 'string') return part === at ? halves : part;
    return { ...part, first: put(part.first), second: put(part.second) };
  };
  return put(panes);
}

/** What is left without a pane: its neighbour takes its place. */
export function without(panes: Panes, id: string): Panes | undefined {
  if (typeof panes === 'string') return panes === id ? undefined : panes;
  const first = without(panes.first, id);
  const second = without(panes.second, id);
  if (first === undefined || second === undefined) return first ?? second;
  return first === panes.first && second === panes.second ? panes : { ...panes, first, second };
}

export function resize(panes: Panes, [step, ...rest]: Path, share: number): Panes {
  if (typeof panes === 'string') return panes;
  if (step === undefined) return { ...panes, share: bounded(share) };
  return { ...panes, [step]: resize(panes[step], rest, share) };
}

/** Where everything lies. */
export function place(panes: Panes, box: Box = WHOLE, path: Path = []): Placed {
  if (typeof panes === 'string') return { panes: [{ id: panes, box }], bars: [] };
  const { across, share } = panes;
  const [a, b] = across
    ? [
        { ...box, width: box.width * share },
        { ...box, x: box.x + box.width * share, width: box.width * (1 - share) },
      ]
    : [
        { ...box, height: box.height * share },
        { ...box, y: box.y + box.height * share, height: box.height * (1 - share) },
      ];
  const first = place(panes.first, a, [...path, 'first']);
  const second = place(panes.second, b, [...path, 'second']);
  return {
    panes: [...first.panes, ...second.panes],
    bars: [{ path, across, share, box }, ...first.bars, ...second.bars],
  };
}

/** Whether every pane has room in an area of that many pixels. */
export const fits = ({ panes }: Placed, width: number, height: number): boolean =>
  panes.length === 1 ||
  panes.every(({ box }) => box.width * width >= ROOM.width && box.height * height >= ROOM.height);

/** The pane that lies there: of those that touch, the one with the longest common edge. */
export function neighbour(panes: Panes, id: string, way: Way): string | undefined {
  const all = place(panes).panes;
  const from = all.find((pane) => pane.id === id)?.box;
  if (!from) return undefined;
  const edges: Record<Way, (box: Box) => number> = {
    left: (box) => box.x + box.width - from.x,
    right: (box) => box.x - from.x - from.width,
    up: (box) => box.y + box.height - from.y,
    down: (box) => box.y - from.y - from.height,
  };
  const along = way === 'left' || way === 'right' ? (['y', 'height'] as const) : (['x', 'width'] as const);
  const common = (box: Box): number => {
    const [start, size] = along;
    return Math.min(from[start] + from[size], box[start] + box[size]) - Math.max(from[start], box[start]);
  };
  return all
    .filter(({ box }) => Math.abs(edges[way](box)) < NEAR && common(box) > NEAR)
    .sort((a, b) => common(b.box) - common(a.box))[0]?.id;
}

/** Moves the nearest line that bounds a pane that way; a pane that no line bounds so stays as it is. */
export function nudge(panes: Panes, id: string, way: Way, by: number): Panes {
  const across = way === 'left' || way === 'right';
  const inside = ({ path }: Bar): boolean => leaves(at(panes, path)).includes(id);
  const bar = place(panes)
    .bars.filter((other) => other.across === across && inside(other))
    .at(-1);
  if (!bar) return panes;
  return resize(panes, bar.path, bar.share + (way === 'left' || way === 'up' ? -by : by));
}

const at = (panes: Panes, path: Path): Panes =>
  path.reduce<Panes>((part, step) => (typeof part === 'string' ? part : part[step]), panes);

/** Panes from whatever was kept; undefined when it is no division. */
export function sanePanes(value: unknown): Division | undefined {
  const seen = new Set<string>();
  const read = (part: unknown, depth: number): Panes | undefined => {
    if (typeof part === 'string') {
      if (part === '' || seen.has(part) || seen.size >= MOST) return undefined;
      seen.add(part);
      return part;
    }
    if (typeof part !== 'object' || part === null || depth >= MOST) return undefined;
    const { across, share, first, second } = part as Record<string, unknown>;
    const [a, b] = [read(first, depth + 1), read(second, depth + 1)];
    if (a === undefined || b === undefined) return a ?? b;
    const sane = typeof share === 'number' && Number.isFinite(share) ? bounded(share) : 0.5;
    return { across: across !== false, share: sane, first: a, second: b };
  };
  const panes = read(value, 0);
  return typeof panes === 'object' ? panes : undefined;
}
