import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CatalogueEntry, catalogue, dataSchema } from '../../src/data/index.ts';
import type { Fetch } from '../../src/run/fetch/download.ts';
import { fetchData, fetchEntry } from '../../src/run/fetch/fetch-data.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posterohm-fetch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const contents = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const silent = () => {};

function entry(more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    name: 'made',
    about: 'made for this test',
    licence: 'none',
    files: [
      {
        name: 'a.bin',
        address: 'https://example.org/a.bin',
        size: 5000,
        sum: { kind: 'sha256', value: sha256(contents) },
      },
    ],
    data: {},
    cite: { tag: 'None', text: 'none' },
    ...more,
  };
}

/** The same where the catalogue states no size. */
const unsized = (): CatalogueEntry => {
  const { files } = entry();
  return entry({ files: files.map(({ size: _, ...file }) => file) });
};

/** A server of files that keeps a log of requests, understands ranges, and may break off. */
function server(files: Record<string, Uint8Array>, options: { ranges?: boolean; breakAfter?: number } = {}) {
  const log: string[] = [];
  const fetch: Fetch = async (address, init) => {
    const file = files[address];
    const range = init?.headers?.Range;
    log.push(range ? `${address} ${range}` : address);
    if (!file) return new Response('', { status: 404, statusText: 'Not Found' });
    const from = range && options.ranges !== false ? Number(/\d+/.exec(range)![0]) : 0;
    if (from >= file.length) return new Response('', { status: 416 });
    let at = from;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (options.breakAfter !== undefined && at >= from + options.breakAfter)
          return controller.error(new Error('reset'));
        if (at >= file.length) return controller.close();
        controller.enqueue(file.slice(at, at + 1000));
        at += 1000;
      },
    });
    return new Response(body, { status: from > 0 ? 206 : 200 });
  };
  return { fetch, log };
}

const a = 'https://example.org/a.bin';

