// A host for tests: answers what the test gives, remembers what was asked, sends what the test sends.
import type { AppEvent, Commands } from '../../generated/api';
import { HostError, useHost } from '../../host';

type Answers = {
  [K in keyof Commands]?: (
    request: Commands[K]['request'],
  ) => Commands[K]['response'] | Promise<Commands[K]['response']>;
};

export class FakeHost {
  asked: { name: string; request: unknown }[] = [];
  kept: Record<string, unknown> = {};
  title = '';
  /** Messages sent before somebody listened. */
  sent = 0;
  #handlers = new Set<(event: AppEvent) => void>();

  constructor(public answers: Answers = {}) {
    useHost({
      call: async (name, request) => {
        this.asked.push({ name, request });
        const answer = this.answers[name];
        if (!answer) throw new HostError({ code: 'unsupported', message: `no answer to ${name}` });
        return answer(request);
      },
      listen: (handler) => {
        this.#handlers.add(handler);
        return Promise.resolve(this.sent);
      },
      keep: {
        all: () => Promise.resolve(this.kept),
        get: (name) => Promise.resolve(this.kept[name]),
        set: (name, value) => Promise.resolve(void (this.kept[name] = value)),
      },
      setTitle: (title) => Promise.resolve(void (this.title = title)),
    });
  }

  send(event: AppEvent): void {
    for (const handler of this.#handlers) handler(event);
  }
  requests(name: keyof Commands): unknown[] {
    return this.asked.filter((call) => call.name === name).map((call) => call.request);
  }
}
