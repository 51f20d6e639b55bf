import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist/studio/page');

/** Lists the files of the checkout that the page was made from, so that it is made again when one of them changes. */
const inputs: Plugin = {
  name: 'inputs',
  writeBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap(part => (part.type === 'chunk' ? Object.keys(part.modules) : []));
    const own = modules
      .map(name => relative(root, name.split('?')[0]!))
      .filter(name => !name.startsWith('..') && !name.startsWith('node_modules') && !name.startsWith('\0'));
    writeFileSync(join(out, '.inputs.json'), JSON.stringify([...new Set(own)].sort()));
  },
};

export default defineConfig({
  root: join(root, 'studio'),
  /** Addresses are relative, so that the page works below any address of a proxy. */
  base: './',
  plugins: [inputs],
  logLevel: 'warn',
  build: {
    rolldownOptions: { checks: { moduleLevelDirective: false } },
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
