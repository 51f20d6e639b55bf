import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

/** A PostgreSQL server of a test's own, gone with the test. */
export interface Postgres {
  /** With its user and password; a database named here is made first. */
  address(database?: string): Promise<string>;
  /** The rows of one statement. */
  sql(text: string, database?: string): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** Where Debian keeps the programs of each version. */
const versions = '/usr/lib/postgresql';
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...(existsSync(versions) ? readdirSync(versions).map(version => join(versions, version, 'bin')) : []),
];
const programOf = (name: string) => folders.map(folder => join(folder, name)).find(file => existsSync(file));
const [initdb, server] = ['initdb', 'postgres'].map(programOf);

/** Whether this machine has a server to start. */
export const hasPostgres = initdb !== undefined && server !== undefined;

/** What the name of a test says that is skipped without one. */
export const lackingPostgres = hasPostgres ? '' : ' (skipped: this machine has no initdb and postgres)';

const [user, password] = ['tester', 'geheim'];

/** Starts a server in a folder of its own; as nobody where this process is root, as which it refuses to run. */
export async function startPostgres({ durable = false } = {}): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid!);
  const data = join(folder, 'data');
  const secret = join(folder, 'password');
  writeFileSync(secret, password, { mode: 0o644 });
  execFileSync(initdb!, ['-D', data, '-U', user, '-A', 'scram-sha-256', `--pwfile=${secret}`, '-N', '-E', 'UTF8'], {
    ...as,
    cwd: folder,
    stdio: 'pipe',
  });
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    fsync: durable ? 'on' : 'off',
  };
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const running = spawn(server!, ['-D', data, ...given], { ...as, cwd: folder, stdio: 'ignore' });
  const gone = new Promise(resolve => running.once('exit', resolve));
  const at = (database: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const sql: Postgres['sql'] = async (text, database = 'postgres') => {
    const client = new pg.Client(at(database));
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  for (let left = 200; ; left--) {
    const ready = await sql('select 1').catch(error => {
      if (left === 0 || running.exitCode !== null) throw error;
    });
    if (ready) break;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  let made = 0;
  return {
    sql,
    async address(database = `test_${made++}`) {
      await sql(`create database ${database}`);
      return at(database);
    },
    async stop() {
      running.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const idOf = (flag: '-u' | '-g'): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
