/**
 * The engine's end of the private pipe to what runs in the program: a Unix socket in a folder that only the user can enter, or a named
 * pipe; one connection, which has to know the token.
 */

import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../core/userError.ts';
import type { HelloMessage } from '../protocol/agentMessages.ts';

export interface PrivatePipe<Outgoing> {
  /** For the program's environment. */
  readonly environment: { readonly protocolVersion: number; readonly pipe: string; readonly token: string };
  /** Only the user can enter it; gone with the pipe. */
  readonly folder: string;
  send(message: Outgoing): void;
  /** Settles when the other end has hung up after it had said hello, and all it said was handed on. */
  readonly closed: Promise<void>;
  readonly connected: boolean;
  /** Hangs up and removes what lies on the disk. */
  dispose(): void;
}

export interface PrivatePipeOptions<Incoming extends { readonly type: string }> {
  readonly protocolVersion: number;
  /** Reads one line; throws an Error that says what is wrong with it. */
  readonly decode: (line: string) => Incoming | HelloMessage;
  readonly onHello: (message: HelloMessage) => void;
  readonly onMessage: (message: Incoming | HelloMessage) => void;
  /** The other end said something that can't be understood; the pipe is closed. */
  readonly onProblem: (reason: string) => void;
}

/** @throws UserError `pipeUnavailable`. */
export async function openPrivatePipe<Incoming extends { readonly type: string }, Outgoing>(
  options: PrivatePipeOptions<Incoming>,
): Promise<PrivatePipe<Outgoing>> {
  const folder = createPrivateFolder();
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\memory-lens-${randomBytes(12).toString('hex')}` : path.join(folder, 'pipe');
  const token = randomBytes(16).toString('hex');
  let peer: net.Socket | undefined;
  let close: () => void = () => undefined;
  const closed = new Promise<void>((settle) => {
    close = settle;
  });

  const server = net.createServer((socket) => {
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (socket === peer) close();
    });
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        try {
          receive(socket, options.decode(line));
        } catch (error) {
          options.onProblem(error instanceof Error ? error.message : String(error));
          socket.destroy();
          return;
        }
      }
    });
  });

  function receive(socket: net.Socket, message: Incoming | HelloMessage): void {
    if (socket === peer) {
      options.onMessage(message);
      return;
    }
    if (!isHello(message) || message.token !== token || peer !== undefined) {
      socket.destroy();
      return;
    }
    if (message.protocolVersion !== options.protocolVersion) {
      throw new Error(`the program's end speaks version ${message.protocolVersion} of the protocol, the engine ${options.protocolVersion}`);
    }
    peer = socket;
    options.onHello(message);
  }

  await new Promise<void>((settle, fail) => {
    server.once('error', (error) => {
      fs.rmSync(folder, { recursive: true, force: true });
      fail(unavailable(address, error));
    });
    server.listen(address, settle);
  });
  return {
    environment: { protocolVersion: options.protocolVersion, pipe: address, token },
    folder,
    send(message) {
      if (peer?.writable === true) peer.write(`${JSON.stringify(message)}\n`);
    },
    closed,
    get connected() {
      return peer !== undefined;
    },
    dispose() {
      peer?.destroy();
      server.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isHello(message: { readonly type: string }): message is HelloMessage {
  return message.type === 'hello';
}

function createPrivateFolder(): string {
  const prefix = path.join(os.tmpdir(), 'memory-lens-');
  try {
    // Only the user can enter it.
    return fs.mkdtempSync(prefix);
  } catch (error) {
    throw unavailable(prefix, error);
  }
}

function unavailable(place: string, error: unknown): UserError {
  const why = error instanceof Error ? error.message : String(error);
  return new UserError(
    'pipeUnavailable',
    `The private pipe to the program can't be opened at ${place}: ${why}. Let TMPDIR name a temporary folder that exists, can be written to, and has a short path.`,
  );
}
