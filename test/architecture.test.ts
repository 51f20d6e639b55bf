import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../src');

/** Layers from the top; a folder may import from layers below its own, and from those named after it in its own. */
const layers: ReadonlyArray<Readonly<Record<string, readonly string[]>>> = [
  { cli: ['studio'], entries: [], studio: [] },
  { explore: [] },
  { run: [] },
  { workers: [] },
  { report: [], contracts: [] },
  { pipeline: [] },
  { experiment: [] },
  { inference: [], uncertainty: [], cost: [] },
  { transfer: [] },
  { bayes: [], crossbar: [] },
  { network: [], device: [], data: [] },
  { tensor: [], search: [] },
  { random: ['kernels'], kernels: [] },
  { base: [] },
];

/** Where Node's own modules may be used: the command line, runs in folders, records of studies, processes, and kernels that a platform offers. */
const nodeUsers = [
  'cli/',
  'explore/add-design.ts',
  'explore/confirm/confirm-folder.ts',
  'explore/designs/exported.ts',
  'explore/designs/study-folder.ts',
  'explore/explore.ts',
  'explore/baselines/search-baselines.ts',
  'explore/explored.ts',
  'explore/machines/',
  'explore/problem-module.ts',
  'explore/record.ts',
  'explore/report.ts',
  'explore/serve.ts',
  'explore/study.ts',
  'explore/workplace.ts',
  'run/',
  'studio/',
  'workers/',
  'kernels/native.ts',
  'kernels/node.ts',
];

interface Import {
  readonly file: string;
  readonly target: string;
}

const imports: Import[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .flatMap(file =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target]) => ({
      file,
      target: target!,
    })),
  );

const folderOf = (file: string) => file.split('/')[0]!;
const levelOf = (folder: string) => layers.findIndex(layer => folder in layer);

describe('the layers', () => {
  const internal = imports
    .filter(({ target }) => target.startsWith('.'))
    .map(({ file, target }) => ({ file, target: relative(root, resolve(root, dirname(file), target)) }))
    .filter(({ target }) => !target.startsWith('..'));

  test('hold every folder of src', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory());
    expect(folders.map(folder => folder.name).filter(name => levelOf(name) < 0)).toEqual([]);
  });

  test('import downwards only', () => {
    const upwards = internal.filter(({ file, target }) => {
      const [from, to] = [folderOf(file), folderOf(target)];
      if (from === to || levelOf(to) > levelOf(from)) return false;
      return !(levelOf(to) === levelOf(from) && layers[levelOf(from)]![from]!.includes(to));
    });
    expect(upwards).toEqual([]);
  });

  test('import other folders through their index alone', () => {
    const around = internal.filter(
      ({ file, target }) => folderOf(file) !== folderOf(target) && !/^[\w-]+\/index\.ts$/.test(target),
    );
    expect(around).toEqual([]);
  });

  test('list in each folder what other folders or entries ask for, and no more', () => {
    const lists = /^(?:(?:import|export)(?: type)?| +const) \{([^}]*)\} (?:from |= await import\()'([^']+)'/gm;
    const namesIn = (list: string) =>
      list
        .split(',')
        .map(name =>
          name
            .trim()
            .replace(/^type /, '')
            .replace(/ as .*/, ''),
        )
        .filter(Boolean);
    const linesOf = (file: string) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(lists)].map(([, names, target]) => ({
        names: namesIn(names!),
        target: relative(root, resolve(root, dirname(file), target!)),
      }));
    const asked = new Set(
      [...new Set(imports.map(({ file }) => file))].flatMap(file =>
        linesOf(file).flatMap(({ names, target }) =>
          folderOf(target) === folderOf(file) ? [] : names.map(name => `${target} ${name}`),
        ),
      ),
    );
    const folders = layers.flatMap(layer => Object.keys(layer)).filter(f => !['cli', 'entries'].includes(f));
    const unasked = folders.flatMap(folder =>
      linesOf(`${folder}/index.ts`).flatMap(({ names }) =>
        names.map(name => `${folder}/index.ts ${name}`).filter(name => !asked.has(name)),
      ),
    );
    expect(unasked).toEqual([]);
  });

  test('leave the number of threads to those who own the process', () => {
    const setters = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts') && !file.startsWith('kernels/'))
      .filter(file => /\bsetThreads\b/.test(readFileSync(join(root, file), 'utf8')));
    expect(setters.sort()).toEqual(['cli/open-shell.ts', 'workers/child.ts']);
  });

  test('leave Node’s own modules to those who touch the machine', () => {
    const users = imports.filter(({ target }) => target.startsWith('node:')).map(({ file }) => file);
    expect([...new Set(users)].filter(file => !nodeUsers.some(user => file.startsWith(user)))).toEqual([]);
  });
});
