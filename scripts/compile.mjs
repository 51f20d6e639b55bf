// Compiles `src` to `dist`: declarations, and code for Node and bundlers, where each folder of `src` is one file, for a
// process pays for every file that it loads. Every module stays what can be imported: its file in `dist` passes on what it exports.
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const src = join(root, 'src');
const dist = join(root, 'dist');

/** What a child process begins with: it reads its own address, and importing its folder must not start it. */
const begins = ['workers/child.ts', 'run/handlers.ts', 'explore/serve.ts', 'studio/handlers.ts'];

/** Files of their own: verbs are loaded when called, entries by who imports them, and platforms have kernels of their own. */
const apart = /^(cli|entries)\/|^kernels\/(browser|native|node)\.ts$/;

const pathOf = id => relative(src, id).replaceAll('\\', '/');

/** The folder whose file a module joins. */
function folderOf(id) {
  const path = pathOf(id);
  return apart.test(path) || begins.includes(path) ? undefined : path.split('/')[0];
}

/** Where a module stands, in code that has moved to another file. */
const place = {
  name: 'place',
  transform(code, id) {
    const path = pathOf(id);
    if (begins.includes(path) || !code.includes('import.meta.url')) return;
    const own = `new URL('@dist/${path.replace(/\.ts$/, '.js')}', import.meta.url).href`;
    return { code: code.replaceAll('import.meta.url', own), map: null };
  },
  renderChunk: (code, { fileName }) => code.replaceAll('@dist', relative(dirname(fileName), '.') || '.'),
};

function declare() {
  // Types are checked by `npm test`, of sources and tests together; here they would take longer than all else.
  const options = ['-p', join(root, 'tsconfig.json'), '--noCheck', '--emitDeclarationOnly'];
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}

async function joinFolders() {
  const modules = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'));
  const bundle = await rolldown({
    input: Object.fromEntries(modules.map(path => [path.replace(/\.ts$/, ''), join(src, path)])),
    external: id => !id.startsWith('.') && !id.startsWith(src),
    platform: 'neutral',
    treeshake: false,
    preserveEntrySignatures: 'allow-extension',
    plugins: [place],
  });
  await bundle.write({
    dir: dist,
    entryFileNames: '[name].js',
    chunkFileNames: 'joined/[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: folderOf, test: id => folderOf(id) !== undefined, debugName: 'folders' }],
    },
  });
  await bundle.close();
}

declare();
await joinFolders();
const { digestsOfSources } = await import('../dist/run/builds.js');
writeFileSync(join(dist, 'builds.json'), JSON.stringify(digestsOfSources(src), null, 2));
