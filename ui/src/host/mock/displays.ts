// Displays that the mock's VMs could be given. Sentinel: win11-tpm's host lets nobody write a definition.
import type { DiffLine, DisplayOfferDto, DisplayProtocol, VmDto } from '../../generated/api';
import { HostError } from '../error';

const TAIL = ["      <model type='virtio'/>", '    </interface>', '  </devices>', '</domain>'] as const;
const FIRST = 34;

const added: Record<DisplayProtocol, readonly string[]> = {
  vnc: graphics('vnc', 'virtio'),
  spice: [
    ...graphics('spice', 'qxl'),
    "    <channel type='spicevmc'>",
    "      <target type='virtio' name='com.redhat.spice.0'/>",
    '    </channel>',
  ],
};

function graphics(kind: string, video: string): string[] {
  return [
    `    <graphics type='${kind}' port='-1' autoport='yes' listen='127.0.0.1'>`,
    "      <listen type='address' address='127.0.0.1'/>",
    '    </graphics>',
    '    <video>',
    `      <model type='${video}'/>`,
    '    </video>',
  ];
}

function change(lines: readonly string[]): DisplayOfferDto['change'] {
  const same = (text: string, i: number, more: number): DiffLine => ({
    mark: 'same',
    old: FIRST + i,
    new: FIRST + i + more,
    text,
  });
  const [a, b, ...rest] = TAIL;
  const shown: DiffLine[] = [
    same(a, 0, 0),
    same(b, 1, 0),
    ...lines.map((text, i): DiffLine => ({ mark: 'add', old: null, new: FIRST + 2 + i, text })),
    ...rest.map((text, i) => same(text, i + 2, lines.length)),
  ];
  return { hunks: [{ skipped: FIRST - 1, lines: shown }], skipped_after: 0 };
}

export function displayOffers(vm: VmDto): DisplayOfferDto[] {
  if (vm.name === 'win11-tpm')
    throw new HostError({
      code: 'permission_denied',
      message: `Cannot read what ${vm.name} could be given: access denied.`,
      hint: 'Add this user to the group libvirt on the host, then log in again.',
    });
  return (['vnc', 'spice'] as const).map((kind) => ({ kind, change: change(added[kind]) }));
}
