// What a console can show, by a name that can be kept: `display 0`, `line serial0`.
import type { ConsolesDto, OpenWhat } from '../../generated/api';

export type Endpoint = {
  key: string;
  label: string;
  kind: 'vnc' | 'line';
  what: OpenWhat;
  unusable?: string;
};

/** In the order of the switch: displays, then lines. What the window cannot show is not offered. */
export function endpointsOf({ displays, lines }: ConsolesDto): Endpoint[] {
  const vnc = displays.filter((display) => display.kind === 'vnc');
  return [
    ...vnc.map((display, at): Endpoint => ({
      key: `display ${display.index}`,
      label: vnc.length > 1 ? `VNC ${at}` : 'VNC',
      kind: 'vnc',
      what: { kind: 'display', index: display.index },
    })),
    ...lines.map((line): Endpoint => ({
      key: `line ${line.alias}`,
      label: lines.length > 1 ? line.label : line.kind === 'serial' ? 'Serial' : line.label,
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
    endpoints.find(({ kind }) => kind === 'vnc')
  );
}

/** The line that is offered where there is no display. */
export const firstLine = (endpoints: readonly Endpoint[]): Endpoint | undefined =>
  endpoints.find(({ kind, unusable }) => kind === 'line' && unusable === undefined);
