import { type Experiment, type Fields, isRecord, overlay, overlayAt } from '../../experiment/index.ts';
import { layerSchema } from '../../network/index.ts';
import { isActive, type Point, type Space, spaceOf, type Variable } from '../../search/index.ts';
import { checkVariables, isChoice } from './check-variables.ts';
import type { FieldVariable } from './variable-schema.ts';

/** Variables of a study by their paths, in their order. */
export type Variables = Readonly<Record<string, FieldVariable>>;

/** The space of a study's variables; every fault at once, by path in the study file. */
export function spaceOfVariables(variables: Variables): Space {
  checkVariables(variables);
  return spaceOf(Object.entries(variables).map(([name, variable]) => plain(name, variable)));
}

function plain(name: string, variable: FieldVariable): Variable {
  const { when } = variable;
  const common = { name, ...(when && { when }) };
  if ('values' in variable) return { ...common, kind: variable.kind, values: variable.values };
  const { kind, low, high, log } = variable;
  return { ...common, kind, low, high, log };
}

/**
 * The fields of the design that a point of the space stands for: values laid over the experiment in the order of the
 * variables, of those that count. Undefined where a path leads to a place that a list does not have.
 */
export function fieldsAt(
  experiment: Experiment,
  variables: Variables,
  space: Space,
  point: Point,
  counts: (name: string) => boolean = () => true,
): Fields | undefined {
  let fields: Fields | undefined = experiment;
  for (const variable of space.variables) {
    const { name } = variable;
    if (!fields || !counts(name) || !isActive(variable, point)) continue;
    const given = variables[name]!;
    const named = 'named' in given ? given.named : undefined;
    const value = named ? named[String(point[name])] : point[name];
    fields = isChoice(name) ? overlay(fields, value as Fields) : overlayAt(fields, name.split('.'), value);
    if (fields && named && 'network.layers'.startsWith(name)) fields = withLayerFields(fields);
  }
  return fields;
}

/** Layers that are written as a text as fields, so that later variables can go inside; what cannot be read stays as it is. */
function withLayerFields(fields: Fields): Fields {
  const { network } = fields;
  if (!isRecord(network) || !Array.isArray(network.layers)) return fields;
  const layers = network.layers.map((layer: unknown) => layerSchema.safeParse(layer).data ?? layer);
  return { ...fields, network: { ...network, layers } };
}
