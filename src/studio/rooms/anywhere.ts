import { arrayRequests } from './array.ts';
import { compareRequests } from './compare.ts';
import { costRequests } from './cost.ts';
import { deviceRequests } from './device.ts';
import { experimentRequests } from './experiment.ts';
import { homeRequests } from './home.ts';
import { runRequests } from './run.ts';
import { uncertaintyRequests } from './uncertainty.ts';

/** What pages may ask for wherever the workspace is; nothing here uses Node. */
export const anywhere = {
  ...homeRequests,
  ...experimentRequests,
  ...runRequests,
  ...uncertaintyRequests,
  ...deviceRequests,
  ...costRequests,
  ...arrayRequests,
  ...compareRequests,
};
