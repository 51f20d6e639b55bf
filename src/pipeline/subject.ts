import type { Job } from '../base/index.ts';
import { buildModel, type Model } from '../bayes/index.ts';
import type { Dataset } from '../data/index.ts';
import { type Device, deviceOf } from '../device/index.ts';
import { type Design, designOf, deterministicTwin, type Experiment } from '../experiment/index.ts';
import type { Network } from '../network/index.ts';
import { type Key, keyOf } from '../random/index.ts';
import { timeOf } from './design-facts.ts';
import { networkGiven, networkOf } from './network-of.ts';
import { Pipeline } from './pipeline.ts';
import type { Prepared } from './prepared.ts';

/** An experiment with what its fields mean, and the pipelines of its design and of that design's deterministic twin. */
export interface Subject {
  readonly experiment: Experiment;
  readonly design: Design;
  readonly data: Dataset;
  /** The network that is trained, with its prior and likelihood. */
  readonly model: Model;
  /** What goes on arrays. */
  readonly network: Network;
  readonly device: Device;
  /** Time after programming that training and transfer count on, s. */
  readonly time: number;
  /** Times at which chips are evaluated, s. */
  readonly times: readonly number[];
  /** The one of them that headline figures are of: `time` where it is among them, else the first. */
  readonly headlineTime: number;
  /** Numbers of the chips. */
  readonly chips: readonly number[];
  /** Root of all randomness. */
  readonly root: Key;
  readonly own: Pipeline;
  readonly twin: Pipeline;
}

interface SubjectOptions {
  /** Where the twin's results are kept; with the others by default. */
  readonly twinStore?: Prepared['store'];
  /** The variant that the experiment is. */
  readonly variant?: string;
}

/** Sets up an experiment for evaluation. Computes nothing. */
export function subjectOf(
  experiment: Experiment,
  prepared: Prepared,
  job: Job,
  { twinStore = prepared.store, variant }: SubjectOptions = {},
): Subject {
  const { data, deviceFiles } = prepared;
  const design = designOf(experiment, deviceFiles);
  const { network } = networkOf(networkGiven(design), data);
  const model = buildModel(design.network.layers, design.posterior, data);
  const time = timeOf(design);
  const times = experiment.evaluate.times ?? [time];
  const root = keyOf(experiment.seed);
  return {
    experiment,
    design,
    data,
    model,
    network,
    device: deviceOf(design.hardware.device),
    time,
    times,
    headlineTime: times.includes(time) ? time : times[0]!,
    chips: Array.from({ length: experiment.evaluate.chips }, (_, i) => i),
    root,
    own: new Pipeline(prepared, design, { key: root, job, of: variant }),
    twin: new Pipeline({ ...prepared, store: twinStore }, deterministicTwin(design), {
      key: root,
      job,
      of: [...(variant ? [variant] : []), 'deterministic'].join(', '),
    }),
  };
}
