// Makes the checkout ready to run: installs packages, builds the native kernels where there is a Rust toolchain and those
// in WebAssembly everywhere, and compiles the TypeScript, each only where something is missing or stale. Plain Node, so that
// it runs before anything is installed. `--quiet` keeps silent unless there is work to do, `--no-page` leaves out the page
// of the studio.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = path => join(root, path);
const age = path => (existsSync(at(path)) ? statSync(at(path)).mtimeMs : 0);

/** What says how to compile. */
const compilation = ['scripts/compile.mjs', 'tsconfig.json', 'package.json'];

function newest(path) {
  if (!existsSync(at(path))) return 0;
  if (!statSync(at(path)).isDirectory()) return age(path);
  return readdirSync(at(path), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
}

function work(what, command, args) {
  process.stderr.write(`posterohm: ${what} …\n`);
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  if (done.status === 0) return;
  process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`);
  process.stderr.write(`posterohm: ${what} failed (${command} ${args.join(' ')}).\n`);
  process.exit(1);
}

/** Installs, builds and compiles what is missing; says nothing where all is fresh and `quiet` is set. */
export async function ready({ quiet = false, page = true } = {}) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(`posterohm needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
    process.exit(1);
  }
  // The compiler of Rust works on one core, for about as long as all else takes on another.
  const { buildNative } = await import('./build-native.mjs');
  const building = buildNative({ quiet });
  // Packages of another checkout are its own to keep: installing through a link would delete them.
  const linked = existsSync(at('node_modules')) && lstatSync(at('node_modules')).isSymbolicLink();
  if (!linked && age('node_modules/.package-lock.json') < age('package-lock.json')) {
    work('installing packages', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  }
  const { wasmIsFresh } = await import('./build-wasm.mjs');
  if (!wasmIsFresh()) work('compiling the kernels in WebAssembly', process.execPath, [at('scripts/build-wasm.mjs')]);
  if (age('dist/.compiled') < Math.max(newest('src'), ...compilation.map(age))) {
    clearCompiled();
    work('compiling', process.execPath, [at('scripts/compile.mjs')]);
    writeFileSync(at('dist/.compiled'), '');
  }
  if (page && age('dist/studio/page/index.html') < newestOfPage()) {
    work('building the page of the studio', process.execPath, [
      at('node_modules/vite/bin/vite.js'),
      'build',
      '--config',
      at('studio/vite.config.ts'),
    ]);
  }
  const native = await building;
  if (native.status === 'failed') process.stderr.write(`posterohm: ${native.message}\n`);
  if (!quiet) process.stderr.write('posterohm: ready.\n');
}

/** Removes what was compiled before, but not the page, which is made of other files. */
function clearCompiled() {
  for (const folder of ['dist', 'dist/studio']) {
    if (!existsSync(at(folder))) continue;
    for (const name of readdirSync(at(folder))) {
      const kept = folder === 'dist' ? 'studio' : 'page';
      if (name !== kept) rmSync(at(join(folder, name)), { recursive: true, force: true });
    }
  }
}

/** When the latest of the files that the page was made from was changed. */
function newestOfPage() {
  const list = at('dist/studio/page/.inputs.json');
  const inputs = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  return Math.max(newest('studio'), age('package-lock.json'), ...inputs.map(age));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await ready({ quiet: process.argv.includes('--quiet'), page: !process.argv.includes('--no-page') });
}
