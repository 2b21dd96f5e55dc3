// noVNC that asks for no more pictures while nobody looks: a film in a tab behind would be fetched, decoded and drawn all
// the time. What has changed meanwhile comes with one request when it is looked at again. The first picture is fetched in
// any case, so that it is there when it is shown first.
import RFB, { type Websock } from '@novnc/novnc';

type Area = [x: number, y: number, width: number, height: number];
type Rest = { on: boolean; owed: Area | undefined };

const rests = new WeakMap<Websock, Rest>();

// It asks for the next picture where it has read one, deep inside; what is asked goes through here.
const ask = RFB.messages.fbUpdateRequest;
RFB.messages.fbUpdateRequest = (socket, incremental, ...area) => {
  const rest = rests.get(socket);
  if (rest?.on && incremental) rest.owed = area;
  else ask(socket, incremental, ...area);
};

export class RestingRfb extends RFB {
  #rest: Rest = { on: false, owed: undefined };

  constructor(...how: ConstructorParameters<typeof RFB>) {
    super(...how);
    rests.set(this._sock, this.#rest);
  }

  get resting(): boolean {
    return this.#rest.on;
  }
  set resting(on: boolean) {
    const { owed } = this.#rest;
    this.#rest.on = on;
    if (on || !owed) return;
    this.#rest.owed = undefined;
    ask(this._sock, true, ...owed);
  }
}
