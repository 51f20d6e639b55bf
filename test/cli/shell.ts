import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Verbs whose chains and chips would go to processes of their own, which take longer to begin than small work takes. */
const working = ['run', 'train', 'transfer', 'predict', 'evaluate', 'ablate', 'compare', 'faults', 'sbc'];

/** Runs one command line in this process, on one thread unless it says otherwise, and catches what it prints. */
export async function posterohm(...argv: string[]): Promise<Outcome> {
  let out = '';
  let err = '';
  const capture = (add: (text: string) => void) => (chunk: string | Uint8Array) => {
    add(String(chunk));
    return true;
  };
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(capture(text => (out += text)));
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(capture(text => (err += text)));
  try {
    const alone = working.includes(argv[0]!) && !argv.includes('--threads');
    const status = await main(alone ? [...argv, '--threads', '1'] : argv);
    // Said once per process where the native kernels are not built.
    return { status, out, err: err.replace(/^posterohm: native kernels are not built.*\n/, '') };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

/** A new folder with these files. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** A small experiment that runs in seconds; `more` replaces top-level lines. */
export function smallExperiment(more: Readonly<Record<string, string>> = {}): string {
  const lines = {
    name: 'small',
    seed: '3',
    data: '{ source: two-moons, train: 64, validation: 64, test: 128 }',
    network: '{ layers: [dense 4 tanh, dense 2] }',
    posterior: '{ method: nuts, chains: 2, warmup: 100, draws: 60 }',
    hardware: '{ device: oxram-hfo2, array: { rows: 64, columns: 64 }, layout: rows }',
    sampling: '{ samples: 20, entropy: frozen }',
    evaluate: '{ chips: 3, grid: 12, times: [6 s, 1 h] }',
    ...more,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
