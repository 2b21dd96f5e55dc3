import { describe, expect, it } from 'vitest';
import { FakeSocket } from '../../stores/testing/host';
import { Channel, GARBAGE, type Ending } from './channel';

function open(): { socket: FakeSocket; channel: Channel; heard: string[]; ends: Ending[] } {
  const socket = new FakeSocket('ws://127.0.0.1/');
  const heard: string[] = [];
  const ends: Ending[] = [];
  const channel = new Channel(socket, {
    onopen: () => heard.push('open'),
    onread: () => heard.push('read'),
    onend: (ending) => ends.push(ending),
  });
  socket.opens();
  return { socket, channel, heard, ends };
}

describe('Channel', () => {
  it('says how the far end closed it', () => {
    const { socket, channel, ends } = open();
    let told: Ending | undefined;
    channel.onclose = (ending) => (told = ending);
    socket.ends(1011, 'connection_lost');
    expect(ends).toEqual([{ code: 1011, reason: 'connection_lost' }]);
    expect(told).toEqual(ends[0]);
    expect(channel.readyState).toBe(WebSocket.CLOSED);
  });

  it('ends, once, when what came cannot be read', () => {
    const { socket, channel, heard, ends } = open();
    channel.onmessage = () => {
      throw new Error('Receive queue buffer exceeded');
    };
    socket.says(Uint8Array.of(1, 2, 3));
    socket.says(Uint8Array.of(4));
    expect(ends).toEqual([GARBAGE]);
    expect(heard).toEqual(['open']);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });

  it('sends nothing into a socket that is gone', () => {
    const { socket, channel } = open();
    channel.send(Uint8Array.of(1));
    socket.ends(1000);
    channel.send(Uint8Array.of(2));
    expect(socket.sent).toEqual([Uint8Array.of(1)]);
  });
});
