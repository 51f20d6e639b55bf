import { z } from 'zod';
import { fold } from '../../random/index.ts';
import { addPrefix, type StepMethod, type Training, withPrefix } from '../method.ts';
import { epochsOf, optimiserFields } from '../optimise.ts';
import { noiseOf, posteriorFields } from './fields.ts';
import { map } from './map.ts';

const schema = z.strictObject({
  method: z.literal('ensemble'),
  ...posteriorFields,
  ...optimiserFields,
  members: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Networks trained from different random starts; 10 by default.'),
});

/** Several maximum a posteriori estimates from random starts, taken as equally likely. */
export const ensemble: StepMethod<typeof schema> = {
  name: 'ensemble',
  title: 'Deep ensemble',
  independentDraws: true,
  schema,
  draws: ({ members }) => members,
  start(key, model, { members, method: _, ...rest }) {
    const { network } = model;
    const { size } = network;
    const options = map.schema.parse({ method: 'map', ...rest });
    const samples = new Float32Array(members * size);
    const losses = new Float64Array(members);
    const noiseVariance = new Float64Array(model.targets);
    let at = 0;
    let member: Training = map.start(fold(key, 0), model, options, {});
    const enter = (c: number) => {
      if (c === at) return;
      at = c;
      member = map.start(fold(key, c), model, options, {});
    };
    const perMember = member.steps;
    return {
      steps: members * perMember,
      step(index) {
        const c = Math.floor(index / perMember);
        enter(c);
        const { loss = Number.NaN } = member.step(index % perMember);
        if (index % perMember === perMember - 1) {
          const point = member.finish();
          if (point.kind === 'point') samples.set(point.mean, c * size);
          point.noiseStd?.forEach((s, j) => {
            noiseVariance[j]! += (s * s) / members;
          });
          losses[c] = loss;
        }
        return { loss, note: `member ${c + 1} of ${members}` };
      },
      save() {
        const inner = member.save();
        return {
          arrays: {
            ...addPrefix(inner.arrays, 'member.'),
            samples: samples.slice(),
            losses: losses.slice(),
            noiseVariance: noiseVariance.slice(),
          },
          numbers: { ...addPrefix(inner.numbers, 'member.'), at },
        };
      },
      load({ arrays, numbers }) {
        enter(numbers.at!);
        member.load({ arrays: withPrefix(arrays, 'member.'), numbers: withPrefix(numbers, 'member.') });
        samples.set(arrays.samples!);
        losses.set(arrays.losses!);
        noiseVariance.set(arrays.noiseVariance!);
      },
      finish: () => ({
        kind: 'samples',
        method: 'ensemble',
        parameters: network.parameters,
        size,
        noiseStd:
          model.likelihood.kind === 'homoscedastic' ? noiseVariance.map(Math.sqrt) : noiseOf(model, noiseVariance),
        count: members,
        chains: members,
        samples,
        best: losses.indexOf(Math.min(...losses)),
        info: { epochs: epochsOf(model, options), losses: [...losses] },
      }),
    };
  },
  cite: [
    {
      tag: 'Lakshminarayanan17',
      text: 'B. Lakshminarayanan, A. Pritzel, C. Blundell, Simple and scalable predictive uncertainty estimation using deep ensembles, NeurIPS 2017',
      id: 'arXiv:1612.01474',
    },
  ],
};
