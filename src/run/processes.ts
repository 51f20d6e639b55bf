import type { Pool } from '../base/index.ts';
import { openPool } from '../workers/index.ts';
import { wholeBuild } from './builds.ts';
import { usedModules } from './use-module.ts';

/** Child processes need the compiled files; from sources everything is done in one process, with the same results. */
const compiled = import.meta.url.endsWith('.js');

/** Processes for chains and designs with the modules of people's own that were added, started when there is work for them; none where only sources are there. */
export function openProcesses(slots: number): Pool | undefined {
  if (!compiled || slots <= 1) return undefined;
  const handlers = new URL('./handlers.js', import.meta.url);
  for (const { href } of usedModules()) handlers.searchParams.append('use', href);
  return openPool({ handlers, slots, build: wholeBuild() });
}
