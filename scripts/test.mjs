// Every check: the test suite, and beside it, while its processes wait for one another, format and lint, types of sources,
// tests and studio, and the tests of the native kernels' threads where there is a Rust toolchain. The first to fail ends all.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = (path, ...args) => [process.execPath, join(root, 'node_modules', path), ...args];
/** Types of a folder; what was found of files that have not changed since the last time is kept in `.cache`. */
const types = folder => [
  ...node('typescript/bin/tsc', '-p', `${folder}/tsconfig.json`),
  ...['--incremental', '--tsBuildInfoFile', join(root, '.cache', `types-${folder}.tsbuildinfo`)],
];
const cargo = ['cargo', 'test', '--locked', '--quiet', '--manifest-path', join(root, 'native/Cargo.toml')];
const hasCargo = spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status === 0;
const beside = [
  ['lint', node('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.')],
  ['types', types('test')],
  ['types of the studio', types('studio')],
  ...(hasCargo ? [['native tests', cargo]] : []),
];
const tests = ['tests', node('vitest/vitest.mjs', 'run', '--mode', 'compiled', ...process.argv.slice(2))];

const running = new Set();

/** A check is a group of processes, which all end with this one. */
const detached = process.platform !== 'win32';
process.on('exit', () => {
  for (const { pid } of running) {
    try {
      process.kill(detached ? -pid : pid);
    } catch {
      // It ended by itself.
    }
  }
});
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

/** Runs a check; what it says is shown as it comes, or, where it runs beside others, once it has failed. */
function run([name, [command, ...args]], stdio) {
  return new Promise(done => {
    const child = spawn(command, args, { cwd: root, stdio, detached });
    running.add(child);
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => said.push(chunk));
    child.on('close', status => {
      running.delete(child);
      if (status === 0) return done();
      process.stderr.write(Buffer.concat(said));
      process.stderr.write(`posterohm: ${name} failed.\n`);
      process.exit(1);
    });
  });
}

async function oneByOne() {
  for (const check of beside) await run(check, ['ignore', 'pipe', 'pipe']);
}

await Promise.all([run(tests, 'inherit'), oneByOne()]);
