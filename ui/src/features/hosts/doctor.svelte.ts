// One doctor's round as it goes on. Steps arrive as events, perhaps before the call that began the round has
// answered; a later word on a step replaces the earlier one.
import type { AppEvent, ConnectionSettings, DoctorStepDto, PutConnection } from '../../generated/api';
import { host, HostError } from '../../host';
import { milliseconds } from '../../lib/format';
import { onDoctor } from '../../stores/feed';

type DoctorEvent = Extract<AppEvent, { event: 'doctor' }>;

export class Doctor {
  steps = $state.raw<readonly DoctorStepDto[]>([]);
  phase = $state<'idle' | 'running' | 'over'>('idle');
  /** Why there is no round at all. */
  error = $state.raw<HostError | null>(null);
  readonly failedAt = $derived(this.steps.findIndex((step) => step.outcome === 'failed'));
  readonly passed = $derived(
    this.phase === 'over' && this.steps.length > 0 && this.steps.every((step) => step.outcome === 'passed'),
  );
  /** The way to the host that the round is about. */
  #about = $state.raw('');
  #run: string | undefined;
  #off: () => void = () => {};
  #early: DoctorEvent[] = [];
  /** Counts rounds, so that the answer to an abandoned one is let go. */
  #round = 0;

  async start(request: PutConnection): Promise<void> {
    this.stop();
    const round = ++this.#round;
    this.steps = [];
    this.error = null;
    this.phase = 'running';
    this.#about = wayOf(request.settings);
    this.#off = onDoctor((event) => this.take(event));
    try {
      const { run } = await host.call('connection_diagnose', request);
      if (round !== this.#round) return void this.#end(run);
      this.#run = run;
      const early = this.#early;
      this.#early = [];
      for (const event of early) this.take(event);
    } catch (thrown) {
      if (round !== this.#round) return;
      this.error = HostError.from(thrown);
      this.#over();
    }
  }

  take(event: AppEvent): void {
    if (event.event !== 'doctor' || this.phase !== 'running') return;
    if (this.#run === undefined) this.#early.push(event);
    else if (event.run === this.#run) this.#learn(event.step);
  }

  /** Ends the round, if one goes on. */
  stop(): void {
    this.#round++;
    this.#early = [];
    if (this.phase !== 'running') return;
    if (this.#run !== undefined) this.#end(this.#run);
    this.#over();
  }

  /** Whether the round was about another way to the host than these settings: then it says nothing of them. */
  outdated(settings: ConnectionSettings): boolean {
    return this.phase !== 'idle' && this.#about !== wayOf(settings);
  }

  /** The round as text, for a ticket. */
  report(target: string): string {
    const lines = this.steps.map((step, index) => {
      const head = `${index + 1}. ${step.title}: ${outcome(step)}`;
      const more = [step.detail, step.why, step.output].filter(Boolean).map((text) => `   ${text}`);
      return [head, ...more].join('\n');
    });
    return [`Connection doctor, ${target}`, ...lines].join('\n');
  }

  #learn(step: DoctorStepDto | null): void {
    if (step === null) return this.#over();
    const at = this.steps.findIndex(({ kind }) => kind === step.kind);
    this.steps = at < 0 ? [...this.steps, step] : this.steps.with(at, step);
  }

  #over(): void {
    this.phase = 'over';
    this.#run = undefined;
    this.#off();
  }

  #end(run: string): void {
    // The round is nobody's any more: whether it could still be ended changes nothing here.
    host.call('connection_diagnose_stop', { run }).catch(() => {});
  }
}

const wayOf = ({ uri, key_file, remote_socket }: ConnectionSettings): string =>
  [uri, key_file, remote_socket].join('\n');

/** "Passed, 214 ms" */
export function outcome(step: DoctorStepDto): string {
  switch (step.outcome) {
    case 'running':
      return 'Running';
    case 'passed':
      return `Passed, ${milliseconds(step.duration_ms)}`;
    case 'failed':
      return `Failed, ${milliseconds(step.duration_ms)}`;
    case 'not_reached':
      return 'Not reached';
  }
}
