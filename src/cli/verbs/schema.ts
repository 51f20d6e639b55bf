import { lookUp } from '../../base/index.ts';
import { schemas } from '../../explore/index.ts';
import type { Verb } from '../verb.ts';

export const schema: Verb = {
  examples: ['schema', 'schema experiment > experiment.schema.json'],
  async run([name = 'experiment']) {
    const document = lookUp(schemas, name, 'schema')();
    return { document, text: JSON.stringify(document, null, 2) };
  },
};
