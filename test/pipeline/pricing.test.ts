import { expect, test } from 'vitest';
import { designOf } from '../../src/experiment/index.ts';
import { checkPrice } from '../../src/pipeline/index.ts';
import { experimentOf, preparedOf } from './support.ts';

test('a source of randomness that the cost model does not know is not priced as another', async () => {
  const input = {
    data: { source: 'two-moons' },
    network: { layers: ['dense 2'] },
    posterior: { method: 'map' },
  };
  const { data, deviceFiles } = await preparedOf(input);
  const design = designOf(experimentOf(input), deviceFiles);
  checkPrice({ design, data, name: 'known' });
  const own = { ...design, sampling: { ...design.sampling, entropy: 'dice' as 'read' } } as typeof design;
  expect(() => checkPrice({ design: own, data, name: 'own' })).toThrow(
    /sampling\.entropy: must be one of read, frozen, generator, write, none to be priced, got 'dice'/,
  );
});
