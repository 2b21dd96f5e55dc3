// What a console can show, by a name that can be kept: `display 0`, `line serial0`.
import type { ConsolesDto, OpenWhat } from '../../generated/api';

export type Endpoint = {
  key: string;
  /** In the switch, beside the others. */
  label: string;
  /** In a sentence: "Serial 0". */
  title: string;
  kind: 'vnc' | 'spice' | 'line';
  what: OpenWhat;
  unusable?: string;
};

const WORDS = { vnc: 'VNC', spice: 'SPICE' } as const;

/** In the order of the switch: displays, then lines. */
export function endpointsOf({ displays, lines }: ConsolesDto): Endpoint[] {
  return [
    ...displays.map(({ index, kind }): Endpoint => {
      const alike = displays.filter((other) => other.kind === kind);
      const at = alike.findIndex((other) => other.index === index);
      const label = alike.length > 1 ? `${WORDS[kind]} ${at}` : WORDS[kind];
      return {
        key: `display ${index}`,
        label,
        title: 'The display',
        kind,
        what: { kind: 'display', index },
      };
    }),
    ...lines.map((line): Endpoint => ({
      key: `line ${line.alias}`,
      label: lines.length > 1 ? line.label : line.kind === 'serial' ? 'Serial' : line.label,
      title: line.label,
      kind: 'line',
      what: { kind: 'line', alias: line.alias, force: false },
      ...(line.unusable !== null && { unusable: line.unusable }),
    })),
  ];
}

/** What is shown first: what was shown last, else the first display. A line is opened only when somebody asks for it. */
export function chooseOf(endpoints: readonly Endpoint[], kept: string | undefined): Endpoint | undefined {
  return (
    endpoints.find(({ key, unusable }) => key === kept && unusable === undefined) ??
    endpoints.find(({ kind }) => kind !== 'line')
  );
}

/** The line that is offered where there is no display. */
export const firstLine = (endpoints: readonly Endpoint[]): Endpoint | undefined =>
  endpoints.find(({ kind, unusable }) => kind === 'line' && unusable === undefined);
