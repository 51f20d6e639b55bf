#!/usr/bin/env node
import { existsSync } from 'node:fs';

const compiled = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(compiled)) {
  const { ready } = await import('../scripts/ready.mjs');
  await ready({ quiet: true, page: process.argv[2] === 'studio' });
}
// Who reads standard output may stop early: posterohm schema | head -1.
process.stdout.on('error', error => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.stderr.on('error', error => {
  if (error.code !== 'EPIPE') throw error;
});
const { main } = await import(compiled.href);
process.exitCode = await main(process.argv.slice(2));
// What is still open does not keep a command that was interrupted.
if (process.exitCode === 130) setTimeout(() => process.exit(), 2000).unref();
