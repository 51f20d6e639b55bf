// Every check: format and lint, types of sources and tests, then the test suite.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tool = path => join(root, 'node_modules', path);
const steps = [
  ['lint', [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  ['types', [tool('typescript/bin/tsc'), '-p', 'test/tsconfig.json']],
  ['tests', [tool('vitest/vitest.mjs'), 'run', ...process.argv.slice(2)]],
];
for (const [name, args] of steps) {
  const done = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (done.status !== 0) {
    process.stderr.write(`posterohm: ${name} failed.\n`);
    process.exit(1);
  }
}
