import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DoctorStepDto, PutConnection } from '../../generated/api';
import { HostError, useHost } from '../../host';
import { Doctor } from './doctor.svelte';
import { emptyDraft, settingsOf } from './draft';

const step = (kind: string, outcome: DoctorStepDto['outcome']): DoctorStepDto => ({
  kind,
  title: kind,
  outcome,
  detail: '',
  why: null,
  remedies: [],
  output: null,
  duration_ms: 8,
});
const request: PutConnection = { id: null, settings: settingsOf(emptyDraft()), connect: false };
let call: ReturnType<typeof vi.fn>;

beforeEach(() => {
  call = vi.fn(async () => ({ run: 'r1' }));
  useHost({ call, listen: vi.fn(), keep: { get: vi.fn(), set: vi.fn() }, setTitle: vi.fn() } as never);
});

describe('a round', () => {
  it('takes steps that come before the call has answered', async () => {
    const doctor = new Doctor();
    const begun = doctor.start(request);
    doctor.take({ event: 'doctor', run: 'r1', step: step('name', 'passed') });
    doctor.take({ event: 'doctor', run: 'other', step: step('port', 'failed') });
    await begun;
    expect(doctor.steps.map(({ kind }) => kind)).toEqual(['name']);
  });

  it('replaces a step by a later word on it and ends with a null step', async () => {
    const doctor = new Doctor();
    await doctor.start(request);
    for (const outcome of ['running', 'passed'] as const)
      doctor.take({ event: 'doctor', run: 'r1', step: step('name', outcome) });
    expect(doctor.steps).toEqual([step('name', 'passed')]);
    expect(doctor.passed).toBe(false);
    doctor.take({ event: 'doctor', run: 'r1', step: null });
    expect(doctor.phase).toBe('over');
    expect(doctor.passed).toBe(true);
  });

  it('says where it stopped', async () => {
    const doctor = new Doctor();
    await doctor.start(request);
    doctor.take({ event: 'doctor', run: 'r1', step: step('name', 'passed') });
    doctor.take({ event: 'doctor', run: 'r1', step: step('port', 'failed') });
    doctor.take({ event: 'doctor', run: 'r1', step: step('key', 'not_reached') });
    expect(doctor.failedAt).toBe(1);
    expect(doctor.report('qemu+ssh://h/system')).toContain('2. port: Failed');
  });

  it('ends the one before when it is run again', async () => {
    const doctor = new Doctor();
    await doctor.start(request);
    call.mockResolvedValue({ run: 'r2' });
    await doctor.start(request);
    expect(call).toHaveBeenCalledWith('connection_diagnose_stop', { run: 'r1' });
    doctor.take({ event: 'doctor', run: 'r1', step: step('name', 'failed') });
    expect(doctor.steps).toEqual([]);
  });

  it('ends a round whose number comes after it was stopped', async () => {
    const doctor = new Doctor();
    const begun = doctor.start(request);
    doctor.stop();
    await begun;
    expect(call).toHaveBeenCalledWith('connection_diagnose_stop', { run: 'r1' });
    expect(doctor.phase).toBe('over');
  });

  it('keeps why there is no round', async () => {
    const refused = new HostError({ code: 'invalid_input', message: 'Port is 1 to 65535.' });
    call.mockRejectedValue(refused);
    const doctor = new Doctor();
    await doctor.start(request);
    expect(doctor.error).toBe(refused);
    expect(doctor.phase).toBe('over');
  });
});
