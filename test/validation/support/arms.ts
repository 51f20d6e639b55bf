import type { Fields } from '../../../src/experiment/index.ts';
import type { Designs } from '../../../src/explore/designs/open-designs.ts';
import type { StudyFile } from '../../../src/explore/study-file/study-file.ts';
import type { FieldVariable } from '../../../src/explore/study-file/variable-schema.ts';
import { isActive, type Point, type Value } from '../../../src/search/index.ts';

/** What of a design is searched together. */
export type Part = 'network' | 'hardware' | 'inference';

/** The part that a variable belongs to, by its path. */
export function partOf(path: string): Part {
  if (/^(network|posterior)\b/.test(path)) return 'network';
  if (/^(source|stopping|sampling|transfer\.method|evaluate)\b/.test(path)) return 'inference';
  return 'hardware';
}

/** Ways to spend one budget: each stage searches some parts from the best design of the stage before. */
export const arms: Readonly<Record<string, readonly (readonly Part[])[]>> = {
  joint: [['network', 'hardware', 'inference']],
  'network alone': [['network']],
  'hardware alone': [['hardware']],
  'inference alone': [['inference']],
  'network, hardware, inference in turn': [['network'], ['hardware'], ['inference']],
  'hardware, network, inference in turn': [['hardware'], ['network'], ['inference']],
};

/** The arms that search one part after the other. */
export const inTurn = Object.keys(arms).filter(name => arms[name]!.length > 1);

/** A study of some parts of another one's space, around a point of it; undefined where nothing of them can vary there. */
export function aroundPoint(
  designs: Designs,
  point: Point,
  parts: readonly Part[],
  budget: StudyFile['budget'],
): StudyFile | undefined {
  const { study, space } = designs;
  const variables: Record<string, FieldVariable> = {};
  const first: Record<string, Value> = {};
  for (const variable of space.variables) {
    const { name, when } = variable;
    if (!parts.includes(partOf(name))) continue;
    if (when && !variables[when.variable] && !isActive(variable, point)) continue;
    const { when: condition, ...given } = study.variables[name]!;
    variables[name] = { ...given, ...(condition && variables[condition.variable] && { when: condition }) };
    if (point[name] !== undefined) first[name] = point[name];
  }
  if (Object.keys(variables).length === 0) return undefined;
  const experiment = designs.experimentAt(point);
  return { ...study, experiment, variables, first: [first], budget };
}

/** A point of the whole space: that of a part laid over the one it was searched around. */
export function laidOver(designs: Designs, around: Point, part: Point): Point {
  const merged: Fields = { ...around, ...part };
  const whole: Record<string, Value> = {};
  for (const variable of designs.space.variables) {
    if (isActive(variable, whole)) whole[variable.name] = merged[variable.name] as Value;
  }
  return whole;
}
