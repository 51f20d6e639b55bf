import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { check, InputError } from '../../base/index.ts';
import { dataSchema, describeDataset, loadDataset, nodeFiles } from '../../data/index.ts';
import { parseExperiment } from '../../experiment/index.ts';
import { fold, keyOf } from '../../random/index.ts';
import type { Verb } from '../verb.ts';

export const dataInfo: Verb = {
  usage: 'data info <experiment>',
  summary: 'What the data section of an experiment holds: splits, shapes, classes, ranges, origin.',
  examples: ['data info examples/moons.yaml', 'data info examples/wdbc.yaml --json'],
  async run([file], _options, shell) {
    const path = resolve(shell.folder, file!);
    const text = await readFile(path, 'utf8').catch(() => {
      throw new InputError(`${file}: cannot be read as an experiment; give the path of a YAML or JSON file.`);
    });
    const { data, seed } = parseExperiment(text, file!) as { data?: unknown; seed?: number };
    const options = check(dataSchema, data, `${file}: data`);
    const key = fold(keyOf(shell.seed ?? seed ?? 0), 'data');
    const document = describeDataset(await loadDataset(key, options, nodeFiles(dirname(path))));
    return { document, text: JSON.stringify(document, null, 2) };
  },
};
