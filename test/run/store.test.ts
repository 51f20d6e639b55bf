import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { InputError, jobOf, WorkError } from '../../src/base/index.ts';
import { encodeSafetensors } from '../../src/data/index.ts';
import { type Entry, memoryStore } from '../../src/pipeline/index.ts';
import { modulesOf } from '../../src/run/builds.ts';
import { DirectoryStore, type StageRecord } from '../../src/run/directory-store.ts';
import { FileCheckpoint } from '../../src/run/file-checkpoint.ts';
import { withLock } from '../../src/run/lock.ts';
import { runStore } from '../../src/run/run-store.ts';
import { variantFolders } from '../../src/run/variant-folder.ts';
import { writeWhole } from '../../src/run/whole-file.ts';
import { filesOf } from './files.ts';

/** File operations until the process dies, or until the disk is full; none where infinite. */
const disk = vi.hoisted(() => ({
  left: Number.POSITIVE_INFINITY,
  full: false,
  /** What others do before a file is read, once. */
  meanwhile: undefined as { readonly file: string; readonly work: () => Promise<unknown> } | undefined,
}));

vi.mock('node:fs/promises', async importOriginal => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  const dying =
    <A extends unknown[], R>(name: string, work: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      if (disk.full && name === 'writeFile') {
        // Part of a file is there when the disk is full.
        await original.writeFile(given[0] as string, 'part');
        throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      }
      if (disk.left-- <= 0) throw Object.assign(new Error('killed'), { code: 'KILLED' });
      return work(...given);
    };
  return {
    ...original,
    readFile: async (file: string) => {
      const { meanwhile } = disk;
      if (meanwhile && file.endsWith(meanwhile.file)) {
        disk.meanwhile = undefined;
        await meanwhile.work();
      }
      return original.readFile(file);
    },
    writeFile: dying('writeFile', original.writeFile),
    rename: dying('rename', original.rename),
    rm: dying('rm', original.rm),
  };
});

const temporary = () => mkdtempSync(join(tmpdir(), 'posterohm-'));
const text = (content: string) => new TextEncoder().encode(content);

/** A stage whose result is a word in two files. */
const entryOf = (recipe: string, build = '1'): Entry<string> => ({
  stage: 'training',
  at: {},
  address: `${recipe}-${build}`,
  recipe,
  bytes: () => 1,
  codec: {
    files: ['posterior.safetensors', 'learning-curve.json'],
    encode: value => ({ 'posterior.safetensors': text(value), 'learning-curve.json': text(`${value} curve`) }),
    decode: async files =>
      Object.values(files)
        .map(bytes => new TextDecoder().decode(bytes))
        .join(' and '),
  },
});

const keep = (store: DirectoryStore, recipe: string) =>
  store.keep(entryOf(recipe), entryOf(recipe).codec!.encode(recipe) as Record<string, Uint8Array>, 0);

beforeEach(() => {
  Object.assign(disk, { left: Number.POSITIVE_INFINITY, full: false });
});

