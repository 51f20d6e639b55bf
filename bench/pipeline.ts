import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Usage {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

/** Makes a process say at its end what it took: seconds, seconds of all cores together, bytes at most. */
const meter = `data:text/javascript,${encodeURIComponent(
  "import { isMainThread } from 'node:worker_threads'; if (isMainThread) process.on('exit', () => { const u = process.resourceUsage(); process.stderr.write('\\n' + JSON.stringify({ wall: process.uptime(), cpu: (u.userCPUTime + u.systemCPUTime) / 1e6, memory: u.maxRSS * 1024 })); });",
)}`;

/** The demonstration in a folder of its own, with the given kernels. */
function demo(kernels: 'native' | 'reference'): Promise<Usage> {
  const out = mkdtempSync(join(tmpdir(), 'posterohm-bench-'));
  const args = ['--import', meter, resolve('bin/posterohm.mjs'), 'demo', '--json', '--quiet', '--out', out];
  return new Promise<Usage>((done, fail) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, POSTEROHM_KERNELS: kernels },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', chunk => {
      said += chunk;
    });
    child.on('error', fail);
    child.on('close', status => {
      rmSync(out, { recursive: true, force: true });
      if (status === 0) done(JSON.parse(said.slice(said.lastIndexOf('\n'))));
      else fail(new Error(`The demonstration ended with ${status}: ${said}`));
    });
  });
}

export const pipeline = {
  async run() {
    const goals = { native: 60, reference: 240 };
    const rows = [];
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
        { name: `demonstration, ${kernels} kernels, all cores together`, value: cpu, unit: 's' },
        { name: `demonstration, ${kernels} kernels, memory at most`, value: memory / 2 ** 20, unit: 'MiB' },
      );
    }
    return rows;
  },
};
