import { z } from 'zod';
import { type Fault, InputError } from '../../base/index.ts';
import { schemas } from '../../experiment/index.ts';
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
  'experiment.read': here(z.strictObject({ file: z.string() }), async ({ file }, { workspace }) => ({
    text: new TextDecoder().decode(await workspace.read(file)),
    changed: (await workspace.changedAt(file)) ?? 0,
  })),
  /** Saves a text, unless somebody else has changed the file since it was read. */
  'experiment.save': here(question.extend({ changed: z.number() }), async ({ file, text, changed }, { workspace }) => {
    const now = await workspace.changedAt(file);
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
    await workspace.write(file, text);
    return { changed: (await workspace.changedAt(file)) ?? 0 };
  }),
  'experiment.check': away(question, async ({ file, text }, { workspace }): Promise<Checked> => {
    try {
      const { experiment, data, network, device } = await workspace.subject(file, text);
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
