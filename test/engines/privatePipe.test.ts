/** The private pipe: nobody but the program's end is heard, nothing that is not understood is believed, nothing stays on the disk. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { openPrivatePipe, type PrivatePipe } from '../../src/engines/privatePipe.ts';
import { agentProtocolVersion, decodeAgentMessage, type AgentMessage, type EngineMessage } from '../../src/protocol/agentMessages.ts';
import { nextMs } from './programFolder.ts';

interface Heard {
  readonly hellos: number[];
  readonly messages: string[];
  readonly problems: string[];
}

describe('the private pipe', () => {
  let pipe: PrivatePipe<EngineMessage>;
  let heard: Heard;
  const sockets: net.Socket[] = [];

  beforeEach(async () => {
    heard = { hellos: [], messages: [], problems: [] };
    pipe = await openPrivatePipe<AgentMessage, EngineMessage>({
      protocolVersion: agentProtocolVersion,
      decode: decodeAgentMessage,
      onHello: (message) => heard.hellos.push(message.pid),
      onMessage: (message) => heard.messages.push(message.type),
      onProblem: (reason) => heard.problems.push(reason),
    });
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    pipe.dispose();
  });

  async function connect(): Promise<net.Socket> {
    const socket = net.connect(pipe.environment.pipe);
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  function hello(changes: object = {}): string {
    const message = {
      type: 'hello',
      protocolVersion: agentProtocolVersion,
      token: pipe.environment.token,
      pid: 1,
      runtimeVersion: '24.0.0',
    };
    return `${JSON.stringify({ ...message, executable: '/node', startupMs: 1, ...changes })}\n`;
  }

  const note = `${JSON.stringify({ type: 'note', text: 'mine' })}\n`;

  it('hears who knows the token, also in pieces', async () => {
    const socket = await connect();
    const text = hello() + note;
    for (const part of [text.slice(0, 20), text.slice(20, -5), text.slice(-5)]) {
      socket.write(part);
      await nextMs(10);
    }
    assert.deepEqual(heard, { hellos: [1], messages: ['note'], problems: [] });
    assert.equal(pipe.connected, true);
    socket.end();
    await pipe.closed;
  });

  it('hangs up on a wrong token, on who says no hello, and on a second one', async () => {
    for (const said of [hello({ token: 'wrong' }), note]) {
      const socket = await connect();
      socket.write(said);
      await once(socket, 'close');
    }
    assert.equal(pipe.connected, false);
    (await connect()).write(hello());
    await nextMs(20);
    const second = await connect();
    second.write(hello({ pid: 2 }));
    await once(second, 'close');
    assert.deepEqual(heard, { hellos: [1], messages: [], problems: [] });
    assert.equal(pipe.connected, true);
  });

  it('refuses another version of the protocol and what it can not read, and says what it was', async () => {
    const cases: readonly [string, RegExp][] = [
      [hello({ protocolVersion: agentProtocolVersion + 1 }), /version/],
      ['{"type":"hel\n', /JSON|token|Unterminated/i],
      ['{"type":"surprise"}\n', /unknown type 'surprise'/],
      [hello({ pid: 'one' }), /'pid'/],
    ];
    for (const [said, reason] of cases) {
      const socket = await connect();
      socket.write(said);
      await once(socket, 'close');
      assert.match(heard.problems.at(-1) ?? '', reason);
    }
    assert.deepEqual(heard.hellos, []);
  });

  it('lies in a folder of its own that only the user can enter, and that is gone afterwards', () => {
    const folder = path.dirname(pipe.environment.pipe);
    assert.equal(folder, pipe.folder);
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
    assert.deepEqual(fs.readdirSync(folder), ['pipe']);
    pipe.dispose();
    assert.equal(fs.existsSync(folder), false);
  });
});
