import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type Fault, InputError } from '../../base/index.ts';
import { type ExperimentInput, parseExperiment, resolveExperiment, schemas } from '../../experiment/index.ts';
import { openInput, writeWhole } from '../../run/index.ts';
import { away, here } from '../request.ts';

const question = z.strictObject({ file: z.string(), text: z.string().max(1 << 19) });

/** What of an experiment is wrong, and what it comes to where nothing is. */
export interface Checked {
  readonly faults: readonly Fault[];
  /** The run directory that it would have, and sizes, where nothing is wrong. */
  readonly about?: {
    readonly name: string;
    readonly task: string;
    readonly rows: number;
    readonly inputs: number;
    readonly outputs: readonly string[];
    readonly weights: number;
    readonly device: string;
    readonly chips: number;
  };
}

export const experimentRequests = {
  'experiment.schema': away(z.strictObject({}), async () => schemas.experiment()),
  'experiment.read': here(z.strictObject({ file: z.string() }), async ({ file }, { workspace }) => {
    const place = await workspace.place(file);
    const text = await readFile(place, 'utf8').catch(error => {
      throw new InputError({
        file,
        path: [],
        rule: `cannot be read (${error.code})`,
        hint: 'go back home and choose another',
      });
    });
    return { text, changed: (await stat(place)).mtimeMs };
  }),
  /** Saves a text, unless somebody else has changed the file since it was read. */
  'experiment.save': here(question.extend({ changed: z.number() }), async ({ file, text, changed }, { workspace }) => {
    const place = await workspace.place(file);
    const now = (await stat(place).catch(() => undefined))?.mtimeMs;
    if (now !== undefined && now !== changed) {
      throw new InputError({
        file,
        path: [],
        rule: 'was changed elsewhere since it was read',
        hint: 'load it again, or save under another name',
      });
    }
    if (!/\.(ya?ml|json)$/.test(file)) {
      throw new InputError({ path: ['file'], rule: 'must end in .yaml, .yml or .json', value: file });
    }
    await writeWhole(place, text, file);
    return { changed: (await stat(place)).mtimeMs };
  }),
  'experiment.check': away(question, async ({ file, text }, { workspace, job }): Promise<Checked> => {
    try {
      const input = parseExperiment(text, file);
      resolveExperiment(input, file);
      const place = await workspace.place(file);
      const { run } = await openInput(input as ExperimentInput, file, dirname(place), {
        folder: workspace.folder,
        job,
        reading: true,
      });
      const { experiment, data, network, device } = run.subject;
      return {
        faults: [],
        about: {
          name: experiment.name,
          task: data.task,
          rows: data.train.count + data.validation.count + data.test.count,
          inputs: data.inputShape.reduce((product, size) => product * size, 1),
          outputs: data.outputNames,
          weights: network.size,
          device: device.title,
          chips: experiment.evaluate.chips,
        },
      };
    } catch (error) {
      if (error instanceof InputError) return { faults: error.faults };
      throw error;
    }
  }),
};
