#!/usr/bin/env node
import { existsSync } from 'node:fs';

const compiled = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(compiled)) {
  const { ready } = await import('../scripts/ready.mjs');
  await ready({ quiet: true });
}
const { main } = await import(compiled.href);
process.exitCode = await main(process.argv.slice(2));
