import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { createAdaptorServer } from '@hono/node-server';
import { InputError } from '../base/index.ts';
import { usedModules } from '../run/index.ts';
import { openPool } from '../workers/index.ts';
import { Activities } from './activities.ts';
import { appOf } from './app.ts';
import { builtPage, compiled } from './built-page.ts';
import { FolderWorkspace } from './folder-workspace.ts';

export interface StudioOptions {
  /** The folder that it reads and writes. */
  readonly folder: string;
  /** Address to listen on; 127.0.0.1 by default, which only this machine reaches. */
  readonly host?: string;
  /** 8642 by default, or a free one where that is taken; 0 for any. */
  readonly port?: number;
  /** Further names under which browsers reach it, such as that of a proxy. */
  readonly allowed?: readonly string[];
  /** Cores that work may use; all by default. */
  readonly threads?: number;
}

/** A studio that listens. */
export interface Studio {
  /** To open in a browser; holds the key. */
  readonly address: string;
  /** Stops listening and all work, which can be taken up again. */
  close(): Promise<void>;
}

const usualPort = 8642;
const loopback = ['127.0.0.1', '::1', 'localhost'];

/** Serves the studio of a folder until it is closed. */
export async function serveStudio(options: StudioOptions): Promise<Studio> {
  const { folder, host = '127.0.0.1', port, allowed = [], threads = availableParallelism() } = options;
  if (!loopback.includes(host) && allowed.length === 0) {
    throw new InputError({
      path: ['--host'],
      rule: 'is reached from other machines',
      value: host,
      hint: 'say with --allow-host under which names, or leave it out',
    });
  }
  const page = builtPage();
  const handlers = new URL('handlers.js', compiled);
  for (const { href } of usedModules()) handlers.searchParams.append('use', href);
  const questions = openPool({ handlers, slots: 2, threads, folder });
  const work = openPool({ handlers, slots: 2, threads, folder });
  const workspace = new FolderWorkspace(folder);
  const activities = new Activities(work, workspace.folder);
  const token = randomBytes(24).toString('base64url');
  const hosts: string[] = [...allowed];
  const app = appOf({
    workspace,
    admission: { token, hosts },
    pool: questions,
    activities,
    page,
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, host, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  try {
    await listen(port ?? usualPort).catch(error => {
      if (port === undefined && error.code === 'EADDRINUSE') return listen(0);
      throw new InputError({
        path: ['--port'],
        rule: `cannot be listened on (${error.code})`,
        value: port ?? usualPort,
        hint: 'name another with --port',
      });
    });
  } catch (error) {
    await Promise.all([questions.close(), work.close()]);
    throw error;
  }
  const found = (server.address() as { port: number }).port;
  hosts.push(...loopback.map(name => `${name.includes(':') ? `[${name}]` : name}:${found}`));
  return {
    address: `http://${loopback.includes(host) ? (host.includes(':') ? `[${host}]` : host) : allowed[0]}:${found}/?token=${token}`,
    async close() {
      server.close();
      (server as { closeAllConnections?(): void }).closeAllConnections?.();
      await activities.close();
      await Promise.all([questions.close(), work.close()]);
    },
  };
}
