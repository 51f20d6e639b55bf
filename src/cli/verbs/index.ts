import type { Verb } from '../verb.ts';
import { ablate } from './ablate.ts';
import { cost } from './cost.ts';
import { crossbarSolve, crossbarSpice } from './crossbar.ts';
import { dataInfo } from './data.ts';
import { demo } from './demo.ts';
import { deviceList, deviceShow } from './device.ts';
import { deviceFit } from './device-fit.ts';
import { deviceReport } from './device-report.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { exportPosterior } from './export.ts';
import { dataFetch } from './fetch.ts';
import { importVerb } from './import.ts';
import { metrics } from './metrics.ts';
import { predict } from './predict.ts';
import { run } from './run.ts';
import { sbc } from './sbc.ts';
import { schema } from './schema.ts';
import { train } from './train.ts';
import { transfer } from './transfer.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [
  demo,
  run,
  train,
  transfer,
  predict,
  evaluate,
  cost,
  ablate,
  sbc,
  deviceList,
  deviceShow,
  deviceFit,
  deviceReport,
  crossbarSolve,
  crossbarSpice,
  metrics,
  dataInfo,
  dataFetch,
  importVerb,
  exportPosterior,
  doctor,
  schema,
];