describe('download', () => {
  test('verifies and keeps what is right', async () => {
    const { fetch, log } = server({ [a]: contents });
    const seen: number[] = [];
    await fetchEntry(entry(), folder, fetch, fraction => seen.push(fraction));
    expect(new Uint8Array(readFileSync(join(folder, 'a.bin')))).toEqual(contents);
    expect(seen.at(-1)).toBe(1);
    await fetchEntry(entry(), folder, fetch, silent);
    expect(log).toEqual([a]);
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });

  test('goes on where a broken connection stopped', async () => {
    const broken = server({ [a]: contents }, { breakAfter: 2000 });
    await expect(fetchEntry(entry(), folder, broken.fetch, silent)).rejects.toThrow(
      /a.bin: the connection broke after 2000 bytes \(reset\); run again to go on/,
    );
    const { fetch, log } = server({ [a]: contents });
    await fetchEntry(entry(), folder, fetch, silent);
    expect(log).toEqual([`${a} bytes=2000-`]);
    expect(new Uint8Array(readFileSync(join(folder, 'a.bin')))).toEqual(contents);
  });

  test('starts again where the server knows no ranges, or the part is too long', async () => {
    writeFileSync(join(folder, 'a.bin.part'), contents.slice(0, 100));
    await fetchEntry(entry(), folder, server({ [a]: contents }, { ranges: false }).fetch, silent);
    expect(new Uint8Array(readFileSync(join(folder, 'a.bin')))).toEqual(contents);
    writeFileSync(join(folder, 'a.bin'), 'damaged');
    writeFileSync(join(folder, 'a.bin.part'), new Uint8Array(6000));
    await fetchEntry(entry(), folder, server({ [a]: contents }).fetch, silent);
    expect(new Uint8Array(readFileSync(join(folder, 'a.bin')))).toEqual(contents);
  });

  test('a wrong checksum or size leaves nothing behind', async () => {
    const changed = contents.slice();
    changed[7]! ^= 1;
    await expect(fetchEntry(entry(), folder, server({ [a]: changed }).fetch, silent)).rejects.toThrow(
      /has the sha256 checksum/,
    );
    await expect(fetchEntry(entry(), folder, server({ [a]: contents.slice(1) }).fetch, silent)).rejects.toThrow(
      /has 4999 bytes where 5000 are expected/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a server that has no range to give, not even the whole, is asked twice and no more', async () => {
    writeFileSync(join(folder, 'a.bin.part'), contents.slice(0, 100));
    let asked = 0;
    const fetch: Fetch = async () => {
      asked++;
      return new Response('', { status: 416, statusText: 'Range Not Satisfiable' });
    };
    await expect(fetchEntry(entry(), folder, fetch, silent)).rejects.toThrow('the server answered 416');
    expect(asked).toBe(2);
  });

  test.each([
    ['the size of the catalogue', entry(), {}, 5000],
    ['the length that the server states', unsized(), { 'content-length': '7000' }, 7000],
    ['a bound where neither states one', unsized(), {}, 64 * 2 ** 20],
  ])('a body without end stops at %s', async (_, wanted, headers, most) => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(most > 1e6 ? 2 ** 20 : 1000));
        sent += 1;
      },
    });
    const fetch: Fetch = async () => new Response(body, { headers });
    await expect(fetchEntry(wanted, folder, fetch, silent)).rejects.toThrow(
      `a.bin: the server sends more than the ${most} bytes expected`,
    );
    expect(sent).toBeLessThan(80);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('without a network, one sentence', async () => {
    const fetch: Fetch = () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND example.org') }));
    await expect(fetchEntry(entry(), folder, fetch, silent)).rejects.toThrow(
      'https://example.org/a.bin: cannot be reached (getaddrinfo ENOTFOUND example.org); check the network, or download the file elsewhere and put it into the folder.',
    );
    await expect(fetchEntry(entry(), folder, server({}).fetch, silent)).rejects.toThrow(
      /the server answered 404 Not Found/,
    );
  });

  test('a connection on which nothing comes counts as broken, and what came is kept', async () => {
    const silentAfter = (bytes: number): Fetch => {
      return async (_address, init) => {
        const { signal } = init!;
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            controller.enqueue(contents.slice(0, bytes));
            signal!.addEventListener('abort', () => controller.error(signal!.reason));
          },
        });
        return new Response(body);
      };
    };
    await expect(fetchEntry(entry(), folder, silentAfter(1200), silent, 50)).rejects.toThrow(
      'https://example.org/a.bin: the connection broke after 1200 bytes (nothing came for 0 s); run again to go on from there.',
    );
    expect(readFileSync(join(folder, 'a.bin.part'))).toHaveLength(1200);
    const never: Fetch = (_address, init) =>
      new Promise((_, reject) => init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason)));
    await expect(fetchEntry(entry(), folder, never, silent, 50)).rejects.toThrow(
      'a.bin: cannot be reached (nothing came for 0 s); check the network',
    );
  });

  test.skipIf(!process.env.POSTEROHM_DATA)(
    'the canonical file at hand, in a folder of data sets given by POSTEROHM_DATA, needs no network',
    async () => {
      writeFileSync(join(folder, 'wdbc.data'), readFileSync(join(process.env.POSTEROHM_DATA!, 'wdbc.data')));
      const entry = await fetchData('wdbc', folder, () => Promise.reject(new Error('no network')));
      expect(entry.data.path).toBe('wdbc.data');
    },
  );

  test.skipIf(!existsSync('/dev/full'))('a disk that is full is not taken for a broken connection', async () => {
    symlinkSync('/dev/full', join(folder, 'a.bin.part'));
    await expect(fetchEntry(entry(), folder, server({ [a]: contents }).fetch, silent)).rejects.toThrow(
      /a\.bin\.part: cannot be written, the disk is full \(ENOSPC\); make room and run the same command again\.$/,
    );
  });

  test('archives are unpacked', async () => {
    const header = new Uint8Array(512);
    header.set(new TextEncoder().encode('deep/a.bin'));
    header.set(new TextEncoder().encode(contents.length.toString(8).padStart(11, '0')), 124);
    header[156] = 0x30;
    const tar = new Uint8Array(512 + 5120 + 1024);
    tar.set(header);
    tar.set(contents, 512);
    const packed = gzipSync(tar);
    const archive = entry({
      files: [
        { name: 'x.tar.gz', address: a, sum: { kind: 'md5', value: createHash('md5').update(packed).digest('hex') } },
      ],
      members: ['a.bin'],
    });
    const { fetch, log } = server({ [a]: packed });
    await fetchEntry(archive, folder, fetch, silent);
    expect(new Uint8Array(readFileSync(join(folder, 'a.bin')))).toEqual(contents);
    await fetchEntry(archive, folder, fetch, silent);
    expect(log).toHaveLength(1);
  });
});

describe('catalogue', () => {
  test('every entry names files, licence, citation and fields that a source accepts', () => {
    for (const { files, licence, cite, data } of Object.values(catalogue)) {
      expect(dataSchema.safeParse(data).success).toBe(true);
      expect(licence && cite.text).not.toBe('');
      for (const file of files) {
        expect(file.address).toMatch(/^https:\/\//);
        expect(file.sum.value).toMatch(file.sum.kind === 'md5' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/);
      }
    }
    expect(catalogue.mitdb!.files).toHaveLength(48 * 3);
  });

  test.skipIf(!process.env.POSTEROHM_DATA)(
    'record 100, in a folder of data sets given by POSTEROHM_DATA, has the checksums of the database',
    () => {
      for (const name of ['100.dat', '100.atr']) {
        const { sum } = catalogue.mitdb!.files.find(file => file.name === name)!;
        expect(sha256(readFileSync(join(process.env.POSTEROHM_DATA!, 'ecg', name)))).toBe(sum.value);
      }
    },
  );

  test('unknown names', async () => {
    await expect(fetchData('minst', folder, server({}).fetch)).rejects.toThrow(/did you mean 'mnist'/);
  });
});
