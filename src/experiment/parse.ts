import { check, InputError, parseYaml, together, within } from '../base/index.ts';
import { type Fields, isRecord, overlay } from './overlay.ts';
import { type Experiment, type ExperimentInput, experimentSchema } from './schema.ts';

/** The whole of an experiment written in TypeScript: checked, every default filled. */
export function defineExperiment(experiment: ExperimentInput): Experiment {
  return resolveExperiment(experiment, 'experiment');
}

/** Reads an experiment from YAML or JSON text; `file` names it for errors. */
export function parseExperiment(text: string, file: string): Fields {
  const value = parseYaml(text, file);
  if (!isRecord(value)) {
    const found = value === null ? 'nothing' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
    throw new InputError({
      file,
      path: [],
      rule: `must hold fields such as 'data:' and 'network:', got ${found}`,
    });
  }
  return value;
}

/** Checks an experiment and fills every default; its variants are checked with what they override. */
export function resolveExperiment(input: Fields, file: string): Experiment {
  const experiment = check(experimentSchema(), input, file);
  together(Object.keys(experiment.variants).map(name => () => variantOf(experiment, input, name, file)));
  return experiment;
}

/** The experiment that a variant is: the base's input with the variant's fields laid over it. */
export function variantOf(experiment: Experiment, input: Fields, name: string, file: string): Experiment {
  const { variants: _variants, ...base } = input;
  const merged = overlay(base, experiment.variants[name]!);
  return within(file, () =>
    within(['variants', name], () => check(experimentSchema(), { ...merged, name: experiment.name })),
  );
}
