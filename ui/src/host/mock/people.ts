// The believable estate: six hosts, forty VMs, one of each trouble. Names here are inventions.
import type { ConnectionPhase, VmDto } from '../../generated/api';

export type MockHost = {
  name: string;
  folder: string;
  state: ConnectionPhase;
  uri: string;
  latency: number;
  cpus: number;
  memoryGib: number;
  hypervisor: string;
  vms: readonly MockVm[];
};
export type MockVm = {
  name: string;
  state: VmDto['state'];
  memoryGib: number;
  ip: string;
  vcpus: number;
  os: string;
  tags: string;
  more?: Partial<VmDto>;
};

const vm = (
  name: string,
  state: VmDto['state'],
  memoryGib: number,
  ip: string,
  vcpus: number,
  os: string,
  tags: string,
  more?: Partial<VmDto>,
): MockVm => ({ name, state, memoryGib, ip, vcpus, os, tags, more });

const [DEB, UBU, ROCKY, WIN] = ['Debian 12', 'Ubuntu 24.04', 'Rocky 9', 'Windows 11'];

export const HOSTS: readonly MockHost[] = [
  {
    name: 'ams-kvm-01',
    folder: 'Amsterdam',
    state: 'ready',
    uri: 'qemu+ssh://mara@ams-kvm-01/system',
    latency: 12,
    cpus: 64,
    memoryGib: 256,
    hypervisor: 'QEMU 8.2.2',
    vms: [
      vm('db-primary', 'running', 32, '10.20.1.11', 8, DEB, 'prod db protected', {
        title: 'Primary database',
        note: 'Ask Ines before any reboot.',
      }),
      vm('db-replica', 'running', 32, '10.20.1.12', 8, DEB, 'prod db'),
      vm('dns-a', 'running', 1, '10.20.0.2', 1, 'Alpine 3.20', 'infra'),
      vm('gitea', 'running', 8, '10.20.1.30', 4, DEB, 'infra'),
      vm('web-01', 'running', 8, '10.20.1.21', 4, DEB, 'prod web'),
      vm('web-02', 'running', 8, '10.20.1.22', 4, DEB, 'prod web', {
        ips: ['10.20.1.22', 'fd20:1::22'],
        description: 'Second of three web servers.\nServes the portal.',
        note: 'Behind lb-ams. Drain before reboot.',
      }),
      vm('web-03', 'running', 8, '10.20.1.23', 4, DEB, 'prod web'),
      vm('web-canary', 'shut_off', 8, '', 4, DEB, 'web'),
    ],
  },
  {
    name: 'ams-kvm-02',
    folder: 'Amsterdam',
    state: 'lost',
    uri: 'qemu+ssh://mara@ams-kvm-02/system',
    latency: 13,
    cpus: 64,
    memoryGib: 256,
    hypervisor: 'QEMU 8.2.2',
    vms: [
      vm('backup-proxy', 'running', 4, '10.20.1.40', 2, ROCKY, 'infra'),
      vm('keycloak', 'running', 8, '10.20.1.41', 4, DEB, 'prod'),
      vm('mail-01', 'running', 8, '10.20.1.42', 4, DEB, 'prod'),
      vm('mail-spam-filter', 'running', 4, '10.20.1.43', 2, DEB, 'prod'),
      vm('monitor', 'running', 16, '10.20.1.44', 4, UBU, 'infra'),
      vm('vpn-gw', 'paused', 2, '10.20.0.4', 2, 'OpenBSD 7.5', 'infra'),
      vm('winlic-old', 'shut_off', 8, '', 4, 'Windows Server 2016', 'legacy'),
    ],
  },
  {
    name: 'fra-kvm-01',
    folder: 'Frankfurt',
    state: 'ready',
    uri: 'qemu+ssh://root@fra-kvm-01:2222/system',
    latency: 31,
    cpus: 128,
    memoryGib: 512,
    hypervisor: 'QEMU 9.1.0',
    vms: [
      vm('build-runner-01', 'running', 16, '10.30.2.11', 8, UBU, 'ci'),
      vm('build-runner-02', 'running', 16, '10.30.2.12', 8, UBU, 'ci'),
      vm('build-runner-03', 'running', 16, '10.30.2.13', 8, UBU, 'ci'),
      vm('build-win-01', 'running', 16, '10.30.2.21', 8, WIN, 'ci'),
      vm('customer-portal-staging-frontend-02', 'running', 4, '10.30.3.8', 2, DEB, 'staging'),
      vm('elastic-01', 'paused', 64, '10.30.1.51', 16, ROCKY, 'prod', { reason: 'io_error' }),
      vm('elastic-02', 'running', 64, '10.30.1.52', 16, ROCKY, 'prod'),
      vm('erp-app', 'running', 24, '10.30.1.60', 8, 'SLES 15', 'prod'),
      vm('erp-test', 'saved', 24, '', 8, 'SLES 15', 'staging'),
      vm('legacy-fax', 'crashed', 2, '', 1, 'Windows 7', 'legacy', { reason: 'panicked' }),
    ],
  },
  {
    name: 'fra-kvm-02',
    folder: 'Frankfurt',
    state: 'syncing',
    uri: 'qemu+ssh://mara@fra-kvm-02/system',
    latency: 29,
    cpus: 64,
    memoryGib: 256,
    hypervisor: 'QEMU 8.2.2',
    vms: [
      vm('jump-host', 'running', 2, '10.30.0.5', 1, DEB, 'infra'),
      vm('minio-01', 'running', 32, '10.30.1.71', 8, DEB, 'prod'),
      vm('minio-02', 'running', 32, '10.30.1.72', 8, DEB, 'prod'),
      vm('registry', 'running', 8, '10.30.1.80', 4, 'Alpine 3.20', 'ci'),
      vm('sonar', 'running', 16, '10.30.2.40', 4, DEB, 'ci'),
      vm('zulip', 'paused', 8, '10.30.1.90', 4, UBU, 'infra'),
    ],
  },
  {
    name: 'lab-epyc',
    folder: 'Lab',
    state: 'ready',
    uri: 'qemu+ssh://mara@lab-epyc/system',
    latency: 1,
    cpus: 32,
    memoryGib: 128,
    hypervisor: 'QEMU 9.2.0',
    vms: [
      vm('fedora-rawhide', 'shut_off', 4, '', 4, 'Fedora 41', 'lab'),
      vm('gpu-passthrough', 'running', 64, '192.168.8.61', 16, UBU, 'lab'),
      vm('k3s-a', 'running', 8, '192.168.8.71', 4, DEB, 'lab'),
      vm('k3s-b', 'running', 8, '192.168.8.72', 4, DEB, 'lab'),
      vm('opnsense-test', 'shut_off', 2, '', 2, 'FreeBSD 14', 'lab', { persistent: false }),
      vm('win11-tpm', 'shut_off', 8, '', 4, WIN, 'lab'),
    ],
  },
  {
    name: 'lab-arm',
    folder: 'Lab',
    state: 'disconnected',
    uri: 'qemu+ssh://mara@lab-arm/session',
    latency: 2,
    cpus: 8,
    memoryGib: 32,
    hypervisor: 'QEMU 7.2.22',
    vms: [
      vm('arm-runner', 'running', 8, '192.168.8.80', 4, DEB, 'ci'),
      vm('netbsd-evb', 'shut_off', 1, '', 1, 'NetBSD 10', 'lab'),
      vm('rpi-image-build', 'shut_off', 4, '', 4, DEB, 'lab'),
    ],
  },
];

/** The one that has hundreds of everything. */
export const HUGE = 'huge-in-everything';
/** Names nobody sane would choose, and somebody did. `?names=hostile` puts them on the lab host. */
export const HOSTILE: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '"; DROP TABLE vms; --',
  'line one\nline two\ttabbed\u0007bell',
  'evil\u202Egnp.exe',
  '👩‍👩‍👧‍👦 family of emoji 🇺🇦 and ﷽',
  'שרת דואר ראשי',
  'a'.repeat(400),
  'customer-portal-production-eu-central-frontend-blue-deployment-01',
  'customer-portal-production-eu-central-frontend-blue-deployment-02',
  ' leading and trailing ',
  HUGE,
];
