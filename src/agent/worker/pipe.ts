/** The agent's end of the private pipe: lines out, lines in. */

import * as net from 'node:net';
import { decodeEngineMessage } from '../../protocol/agentMessages.ts';
import type { AgentMessage, EngineMessage } from '../../protocol/agentMessages.ts';

export interface Pipe {
  send(message: AgentMessage): void;
  /** Settles when all that was sent has left this process, or can't any more. */
  flush(): Promise<void>;
  /** Bytes that the engine has not taken yet. */
  readonly pendingBytes: number;
  /** The engine is there, as far as is known. */
  isOpen(): boolean;
}

/** Settles once connected. A closed pipe is silent: what is sent then is dropped. */
export function connectPipe(path: string, onMessage: (message: EngineMessage) => void): Promise<Pipe> {
  return new Promise((settle, fail) => {
    const socket = net.connect(path);
    let rest = '';
    socket.setEncoding('utf8');
    socket.once('connect', () => {
      settle({
        send(message) {
          if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
        },
        flush: () =>
          new Promise((done) => {
            if (!socket.writable) done();
            else
              socket.write('', () => {
                done();
              });
          }),
        get pendingBytes() {
          return socket.writableLength;
        },
        isOpen() {
          return socket.writable;
        },
      });
    });
    socket.once('error', fail);
    socket.on('error', () => undefined);
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onMessage(decodeEngineMessage(line));
    });
  });
}
