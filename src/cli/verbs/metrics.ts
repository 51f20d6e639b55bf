import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatNumber, InputError } from '../../base/index.ts';
import { metricLabel } from '../../report/index.ts';
import { metricsDocument, parsePredictions } from '../../uncertainty/index.ts';
import { aligned } from '../experiment.ts';
import type { Verb } from '../verb.ts';

export const metrics: Verb = {
  examples: ['metrics predictions.json', 'metrics predictions.npz --json'],
  async run([file], _options, shell) {
    const bytes = await readFile(resolve(shell.folder, file!)).catch(() => {
      throw new InputError(`${file}: cannot be read; give a JSON or NPZ file with 'probabilities' and 'labels'.`);
    });
    const document = metricsDocument(parsePredictions(bytes, file!));
    const rows = Object.entries(document)
      .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
      .map(([name, value]) => [metricLabel(name), formatNumber(value)]);
    return { document: { ...document }, text: aligned(rows) };
  },
};
