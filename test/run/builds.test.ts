import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildOf, digestsOfSources, modulesOf } from '../../src/run/builds.ts';
import { folderWith } from '../cli/shell.ts';

const root = join(import.meta.dirname, '../..');
const names = (files: readonly string[]) => files.map(file => basename(file));

describe('the modules behind a stage', () => {
  const folder = folderWith({
    'stage.ts':
      "import { used } from './index.ts';\nimport type { Shape } from './shape.ts';\nexport const run = () => used();\n",
    'index.ts': "export { type Shape, used } from './used.ts';\nexport { unused } from './unused.ts';\n",
    'used.ts': "import { deep } from './deep.ts';\nexport const used = () => deep;\n",
    'deep.ts': 'export const deep = 1;\n',
    'unused.ts': "import './style.ts';\nexport const unused = 2;\n",
    'style.ts': '',
    'shape.ts': 'export interface Shape {}\n',
    'lazy.ts': "export const run = async () => (await import('./deep.ts')).deep;\n",
  });

  test('are those behind the names it asks for, transitively, without types', () => {
    expect(names(modulesOf(join(folder, 'stage.ts')))).toEqual(['deep.ts', 'index.ts', 'stage.ts', 'used.ts']);
  });

  test('are also those it loads late', () => {
    expect(names(modulesOf(join(folder, 'lazy.ts')))).toEqual(['deep.ts', 'lazy.ts']);
  });

  test('of training are neither figures nor prices', () => {
    const modules = modulesOf(join(root, 'src/pipeline/stages/training.ts'));
    for (const path of ['bayes/samplers/nuts.ts', 'kernels/reference.ts', 'kernels/node.ts', 'kernels/native.ts']) {
      expect(modules).toContain(join(root, 'src', path));
    }
    expect(modules.filter(file => /src\/(report|cost|run|cli)\//.test(file))).toEqual([]);
  });
});

test('stages have builds of their own', () => {
  expect(buildOf('training')).toMatch(/^[0-9a-f]{16}$/);
  expect(buildOf('training')).not.toBe(buildOf('chip'));
});

describe('what was compiled', () => {
  test('names stages by their sources', () => {
    const noted = JSON.parse(readFileSync(join(root, 'dist/builds.json'), 'utf8'));
    expect(noted).toEqual(digestsOfSources(join(root, 'src')));
  });

  test('has a child process load a file for each folder of the sources, and few beside', () => {
    const files = ['workers/child.js', 'run/handlers.js'].flatMap(path => modulesOf(join(root, 'dist', path)));
    expect(files).toContain(join(root, 'dist/joined/pipeline.js'));
    const apart = ['workers/child.js', 'run/handlers.js', 'kernels/native.js'];
    expect(new Set(files).size).toBeLessThanOrEqual(readdirSync(join(root, 'src')).length + apart.length);
  });
});
