import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { InputError } from '../../base/index.ts';
import { guessTable } from '../../data/index.ts';
import { experimentForTable, nameOfTable } from '../../experiment/index.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';

export const init: Verb = {
  options: [{ flags: '--target <column>', summary: 'what is to be predicted; guessed by default' }],
  examples: [
    'init measurements.csv',
    'init cells.csv --target success',
    'init patients.parquet --out experiments/patients.yaml',
  ],
  async run([table], { target: wanted }, shell) {
    const path = resolve(shell.folder, table!);
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`${table}: cannot be read (${error.code}); give a table in a text or Parquet file.`);
    });
    const guess = await guessTable(bytes, table!, wanted === undefined ? undefined : String(wanted));
    const name = nameOfTable(basename(path));
    const out = shell.out ?? `${name}.yaml`;
    if (shell.out === undefined && (await stat(resolve(shell.folder, out)).catch(() => undefined))) {
      throw new InputError(`${out}: is there already; name another place with --out.`);
    }
    const from = relative(dirname(resolve(shell.folder, out)), path);
    await writeOut(out, experimentForTable(name, from.replaceAll('\\', '/'), guess, shell.seed ?? 1), shell);
    const { rows, task, target, inputs, reasons } = guess;
    return {
      document: { experiment: out, rows, task, target, inputs, reasons },
      text: [
        `${table}: ${rows} rows, read as: ${guess.readAs}.`,
        ...reasons,
        `Written: ${shown(resolve(shell.folder, out))}. Next: posterohm data info ${out}, posterohm run ${out}`,
      ].join('\n'),
    };
  },
};
