import type { Posterior } from '../../bayes/index.ts';
import { foldPosterior, type NetworkGiven, networkGiven, networkOf } from '../network-of.ts';
import type { Stage } from '../stage.ts';
import { bytesOf } from './training.ts';

/** The posterior of the weights that go on arrays: batch normalisations are folded into it. */
export const posterior: Stage<NetworkGiven, 'data' | 'training', Posterior> = {
  name: 'posterior',
  per: [],
  needs: ['data', 'training'],
  project: networkGiven,
  run(given, { data, training }) {
    const { folded } = networkOf(given, data);
    return folded ? foldPosterior(training.posterior, folded) : training.posterior;
  },
  bytes: bytesOf,
};
