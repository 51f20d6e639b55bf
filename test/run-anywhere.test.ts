import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { kernels, useKernels } from '../src/kernels/index.ts';
import { loadWasm } from '../src/kernels/wasm/kernels.ts';
import { twoMoons } from './support/two-moons.ts';

const root = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(resolve(root, file), 'utf8');
const { imports } = JSON.parse(read('package.json')) as { imports: Record<string, { node: string; default: string }> };

/** Folders of src that run anywhere: all that stands below `work`. */
const folders = [
  ...[
    'report',
    'contracts',
    'pipeline',
    'experiment',
    'inference',
    'uncertainty',
    'cost',
    'transfer',
    'bayes',
    'crossbar',
  ],
  ...['network', 'device', 'data', 'tensor', 'search', 'random', 'kernels', 'base'],
];

/** Bundles a module for a browser as one script, and lists the modules of Node that it asks for, with those who ask. */
async function bundled(code: string): Promise<{ script: string; builtins: string[] }> {
  const builtins: string[] = [];
  const bundle = await rolldown({
    input: 'entry',
    cwd: root,
    platform: 'browser',
    tsconfig: false,
    plugins: [
      {
        name: 'sources',
        resolveId(id, importer) {
          if (id === 'entry') return id;
          const compiled = /^\.\/dist\/(.*)\.js$/.exec(imports[id]?.default ?? '');
          if (compiled) return resolve(root, `src/${compiled[1]}.ts`);
          if (!id.startsWith('node:') && !builtinModules.includes(id)) return undefined;
          builtins.push(`${id} in ${importer}`);
          return { id, external: true };
        },
        load: id => (id === 'entry' ? code : undefined),
      },
    ],
    onLog(level, log) {
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') builtins.push(log.message);
    },
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'bundle' });
  await bundle.close();
  return { script: output[0].code, builtins };
}

/** Runs a script with what browsers have too, and nothing of Node. */
function runBare(script: string): unknown {
  const { performance, setTimeout, AbortController, TextEncoder, TextDecoder, atob } = globalThis;
  return runInContext(
    `${script}; bundle`,
    createContext({ performance, setTimeout, AbortController, TextEncoder, TextDecoder, atob }),
  );
}

test('everything below work, bundled for a browser, asks for nothing of Node', async () => {
  const { builtins } = await bundled(
    [...folders.map(folder => `${folder}/index.ts`), 'studio/rooms/anywhere.ts']
      .map(file => `import '${root}/src/${file}';`)
      .join('\n'),
  );
  expect(builtins).toEqual([]);
});

test('an experiment runs to its figures where nothing of Node is, to the bits of WebAssembly in Node', async () => {
  const { script } = await bundled(`export { twoMoons } from '${root}/test/support/two-moons.ts';`);
  const bare = runBare(script) as { twoMoons: typeof twoMoons };
  const before = kernels();
  useKernels(loadWasm()!);
  try {
    expect(await bare.twoMoons()).toBe(await twoMoons());
  } finally {
    useKernels(before);
  }
});
