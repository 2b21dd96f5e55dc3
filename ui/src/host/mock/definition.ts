// Definitions of the mock: the XML, what is read from it, its versions and what changed between them.
import type { DefinitionVersionDto, DiffDto, HardwareDto, VmDto } from '../../generated/api';

const DAY = 86_400_000;
const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

export function xmlOf(vm: VmDto, version: number): string {
  const memory = ((vm.memory_bytes ?? 0) / 1024) * (version < 3 ? 0.5 : 1);
  const [disk] = vm.disks;
  return `<domain type='kvm' id='7'>
  <name>${escape(vm.name)}</name>
  <uuid>${vm.uuid}</uuid>
  <title>${escape(vm.title)}</title>
  <metadata>
    <innkeeper:tags xmlns:innkeeper="https://innkeeper.dev/xmlns/1">
${vm.tags.map((tag) => `      <innkeeper:tag>${escape(tag)}</innkeeper:tag>`).join('\n')}
    </innkeeper:tags>
  </metadata>
  <!-- ${version < 2 ? 'first import' : 'managed by hand'} -->
  <memory unit='KiB'>${memory}</memory>
  <currentMemory unit='KiB'>${memory}</currentMemory>
  <vcpu placement='static' current='${vm.vcpus}'>${(vm.vcpus ?? 1) * 2}</vcpu>
  <os firmware='efi'>
    <type arch='x86_64' machine='pc-q35-8.2'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features>
    <acpi/>
    <apic/>
  </features>
  <cpu mode='host-passthrough' check='none' migratable='on'/>
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/>
      <source file='${escape(disk?.source ?? '')}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='bridge'>
      <mac address='${vm.macs[0] ?? ''}'/>
      <source bridge='br-prod'/>
      <model type='virtio'/>
    </interface>
    <graphics type='vnc' port='5901' autoport='yes' listen='127.0.0.1'/>
    <video>
      <model type='virtio' heads='1' primary='yes'/>
    </video>
  </devices>
</domain>
`;
}

export function historyOf(vm: VmDto): DefinitionVersionDto[] {
  const at = (days: number): string => new Date(Date.now() - days * DAY).toISOString();
  const seen = [
    [3, 9, 0, 2, 2],
    [2, 20, 9, 1, 1],
    [1, 41, 20, null, null],
  ] as const;
  return seen.map(([id, from, to, added, removed]) => ({
    id,
    first_seen: at(from),
    last_seen: at(to),
    bytes: xmlOf(vm, id).length,
    added,
    removed,
  }));
}

/** Line by line: both texts have the same lines in the same places. */
export function diffOf(vm: VmDto, from: number, to: number): DiffDto {
  const [old, now] = [xmlOf(vm, from).split('\n'), xmlOf(vm, to).split('\n')];
  const hunks: DiffDto['hunks'] = [];
  let last = 0;
  const differs = (i: number): boolean => old[i] !== now[i];
  for (let i = 0; i < old.length; i++) {
    if (!differs(i)) continue;
    let end = i;
    while (differs(end)) end++;
    const [start, stop] = [Math.max(last, i - 2), Math.min(old.length, end + 2)];
    const same = (a: number, b: number): DiffDto['hunks'][number]['lines'] =>
      old.slice(a, b).map((text, n) => ({ mark: 'same' as const, old: a + n + 1, new: a + n + 1, text }));
    const lines = same(start, i);
    for (let n = i; n < end; n++) lines.push({ mark: 'del', old: n + 1, new: null, text: old[n] ?? '' });
    for (let n = i; n < end; n++) lines.push({ mark: 'add', old: null, new: n + 1, text: now[n] ?? '' });
    hunks.push({ skipped: start - last, lines: [...lines, ...same(end, stop)] });
    last = stop;
    i = stop;
  }
  return { hunks, skipped_after: old.length - last };
}

export function hardwareOf(vm: VmDto): HardwareDto {
  return {
    as_of: vm.details_as_of ?? new Date().toISOString(),
    groups: [
      {
        title: 'Processor and memory',
        items: [
          {
            name: 'vCPUs',
            facts: [
              ['Now', String(vm.vcpus)],
              ['Most', String((vm.vcpus ?? 1) * 2)],
              ['Model', 'host-passthrough'],
            ],
          },
          {
            name: 'Memory',
            facts: [
              ['Size', `${(vm.memory_bytes ?? 0) / 1024 ** 3} GiB`],
              ['Backing', 'Ordinary pages'],
            ],
          },
        ],
      },
      {
        title: 'Disks',
        items: vm.disks.map(({ target, source }) => ({
          name: target,
          facts: [
            ['Source', source ?? ''],
            ['Bus', 'virtio'],
            ['Format', 'qcow2'],
            ['Discard', 'unmap'],
          ],
        })),
      },
      {
        title: 'Network interfaces',
        items: vm.macs.map((mac, i) => ({
          name: `Interface ${i + 1}`,
          facts: [
            ['Bridge', 'br-prod'],
            ['MAC', mac],
            ['Model', 'virtio'],
          ],
        })),
      },
      {
        title: 'Display',
        items: [
          {
            name: 'VNC',
            facts: [
              ['Listens on', '127.0.0.1:5901'],
              ['Video', 'virtio'],
            ],
          },
        ],
      },
      {
        title: 'Other devices',
        items: [
          { name: 'Serial 0', facts: [['Type', 'pty']] },
          { name: 'Guest agent', facts: [['Channel', 'org.qemu.guest_agent.0']] },
          { name: 'RNG', facts: [['Backend', '/dev/urandom']] },
        ],
      },
      {
        title: 'Firmware',
        items: [
          {
            name: 'UEFI',
            facts: [
              ['Machine', 'pc-q35-8.2'],
              ['Secure boot', 'Off'],
            ],
          },
        ],
      },
    ],
  };
}
