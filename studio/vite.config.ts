import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist/studio/page');

/** Files of the checkout that the page and its worker are made of. */
const own = new Set<string>();

const noteModules: Plugin = {
  name: 'note-modules',
  generateBundle(_options, bundle) {
    for (const part of Object.values(bundle)) {
      if (part.type !== 'chunk') continue;
      for (const id of Object.keys(part.modules)) {
        const name = relative(root, id.split('?')[0]!);
        if (!name.startsWith('..') && !name.startsWith('node_modules') && !name.startsWith('\0')) own.add(name);
      }
    }
  },
};

/** Lists them, so that the page is made again when one of them changes. */
const listModules: Plugin = {
  name: 'list-modules',
  writeBundle: () => writeFileSync(join(out, '.inputs.json'), JSON.stringify([...own].sort())),
};

export default defineConfig({
  root: join(root, 'studio'),
  /** Addresses are relative, so that the page works below any address of a proxy. */
  base: './',
  plugins: [noteModules, listModules],
  resolve: { alias: [{ find: '#kernels', replacement: join(root, 'src/kernels/browser.ts') }] },
  worker: { format: 'es', plugins: () => [noteModules] },
  logLevel: 'warn',
  build: {
    rolldownOptions: {
      /** One page asks its server, the other a worker of its own. */
      input: ['index', 'alone'].map(name => join(root, `studio/${name}.html`)),
      checks: { moduleLevelDirective: false },
    },
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
