// Every check: format and lint, types of sources and tests, the tests of the native kernels' threads where there is a Rust
// toolchain, then the test suite.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tool = path => join(root, 'node_modules', path);
/** Types of a folder; what was found of files that have not changed since the last time is kept in `.cache`. */
const types = folder => [
  ...[tool('typescript/bin/tsc'), '-p', `${folder}/tsconfig.json`],
  ...['--incremental', '--tsBuildInfoFile', join(root, '.cache', `types-${folder}.tsbuildinfo`)],
];
const steps = [
  ['lint', [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  ['types', types('test')],
  ['types of the studio', types('studio')],
  ['tests', [tool('vitest/vitest.mjs'), 'run', '--mode', 'compiled', ...process.argv.slice(2)]],
];

function run(name, command, args) {
  if (spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0) return;
  process.stderr.write(`posterohm: ${name} failed.\n`);
  process.exit(1);
}

for (const [name, args] of steps) {
  if (name === 'tests' && spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status === 0) {
    run('native tests', 'cargo', ['test', '--locked', '--quiet', '--manifest-path', join(root, 'native/Cargo.toml')]);
  }
  run(name, process.execPath, args);
}