describe('a result in a directory', () => {
  test.each(['nothing', 'old'])(
    'cut off anywhere in place of %s goes on and counts nothing as put in by hand',
    async before => {
      let operations = 0;
      for (let done = false; !done; operations++) {
        const folder = temporary();
        if (before === 'old') await keep(new DirectoryStore(folder), 'old');
        disk.left = operations;
        done = await keep(new DirectoryStore(folder), 'new').then(
          () => true,
          () => false,
        );
        disk.left = Number.POSITIVE_INFINITY;
        const store = new DirectoryStore(folder);
        expect(await store.adopted('training', {}), `${operations}`).toBeUndefined();
        expect([undefined, 'new and new curve']).toContain((await store.find(entryOf('new')))?.value);
        const value = await runStore(store).once(entryOf('new'), async () => 'new', jobOf());
        expect(['new', 'new and new curve']).toContain(value);
        expect((await new DirectoryStore(folder).find(entryOf('new')))?.value).toBe('new and new curve');
        expect(await new DirectoryStore(folder).adopted('training', {})).toBeUndefined();
      }
      expect(operations).toBeGreaterThan(8);
    },
  );

  test('is found by its address alone; of another build it is kept, refused or made anew', async () => {
    const folder = temporary();
    await keep(new DirectoryStore(folder), 'a');
    const found = async (stale: 'refuse' | 'keep' | 'recompute', recipe: string, build: string) =>
      (await new DirectoryStore(folder, stale).find(entryOf(recipe, build)))?.value;
    expect(await found('refuse', 'a', '1')).toBe('a and a curve');
    expect(await found('refuse', 'b', '1')).toBeUndefined();
    expect(await found('keep', 'b', '2')).toBeUndefined();
    expect(await found('recompute', 'a', '2')).toBeUndefined();
    await expect(found('refuse', 'a', '2')).rejects.toThrow(/^internal:/);
    expect(await found('keep', 'a', '2')).toBe('a and a curve');
    expect(await found('refuse', 'a', '2')).toBe('a and a curve');
  });

  test('whose second file was changed is made anew; a copy elsewhere with other times is the same', async () => {
    const folder = temporary();
    const store = new DirectoryStore(folder);
    await keep(store, 'a');
    utimesSync(store.file('posterior.safetensors'), 1, 1);
    expect((await store.find(entryOf('a')))?.value).toBe('a and a curve');
    writeFileSync(store.file('learning-curve.json'), 'b curve');
    expect(await store.find(entryOf('a'))).toBeUndefined();
    expect(await new DirectoryStore(folder).adopted('training', {})).toBeUndefined();
  });

  test('written by another process meanwhile is not taken for one put in by hand', async () => {
    // The other is cut off after some file operations, and goes on between our look at the record and that at the file.
    const cutOff = async (folder: string, operations: number) => {
      disk.left = operations;
      await keep(new DirectoryStore(folder), 'a').catch(() => {});
      disk.left = Number.POSITIVE_INFINITY;
    };
    for (const begun of [0, 2, 4]) {
      for (const then of [2, 3, 4, 5, 6, 8]) {
        const folder = temporary();
        if (begun > 0) await cutOff(folder, begun);
        disk.meanwhile = { file: 'posterior.safetensors', work: () => cutOff(folder, then) };
        expect(await new DirectoryStore(folder).adopted('training', {}), `${begun}, ${then}`).toBeUndefined();
        disk.meanwhile = undefined;
      }
    }
  });

  test('from a neighbour serves and is not copied; what is only read is never written', async () => {
    const [near, own] = [new DirectoryStore(temporary()), new DirectoryStore(temporary())];
    await keep(near, 'a');
    const neighbours = [{ directory: near, recipe: async () => 'a' }];
    const made: string[] = [];
    const make = async () => {
      made.push('made');
      return 'made';
    };
    expect(await runStore(own, neighbours).once(entryOf('a'), make, jobOf())).toBe('a and a curve');
    expect(await runStore(own, neighbours, undefined, 'read').once(entryOf('b'), make, jobOf())).toBe('made');
    expect([made, filesOf(own.path)]).toEqual([['made'], {}]);
    // A shared store behind makes it, and the directory keeps it.
    const behind = memoryStore(100);
    expect(await runStore(own, neighbours, behind).once(entryOf('b'), make, jobOf())).toBe('made');
    expect(await behind.once(entryOf('b'), make, jobOf())).toBe('made');
    expect((await own.find(entryOf('b')))?.value).toBe('made and made curve');
    expect(made).toEqual(['made', 'made']);
  });

  test('asked for by two at once is made by one', async () => {
    const folder = temporary();
    const made: string[] = [];
    const make = async () => {
      made.push('made');
      await new Promise(resolve => setTimeout(resolve, 30));
      return 'a';
    };
    const both = [1, 2].map(() => runStore(new DirectoryStore(folder)).once(entryOf('a'), make, jobOf()));
    expect((await Promise.all(both)).sort()).toEqual(['a', 'a and a curve']);
    expect(made).toEqual(['made']);
  });

  test('put into a neighbour by hand counts for the same recipe alone', async () => {
    const [near, own] = [new DirectoryStore(temporary()), new DirectoryStore(temporary())];
    writeFileSync(near.file('posterior.safetensors'), 'mine');
    const store = runStore(own, [{ directory: near, recipe: async () => 'a' }]);
    expect(await store.adopted!('training', {}, 'a')).toMatch(/^content-/);
    expect(await store.adopted!('training', {}, 'b')).toBeUndefined();
    writeFileSync(own.file('posterior.safetensors'), 'own');
    const again = runStore(new DirectoryStore(own.path), [{ directory: near, recipe: async () => 'a' }]);
    expect(await again.adopted!('training', {}, 'a')).not.toBe(await store.adopted!('training', {}, 'a'));
    expect(await again.adopted!('measurement', {}, 'a')).toBeUndefined();
  });

  test('put in on request cannot be made again once it is gone', async () => {
    const folder = temporary();
    await new DirectoryStore(folder).keep(entryOf('by hand'), { 'posterior.safetensors': text('x') }, 0, {
      adopted: true,
    });
    expect(await new DirectoryStore(folder).adopted('training', {})).toMatch(/^content-/);
    const { unlinkSync } = await import('node:fs');
    unlinkSync(join(folder, 'posterior.safetensors'));
    await expect(new DirectoryStore(folder).adopted('training', {})).rejects.toThrow(/import it anew/);
  });

  test('of a failed make is not kept, and keeps its checkpoint', async () => {
    const store = new DirectoryStore(temporary());
    const place = encodeSafetensors({}, { step: '1' });
    const failing = async (job: Parameters<Parameters<ReturnType<typeof runStore>['once']>[1]>[0]) => {
      await job.checkpoint!.save(place);
      throw new Error('no');
    };
    await expect(runStore(store).once(entryOf('a'), failing, jobOf())).rejects.toThrow('no');
    expect(Object.keys(filesOf(store.path))).toEqual(['stages/training.checkpoint.safetensors']);
    let loaded: Uint8Array | undefined;
    const going = async (job: Parameters<typeof failing>[0]) => {
      loaded = await job.checkpoint!.load();
      return 'a';
    };
    await runStore(store).once(entryOf('a'), going, jobOf());
    expect(loaded).toBeDefined();
    expect(Object.keys(filesOf(store.path)).filter(name => name.includes('checkpoint'))).toEqual([]);
  });

  test('a checkpoint of other work is not taken up, a damaged one is named', async () => {
    const file = join(temporary(), 'place');
    await new FileCheckpoint(file, 'a').save(encodeSafetensors({}, {}));
    expect(await new FileCheckpoint(file, 'a').load()).toBeDefined();
    expect(await new FileCheckpoint(file, 'b').load()).toBeUndefined();
    writeFileSync(file, 'damaged');
    await expect(new FileCheckpoint(file, 'a').load()).rejects.toThrow(
      /is no whole checkpoint; delete it to begin anew/,
    );
  });
});

