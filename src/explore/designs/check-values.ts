import { type Fault, faultText, InputError } from '../../base/index.ts';
import { fillUniform, fold, type Key } from '../../random/index.ts';
import { decode, encode, type Point, type Space, type Value, type Variable } from '../../search/index.ts';
import type { Designs } from './open-designs.ts';

/** Designs that each value is tried in. */
const contexts = 8;

/**
 * Refuses variables and values that no experiment can hold, such as those of a field that does not exist: what is refused in
 * every design tried, while the same designs without it are experiments. Every fault at once, by path in the study file.
 */
export async function checkValues(key: Key, designs: Designs): Promise<void> {
  const { study, space, experimentAt } = designs;
  const faults: Fault[] = [];
  for (const variable of space.variables) {
    for (const value of testedValues(variable)) {
      const fault =
        refusalOf(key, space, variable, value, experimentAt) ?? (await impossibleAt(key, designs, variable, value));
      if (!fault) continue;
      const rule = `${fault.path.join('.')}: ${fault.rule}`;
      faults.push({ ...fault, file: study.file, path: ['variables', variable.name], rule });
      break;
    }
  }
  if (faults.length > 0) throw new InputError(faults);
}

/** Every value where there are few; of a range its ends. */
const testedValues = (variable: Variable): readonly Value[] =>
  'values' in variable ? variable.values : [variable.low, variable.high];

/** What is wrong with a value wherever it is tried; undefined where it is not the value's fault, or not always. */
function refusalOf(
  key: Key,
  space: Space,
  variable: Variable,
  value: Value,
  experimentAt: Designs['experimentAt'],
): Fault | undefined {
  const needed = neededBy(space, variable.name);
  let found: Fault | undefined;
  for (let context = 0; context < contexts; context++) {
    const point = pointWith(fold(fold(key, variable.name), context), space, variable, value);
    const fault = refusedBy(() => experimentAt(point, name => name === variable.name || needed.has(name)));
    if (!fault) return undefined;
    if (!refusedBy(() => experimentAt(point, name => needed.has(name)))) found ??= fault;
  }
  return found;
}

/** What stands against every design with a value, laid over the experiment alone and at random; undefined where one of them can exist. */
async function impossibleAt(
  key: Key,
  { space, at }: Designs,
  variable: Variable,
  value: Value,
): Promise<Fault | undefined> {
  const needed = neededBy(space, variable.name);
  const pointOf = (context: number) => pointWith(fold(fold(key, variable.name), context), space, variable, value);
  const found = await faultOf(() => at(pointOf(0), name => name === variable.name || needed.has(name)));
  for (let context = 0; found && context < contexts; context++) {
    const other = await faultOf(() => at(pointOf(context)));
    if (!other || faultText(other) !== faultText(found)) return undefined;
  }
  return found;
}

/** Variables that this one depends on, by its condition or because they make the fields that it stands in. */
function neededBy(space: Space, name: string): ReadonlySet<string> {
  const needed = new Set([name]);
  for (const variable of space.variables.toReversed()) {
    for (const other of [...needed]) {
      if (variable.name === space.variables.find(each => each.name === other)!.when?.variable)
        needed.add(variable.name);
      if (other.startsWith(`${variable.name}.`)) needed.add(variable.name);
    }
  }
  needed.delete(name);
  return needed;
}

function refusedBy(work: () => unknown): Fault | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return firstOf(error);
  }
}

const faultOf = (work: () => Promise<unknown>): Promise<Fault | undefined> => work().then(() => undefined, firstOf);

function firstOf(error: unknown): Fault {
  if (error instanceof InputError) return error.faults[0]!;
  throw error;
}

/** A random point at which a variable counts and has this value. */
export function pointWith(key: Key, space: Space, { name }: Pick<Variable, 'name'>, value: Value): Point {
  const places = fillUniform(key, new Float64Array(space.variables.length));
  let [wanted, given]: [string | undefined, Value] = [name, value];
  while (wanted !== undefined) {
    const at = space.variables.findIndex(variable => variable.name === wanted);
    places[at] = encode(space, { [wanted]: given })[at]!;
    const { when } = space.variables[at]!;
    wanted = when?.variable;
    given = when?.among[0] ?? given;
  }
  return decode(space, places);
}
