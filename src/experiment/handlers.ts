import { chainKind, runChainTask } from '../bayes/index.ts';
import type { Served } from '../work/index.ts';
import { version } from './version.ts';

/** What child processes do for experiments. */
const served: Served = { handlers: { [chainKind]: runChainTask }, build: () => version };

export default served;
