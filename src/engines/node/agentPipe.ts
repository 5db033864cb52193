/**
 * The engine's end of the private pipe to the agent: a Unix socket in a folder that only the user can enter, or a named pipe; one
 * connection, which has to know the token.
 */

import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../../core/userError.ts';
import { agentProtocolVersion, decodeAgentMessage } from '../../protocol/agentMessages.ts';
import type { AgentEnvironment, AgentMessage, EngineMessage, HelloMessage } from '../../protocol/agentMessages.ts';

export interface AgentPipe {
  /** For the agent's environment variable. */
  readonly environment: AgentEnvironment;
  send(message: EngineMessage): void;
  /** Settles when the agent has hung up after it had said hello, and all it said was handed on. */
  readonly closed: Promise<void>;
  readonly connected: boolean;
  /** Hangs up and removes what lies on the disk. */
  dispose(): void;
}

export interface AgentPipeHandlers {
  onHello(message: HelloMessage): void;
  onMessage(message: AgentMessage): void;
  /** The agent said something that can't be understood; the pipe is closed. */
  onProblem(reason: string): void;
}

/** @throws UserError `pipeUnavailable`. */
export async function openAgentPipe(handlers: AgentPipeHandlers): Promise<AgentPipe> {
  const folder = createPrivateFolder();
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\memory-lens-${randomBytes(12).toString('hex')}` : path.join(folder, 'pipe');
  const token = randomBytes(16).toString('hex');
  let agent: net.Socket | undefined;
  let close: () => void = () => undefined;
  const closed = new Promise<void>((settle) => {
    close = settle;
  });

  const server = net.createServer((socket) => {
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (socket === agent) close();
    });
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        try {
          receive(socket, decodeAgentMessage(line));
        } catch (error) {
          handlers.onProblem(error instanceof Error ? error.message : String(error));
          socket.destroy();
          return;
        }
      }
    });
  });

  function receive(socket: net.Socket, message: AgentMessage): void {
    if (socket === agent) {
      handlers.onMessage(message);
      return;
    }
    if (message.type !== 'hello' || message.token !== token || agent !== undefined) {
      socket.destroy();
      return;
    }
    if (message.protocolVersion !== agentProtocolVersion) {
      throw new Error(`the agent speaks version ${message.protocolVersion} of the protocol, the engine ${agentProtocolVersion}`);
    }
    agent = socket;
    handlers.onHello(message);
  }

  await new Promise<void>((settle, fail) => {
    server.once('error', (error) => {
      fs.rmSync(folder, { recursive: true, force: true });
      fail(unavailable(address, error));
    });
    server.listen(address, settle);
  });
  return {
    environment: { protocolVersion: agentProtocolVersion, pipe: address, token },
    send(message) {
      if (agent?.writable === true) agent.write(`${JSON.stringify(message)}\n`);
    },
    closed,
    get connected() {
      return agent !== undefined;
    },
    dispose() {
      agent?.destroy();
      server.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
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