describe('a disk that is full', () => {
  test('is a WorkError, and nothing half-written stays', async () => {
    const folder = temporary();
    const store = new DirectoryStore(folder);
    await keep(store, 'old');
    const before = filesOf(folder);
    disk.full = true;
    await expect(writeWhole(join(folder, 'run.json'), 'x')).rejects.toThrow(WorkError);
    const failed = await keep(store, 'new').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WorkError);
    expect((failed as Error).message).toMatch(
      /the disk is full \(ENOSPC\); make room and run the same command again\.$/,
    );
    disk.full = false;
    expect(Object.keys(filesOf(folder)).every(name => Object.hasOwn(before, name))).toBe(true);
    await keep(new DirectoryStore(folder), 'new');
    expect((await new DirectoryStore(folder).find(entryOf('new')))?.value).toBe('new and new curve');
  });

  test('a folder in the place of a file is an InputError', async () => {
    const store = new DirectoryStore(temporary());
    mkdirSync(store.file('posterior.safetensors'));
    await expect(store.adopted('training', {})).rejects.toThrow(InputError);
    mkdirSync(store.file('stages/training.json'), { recursive: true });
    await expect(store.record('training')).rejects.toThrow(/cannot be read \(EISDIR\)/);
  });
});

describe('a lock', () => {
  const lockFile = () => join(temporary(), 'stages/plan.lock');
  const ownedBy = (file: string, owner: object | string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof owner === 'string' ? owner : JSON.stringify(owner));
  };
  /** A process that has ended. */
  const gone = 2 ** 22 + 1;

  test('says who holds it, lets one at a time in, and goes', async () => {
    const file = lockFile();
    let [inside, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, ++inside);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
        host: hostname(),
        process: process.pid,
        id: expect.any(String),
      });
      await new Promise(resolve => setTimeout(resolve, 5));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(file, jobOf(), work)));
    await expect(withLock(file, jobOf(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect([most, existsSync(file)]).toEqual([1, false]);
  });

  test('of a process that has ended, or that is silent, is taken over by one of those who wait', async () => {
    for (const [owner, silent] of [
      [{ host: hostname(), process: gone, id: 'x' }, false],
      [{ host: 'elsewhere', process: 1, id: 'x' }, true],
      ['', true],
    ] as const) {
      const file = lockFile();
      ownedBy(file, owner);
      if (silent) utimesSync(file, Date.now() / 1000 - 60, Date.now() / 1000 - 60);
      let [inside, most] = [0, 0];
      const work = async () => {
        most = Math.max(most, ++inside);
        await new Promise(resolve => setTimeout(resolve, 20));
        inside--;
      };
      await Promise.all([1, 2].map(() => withLock(file, jobOf(), work)));
      expect([most, readdirSync(dirname(file))]).toEqual([1, []]);
    }
  });

  test('of one who is alive is waited for, until the job is stopped or patience ends; it is not taken away', async () => {
    for (const owner of [
      { host: hostname(), process: process.pid, id: 'x' },
      { host: 'elsewhere', process: gone, id: 'x' },
      '',
    ]) {
      const file = lockFile();
      ownedBy(file, owner);
      const control = new AbortController();
      const waiting = withLock(file, jobOf({ signal: control.signal }), async () => 'in');
      setTimeout(() => control.abort(new Error('stop')), 250);
      await expect(waiting).rejects.toThrow('stop');
      expect(existsSync(file)).toBe(true);
    }
    const file = lockFile();
    ownedBy(file, { host: 'elsewhere', process: 1, id: 'x' });
    let clock = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => {
      clock += 200_000;
      return clock;
    });
    expect(await withLock(file, jobOf(), async () => 'in')).toBe('in');
    now.mockRestore();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ id: 'x' });
  });

  test('in the place of a folder is refused at once', async () => {
    const folder = temporary();
    writeFileSync(join(folder, 'stages'), 'mine');
    const start = performance.now();
    await expect(withLock(join(folder, 'stages/plan.lock'), jobOf(), async () => 'in')).rejects.toThrow(InputError);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('folders of variants', () => {
  test('are their names, or tell apart what would be one folder or none', () => {
    const names = [
      'half',
      'σ 0',
      'δ 0',
      '..',
      '.',
      '/',
      'con',
      'COM1',
      'Case',
      'case',
      ' ',
      '日本',
      'Ünder',
      'a/b',
      '../up',
    ];
    const folders = [...variantFolders(names).values()];
    expect(new Set(folders.map(folder => folder.toLowerCase())).size).toBe(names.length);
    for (const folder of folders) expect(folder).toMatch(/^[a-z0-9][a-z0-9-]*$/);
    for (const reserved of ['con', 'com1', 'nul', '']) expect(folders).not.toContain(reserved);
    const found = Object.fromEntries(variantFolders(names));
    expect(found).toMatchObject({ half: 'half', Ünder: 'under', 'a/b': 'a-b', '../up': 'up' });
    expect(found['σ 0']).toMatch(/^0-[0-9a-f]{8}$/);
    expect(found.con).toMatch(/^con-[0-9a-f]{8}$/);
    expect(variantFolders(['δ 0', 'σ 0']).get('σ 0')).toBe(found['σ 0']);
  });
});

test('a build is of the modules that are used, and of no others', () => {
  const folder = temporary();
  const module = (name: string, content: string) => writeFileSync(join(folder, `${name}.ts`), content);
  module('index', "export { a } from './a.ts';\nexport { b as c } from './b.ts';\nexport type { T } from './t.ts';\n");
  for (const name of ['a', 'b', 't', 'lazy']) module(name, `export const ${name} = 1;\n`);
  module('entry', "import { a } from './index.ts';\nimport type { T } from './t.ts';\n");
  module('other', "import {\n  type T,\n  c,\n} from './index.ts';\nconst x = () => import('./lazy.ts');\n");
  module('both', "import { a } from './index.ts';\nimport * as everything from './index.ts';\n");
  const used = (name: string) =>
    modulesOf(join(folder, `${name}.ts`)).map(file => file.slice(folder.length + 1, -'.ts'.length));
  expect(used('entry')).toEqual(['a', 'entry', 'index']);
  expect(used('other')).toEqual(['b', 'index', 'lazy', 'other']);
  expect(used('both')).toEqual(['a', 'b', 'both', 'index']);
});

test('a record that says less than it must counts as none', async () => {
  const store = new DirectoryStore(temporary());
  for (const record of ['{', '[]', 'null', '{"schema":"posterohm/stage/1"}', '{"schema":"other","files":[],"at":{}}']) {
    await writeWhole(store.file('stages/plan.json'), record);
    expect(await store.record('plan')).toBeUndefined();
    expect(await store.records()).toEqual([]);
  }
  const whole: Partial<StageRecord> = { schema: 'posterohm/stage/1', stage: 'plan', at: {}, files: [] };
  await writeWhole(store.file('stages/plan.json'), JSON.stringify(whole));
  expect(await store.records()).toEqual([whole]);
});
