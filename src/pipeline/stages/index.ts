import type { Results, Stage } from '../stage.ts';
import { chip } from './chip.ts';
import { converters } from './converters.ts';
import { plan } from './plan.ts';
import { posterior } from './posterior.ts';
import { range } from './range.ts';
import { stopping } from './stopping.ts';
import { training } from './training.ts';

/** Any stage, whatever it projects and needs. */
export type AnyStage<T = unknown> = Stage<unknown, keyof Results, T>;

/** Every stage from a design to its chips; what is measured on them and what they cost follow from these. */
export const stages = { training, posterior, range, plan, converters, chip, stopping };

/** The stage of this name. */
export const stageNamed = <S extends keyof typeof stages>(name: S): AnyStage<Results[S]> =>
  stages[name] as unknown as AnyStage<Results[S]>;
