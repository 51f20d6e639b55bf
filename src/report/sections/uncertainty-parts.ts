import { sourceOf, uncertaintyParts } from '../../inference/index.ts';
import type { Subject, UncertaintyParts } from '../../pipeline/index.ts';
import { varianceParts } from '../figures/variance-parts.ts';
import type { Section } from '../report.ts';
import { partNames, uncertaintyTable } from '../uncertainty-text.ts';

/** Which randomness predictions owe how much of their uncertainty to. */
export function uncertaintySection(subject: Pick<Subject, 'design' | 'data'>, found: UncertaintyParts): Section {
  const { design, data } = subject;
  const { wants = [] } = sourceOf(design.sampling);
  const quantity = data.task === 'classification' ? '1 − Σ p̄²' : 'variance of targets';
  return {
    title: 'Whose uncertainty it is',
    text: [
      `${quantity} taken apart into what single reads leave open and what predictions differ by: a balanced nested design of chips, weight vectors on each, programmings of each and reads of each. What the samples of '${design.sampling.entropy}' draw anew is averaged over and becomes the chip's own doubt; what they share stays an error of the chip that its own doubt does not show.`,
    ],
    tables: [uncertaintyTable(subject, found)],
    figures: [
      {
        figure: varianceParts({
          quantity,
          parts: [
            ...uncertaintyParts.flatMap(name => {
              const part = found[name];
              return part ? [{ ...part, name: partNames[name], wanted: wants.includes(name) }] : [];
            }),
            { ...found.aleatoric, name: 'aleatoric: a single read', wanted: false },
          ],
        }),
        caption: `Parts of ${quantity} with 95 % intervals.`,
      },
    ],
  };
}
