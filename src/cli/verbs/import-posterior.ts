import { readdir, readFile, stat } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { formatNumber, InputError, lookUp, within } from '../../base/index.ts';
import { type ImportedPosterior, type ImportOptions, importPosterior } from '../../bayes/index.ts';
import { foreignFormats, layouts, type NamedBytes } from '../../data/index.ts';
import { openExperiment } from '../../run/index.ts';
import { aligned } from '../aligned.ts';
import { openOptions } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';
import { checkImport, type ImportCheck } from './import-check.ts';
import { withNumbers } from './import-numbers.ts';

/** Endings of files with arrays; the pickled ones are read too, so that they can be refused with the way out. */
const endings = /\.(safetensors|npz|npy|pt|pth|pkl|pickle|ckpt|bin)$/i;

export const importPosteriorVerb: Verb = {
  options: [
    {
      flags: '--format <name>',
      summary: `naming of the arrays, told from the names by default: ${foreignFormats.join(', ')}`,
    },
    {
      flags: '--layout <name>',
      summary:
        'how weights are arranged: output-first (PyTorch), input-first (x·W) or channels-last (Flax); by the naming',
    },
    {
      flags: '--names <pairs>',
      summary:
        'which array is which, such as 0.weight=w1,0.bias=b1,0.batchnorm=bn1; by shape and order of names by default',
    },
    {
      flags: '--epsilon <number>',
      summary:
        'what batch normalisations add to their variances; 1e-5 by default, as in PyTorch and Flax, 1e-3 for Keras',
    },
    {
      flags: '--check <file>',
      summary: 'NPZ of inputs and of the outputs that the other tool gives for them; stops where ours differ',
    },
  ],
  examples: [
    'import posterior experiment.yaml model.safetensors --out runs/torch',
    'import posterior experiment.yaml samples.npz --out runs/numpyro --names 0.weight=w1,0.bias=b1,1.weight=w2,1.bias=b2',
    'import posterior experiment.yaml members/ --out runs/ensemble',
    'import posterior experiment.yaml model.safetensors --check outputs.npz',
  ],
  async run([experiment, ...paths], options, shell) {
    const files = (await Promise.all(paths.map(path => filesAt(path, shell.folder)))).flat();
    const how: ImportOptions = {
      ...(options.format === undefined ? {} : { format: String(options.format) }),
      ...(options.layout === undefined ? {} : { layout: lookUp(layouts, String(options.layout), '--layout') }),
      ...(options.names === undefined ? {} : { names: namesOf(String(options.names)) }),
      ...(options.epsilon === undefined ? {} : { epsilon: epsilonOf(String(options.epsilon)) }),
      progress: shell.job('import').progress,
    };
    const out = shell.out ?? join('runs', `${parse(experiment!).name}-imported`);
    const check = options.check === undefined ? undefined : await filesAt(String(options.check), shell.folder);
    let taken: readonly string[] = [];
    let imported: ImportedPosterior | undefined;
    let checked: ImportCheck | undefined;
    const { run } = await openExperiment(experiment!, {
      ...openOptions({ ...shell, out }),
      complete: input => {
        const completed = within(experiment!, () => withNumbers(input, files));
        ({ taken } = completed);
        return completed.input;
      },
      bring: ({ model }) => {
        imported = importPosterior(files, model, { ...how, taken });
        if (check) checked = checkImport(imported.posterior, model.network, check[0]!.bytes, check[0]!.name);
        return imported.posterior;
      },
    });
    const { posterior, format, report, unused } = imported!;
    const { kind } = posterior;
    const draws = kind === 'samples' ? { draws: posterior.count, chains: posterior.chains, best: posterior.best } : {};
    const path = run.directory.file('posterior.safetensors');
    return {
      document: {
        runDirectory: run.directory.path,
        posterior: path,
        format,
        kind,
        ...draws,
        tensors: report,
        taken,
        unused,
        check: checked,
      },
      text: [
        `Posterior (${format}, ${kind === 'samples' ? `${posterior.count} draws` : kind}): ${shown(path)}`,
        '',
        aligned([
          ['weights', 'shape', 'from', 'shape there', 'told by', ''],
          ...report.map(row => [
            row.name,
            `[${row.shape.join(', ')}]`,
            row.from || '–',
            row.from && `[${row.fromShape.join(', ')}]`,
            row.by === 'order' ? 'order of names' : row.by,
            [
              ...(row.transposed ? ['rearranged'] : []),
              ...(row.batchNorm === undefined ? [] : [`times normalisation ${row.batchNorm}`]),
            ].join(', '),
          ]),
        ]),
        ...(taken.length > 0 ? [`Numbers that layers name (from): ${taken.join(', ')}`] : []),
        ...(checked ? [`Checked: ${checked.rows} rows of outputs agree within ${formatNumber(checked.largest)}.`] : []),
        ...(!checked && report.some(({ batchNorm }) => batchNorm !== undefined)
          ? [
              'Normalisations are taken to follow their layers directly, before any activation: compare the predictions with --check.',
            ]
          : []),
        ...(unused.length > 0 ? [`Not used: ${unused.join(', ')}`] : []),
        '',
        `Next: posterohm transfer ${out}`,
      ].join('\n'),
    };
  },
};

/** A file, or the files with arrays in a folder. */
async function filesAt(path: string, folder: string): Promise<NamedBytes[]> {
  const at = resolve(folder, path);
  const found = await stat(at).catch(() => undefined);
  if (!found) {
    throw new InputError(`${path}: does not exist; name files of arrays or a folder of them, one per member.`);
  }
  if (!found.isDirectory()) return [{ name: path, bytes: await readFile(at) }];
  const names = (await readdir(at)).filter(name => endings.test(name));
  if (names.length === 0) {
    throw new InputError(`${path}: holds no .safetensors, .npz or .npy files; save one per member of the ensemble.`);
  }
  return Promise.all(names.map(async name => ({ name: join(path, name), bytes: await readFile(join(at, name)) })));
}

function epsilonOf(text: string): number {
  const epsilon = Number(text);
  if (text.trim() !== '' && epsilon >= 0 && epsilon < 1) return epsilon;
  throw new InputError({
    path: ['--epsilon'],
    rule: 'must be a number from 0 to 1',
    value: text,
    hint: 'leave it out for 1e-5',
  });
}

/** `0.weight=w1,0.bias=b1` as a record. */
function namesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map(pair => {
      const [own, theirs, ...more] = pair.split('=').map(part => part.trim());
      if (own && theirs && more.length === 0) return [own, theirs];
      throw new InputError({
        path: ['--names'],
        rule: 'must be pairs such as 0.weight=w1,0.bias=b1',
        value: pair,
        hint: 'separate them by commas',
      });
    }),
  );
}
