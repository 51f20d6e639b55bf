import type { Pool } from '../base/index.ts';
import { openPool } from '../work/index.ts';
import { wholeBuild } from './builds.ts';

/** Child processes need the compiled files; from sources everything is done in one process, with the same results. */
const compiled = import.meta.url.endsWith('.js');

/** Processes for chains and designs, started when there is work for them; none where only sources are there. */
export const openProcesses = (slots: number): Pool | undefined =>
  compiled && slots > 1
    ? openPool({ handlers: new URL('./handlers.js', import.meta.url), slots, build: wholeBuild() })
    : undefined;
