import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { digits } from './pipeline/digits.ts';
import { heartbeats } from './pipeline/heartbeats.ts';
import { oneMoreDesign } from './pipeline/one-more-design.ts';
import { inFolder } from './pipeline/support.ts';
import { turns } from './pipeline/turns.ts';

interface Usage {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

/** Makes a process say at its end what it took: seconds, seconds of all cores together, bytes at most. */
const meter = `data:text/javascript,${encodeURIComponent(
  "import { isMainThread } from 'node:worker_threads'; if (isMainThread) process.on('exit', () => { const u = process.resourceUsage(); process.stderr.write('\\n' + JSON.stringify({ wall: process.uptime(), cpu: (u.userCPUTime + u.systemCPUTime) / 1e6, memory: u.maxRSS * 1024 })); });",
)}`;

/** Runs a program of Node with the given kernels. */
function metered(args: readonly string[], kernels: 'native' | 'reference' = 'native'): Promise<Usage> {
  return new Promise<Usage>((done, fail) => {
    const child = spawn(process.execPath, ['--import', meter, ...args], {
      env: { ...process.env, POSTEROHM_KERNELS: kernels },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', chunk => {
      said += chunk;
    });
    child.on('error', fail);
    child.on('close', status => {
      if (status === 0) done(JSON.parse(said.slice(said.lastIndexOf('\n'))));
      else fail(new Error(`${args.join(' ')} ended with ${status}: ${said}`));
    });
  });
}

/** The demonstration in a folder of its own, with the given kernels. */
const demo = (kernels: 'native' | 'reference'): Promise<Usage> =>
  inFolder(out => metered([resolve('bin/posterohm.mjs'), 'demo', '--json', '--quiet', '--out', out], kernels));

/** How long the command line takes to say what it is, s. */
async function start() {
  const rows = [];
  for (const flag of ['--version', '--help']) {
    const { wall, cpu } = await metered([resolve('bin/posterohm.mjs'), flag]);
    rows.push(
      { name: `posterohm ${flag}`, value: wall, unit: 's', goal: '≤ 0.25 s', met: wall <= 0.25 },
      { name: `posterohm ${flag}, processor`, value: cpu, unit: 's' },
    );
  }
  return rows;
}

export const pipeline = {
  async run() {
    const goals = { native: 60, reference: 240 };
    const rows = [
      ...(await oneMoreDesign()),
      ...(await heartbeats()),
      ...(await digits()),
      ...(await turns()),
      ...(await start()),
    ];
    for (const kernels of ['native', 'reference'] as const) {
      const { wall, cpu, memory } = await demo(kernels);
      const most = goals[kernels];
      rows.push(
        {
          name: `demonstration, ${kernels} kernels, ${availableParallelism()} cores`,
          value: wall,
          unit: 's',
          goal: `≤ ${most} s`,
          met: wall <= most,
        },
        { name: `demonstration, ${kernels} kernels, processor time of its main process`, value: cpu, unit: 's' },
        {
          name: `demonstration, ${kernels} kernels, memory of its main process at most`,
          value: memory / 2 ** 20,
          unit: 'MiB',
        },
      );
    }
    return rows;
  },
};
