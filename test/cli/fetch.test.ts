import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CatalogueFile, catalogue } from '../../src/data/index.ts';
import { folderWith, posterohm } from './shell.ts';

/** A server on this machine that stands for all others; addresses keep their paths. */
let server: Server;
let origin = '';
const files = new Map<string, Uint8Array>();
const log: string[] = [];
let breakAfter = Number.POSITIVE_INFINITY;

beforeAll(async () => {
  server = createServer((request, response) => {
    const range = /bytes=(\d+)-/.exec(request.headers.range ?? '');
    log.push(range ? `${request.url} from ${range[1]}` : request.url!);
    const file = files.get(request.url!);
    if (!file) return response.writeHead(404).end();
    const body = file.subarray(range ? Number(range[1]) : 0);
    response.writeHead(range ? 206 : 200, { 'content-length': body.length });
    if (body.length <= breakAfter) return response.end(body);
    response.write(body.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 50));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (address: string, init?: RequestInit) => fetch(origin + new URL(address).pathname, init));
});
afterAll(() => {
  vi.unstubAllGlobals();
  Object.assign(catalogue.mitdb!, { files: records });
  server.closeAllConnections();
  return new Promise(resolve => server.close(resolve));
});
beforeEach(() => {
  log.length = 0;
  files.clear();
  breakAfter = Number.POSITIVE_INFINITY;
});

/** The database's files, made up, and their checksums. */
function serveRecords(): void {
  const made = records.map(({ name, address }, i): CatalogueFile => {
    const content = Uint8Array.from({ length: 2000 + i }, (_, k) => (k * (i + 3)) % 251);
    files.set(new URL(address).pathname, content);
    return { name, address, sum: { kind: 'sha256', value: createHash('sha256').update(content).digest('hex') } };
  });
  Object.assign(catalogue.mitdb!, { files: made });
}
const records = catalogue.mitdb!.files;

describe('data fetch', () => {
  test('downloads, says licence and progress, and keeps what it has', async () => {
    serveRecords();
    const folder = join(folderWith({}), 'deep', 'mitdb');
    const { status, out, err } = await posterohm('data', 'fetch', 'mitdb', '--out', folder);
    expect(status).toBe(0);
    expect(err).toContain('licence: ODC-By 1.0 (PhysioNet)');
    expect(err).toMatch(/fetch mitdb .* 100 %/);
    expect(out).toContain('Licence: ODC-By 1.0 (PhysioNet)');
    expect(out).toContain('source: wfdb');
    expect(readdirSync(folder).sort()).toEqual(records.map(file => file.name).sort());
    const requests = log.length;
    writeFileSync(join(folder, '100.dat'), 'damaged');
    const again = await posterohm('data', 'fetch', 'mitdb', '--out', folder, '--json', '--quiet');
    expect(again.err).toBe('');
    expect(JSON.parse(again.out)).toMatchObject({
      schema: 'posterohm/data-fetch/1',
      name: 'mitdb',
      folder,
      licence: 'ODC-By 1.0 (PhysioNet)',
      data: { source: 'wfdb' },
    });
    expect(log.slice(requests).map(path => path.replace(/.*\//, ''))).toEqual(['100.dat']);
  });

  test('goes on where the connection broke', async () => {
    serveRecords();
    const folder = folderWith({});
    breakAfter = 1500;
    const broken = await posterohm('data', 'fetch', 'mitdb', '--out', folder, '--quiet');
    expect(broken.err).toMatch(/^posterohm: \S+100\.hea: the connection broke after 1500 bytes .*run again to go on/);
    expect({ status: broken.status, lines: broken.err.trimEnd().split('\n').length }).toEqual({ status: 1, lines: 1 });
    expect(readdirSync(folder)).toEqual(['100.hea.part']);
    breakAfter = Number.POSITIVE_INFINITY;
    log.length = 0;
    expect((await posterohm('data', 'fetch', 'mitdb', '--out', folder, '--quiet')).status).toBe(0);
    expect(log[0]).toBe(`${pathOf('100.hea')} from 1500`);
    expect(new Uint8Array(readFileSync(join(folder, '100.hea')))).toEqual(files.get(pathOf('100.hea')));
  });

  test('a file that is not what it should be leaves nothing', async () => {
    files.set(new URL(catalogue.wdbc!.files[0]!.address).pathname, new Uint8Array(124103));
    const folder = folderWith({});
    const { status, err } = await posterohm('data', 'fetch', 'wdbc', '--out', folder, '--quiet');
    expect(status).toBe(1);
    expect(err).toMatch(/^posterohm: \S+wdbc\.data: the file received has the sha256 checksum [0-9a-f]+ where d606af/);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('without a network or the file, one sentence and status 1', async () => {
    const missing = await posterohm('data', 'fetch', 'wdbc', '--out', folderWith({}), '--quiet');
    expect(missing.err).toMatch(/^posterohm: \S+wdbc\.data: the server answered 404 Not Found; try again later\.\n$/);
    expect(missing.status).toBe(1);
    const here = globalThis.fetch;
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ENOTFOUND') })));
    const none = await posterohm('data', 'fetch', 'mnist', '--out', folderWith({}), '--quiet');
    vi.stubGlobal('fetch', here);
    expect(none.err).toMatch(
      /^posterohm: \S+: cannot be reached \(ENOTFOUND\); check the network, or download the file elsewhere and put it into the folder\.\n$/,
    );
    expect(none.status).toBe(1);
  });

  test('a folder that cannot be made', async () => {
    const out = join(folderWith({ file: 'text' }), 'file', 'mnist');
    const { status, err } = await posterohm('data', 'fetch', 'mnist', '--out', out, '--quiet');
    expect(err).toMatch(/mnist: cannot be written \(ENOTDIR\); name another place with --out\./);
    expect(status).toBe(2);
  });

  test('an unknown name', async () => {
    const { status, err } = await posterohm('data', 'fetch', 'minst', '--quiet');
    expect({ status, err }).toMatchObject({ status: 2, err: expect.stringContaining("did you mean 'mnist'?") });
  });
});

const pathOf = (name: string) => new URL(catalogue.mitdb!.files.find(file => file.name === name)!.address).pathname;
