import type { Job } from '../../base/index.ts';
import { type DigitalPredictor, digitalMemories } from '../../cost/index.ts';
import { type Design, designOf } from '../../experiment/index.ts';
import { type Digital, digitalDesign, evaluateDigital, timeOf, type Wanted } from '../../pipeline/index.ts';
import type { Key } from '../../random/index.ts';
import { type Point, type Space, spaceOf, type Variable } from '../../search/index.ts';
import { asked, condensed, type DesignEvidence } from '../designs/evidence.ts';
import { correctionOf, type Designs, trainingOf } from '../designs/open-designs.ts';
import { correctionField } from '../study-file/check-variables.ts';

/** A digital way to predict that a study is compared with. */
export type BaselineName = DigitalPredictor;

/** What a digital designer may choose of each way to predict, beside the network. */
const own: Readonly<Record<BaselineName, readonly Variable[]>> = {
  deterministic: [],
  'moment propagation': [],
  'drawn pre-activations': [{ kind: 'ordered', name: 'samples', values: [1, 2, 4, 8, 16, 32, 64] }],
  ensemble: [{ kind: 'integer', name: 'samples', low: 2, high: 5 }],
  dropout: [
    { kind: 'ordered', name: 'samples', values: [1, 2, 4, 8, 16, 32, 64] },
    { kind: 'ordered', name: 'share', values: [0.05, 0.1, 0.2, 0.3, 0.5] },
  ],
  'last-layer laplace': [{ kind: 'ordered', name: 'samples', values: [1, 2, 4, 8, 16, 32, 64] }],
};

const common: readonly Variable[] = [
  { kind: 'integer', name: 'weightBits', low: 2, high: 8 },
  { kind: 'categorical', name: 'memory', values: digitalMemories },
];

/** The space of a baseline: the study's own variables of the network and of corrections, and what a digital designer may choose. */
export const baselineSpace = (space: Space, name: BaselineName): Space =>
  spaceOf([...sharedVariables(space), ...own[name], ...common]);

/** Variables of the network and of corrections whose conditions, if they have any, are such variables too. */
function sharedVariables({ variables }: Space): Variable[] {
  const kept: Variable[] = [];
  for (const variable of variables) {
    const { name, when } = variable;
    const known = when === undefined || kept.some(other => other.name === when.variable);
    if ((name.split('.')[0] === 'network' || name === correctionField) && known) kept.push(variable);
  }
  return kept;
}

/** A design of a baseline. */
export interface BaselineDesign {
  /** The network, with the posterior that it predicts with. */
  readonly design: Design;
  readonly correction: Pick<Wanted, 'correction'>;
  readonly digital: Digital;
}

/** The design that a point of a baseline's space stands for; an `InputError` where there is none. */
export function baselineAt(designs: Designs, name: BaselineName, point: Point): BaselineDesign {
  const { prepared, space } = designs;
  const shared = new Set(sharedVariables(space).map(variable => variable.name));
  const experiment = designs.experimentAt(point, one => shared.has(one));
  const { samples = 1, weightBits, memory, share } = point;
  return {
    design: digitalDesign(designOf(experiment, prepared.deviceFiles), name, prepared.data, {
      ...(share !== undefined && { share }),
    }),
    correction: correctionOf(experiment, prepared),
    digital: {
      predictor: name,
      samples: Number(samples),
      weightBits: Number(weightBits),
      memory: memory as Digital['memory'],
    },
  };
}

/** Which rows a baseline is judged on, by which training. */
export interface BaselineAsked {
  readonly rows: Required<Wanted>['rows'];
  readonly key: Key;
  /** Whether it is judged again, and what draws need is kept. */
  readonly again?: boolean;
}

/** What one training says of a design of a baseline: the values of one chip that stands for all, since there is nothing in which they differ. */
export async function baselineEvidence(
  designs: Designs,
  name: BaselineName,
  point: Point,
  { rows, key, again = false }: BaselineAsked,
  job: Job,
): Promise<DesignEvidence> {
  const { goals, prepared, study } = designs;
  const { design, correction, digital } = baselineAt(designs, name, point);
  const terms = designOf(study.experiment, prepared.deviceFiles);
  const time = timeOf(terms);
  const { metrics, times, prices } = asked(goals, time);
  const wanted = { metrics, times, rows, ...correction, perRow: true, prices, bill: prices && again, terms };
  const found = await evaluateDigital(prepared, design, digital, wanted, { key, job });
  return condensed(goals, time, { chips: [0], rows }, found, prepared.data, trainingOf(design), again);
}
