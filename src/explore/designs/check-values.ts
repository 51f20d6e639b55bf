import { type Fault, faultsOf, faultText, InputError } from '../../base/index.ts';
import { fillUniform, fold, type Key } from '../../random/index.ts';
import { decode, encode, type Point, type Space, type Value, type Variable } from '../../search/index.ts';
import type { Designs, Unjudged } from './open-designs.ts';

/** Designs that each value is tried in. */
const contexts = 8;

/**
 * Refuses variables and values that no experiment can hold, such as those of a field that does not exist: what is refused in
 * every design tried, while the same designs without it are experiments. Every fault at once, by path in the study file.
 */
export async function checkValues(key: Key, designs: Unjudged): Promise<void> {
  const { study, space, experimentAt } = designs;
  const faults = new Map<string, Fault>();
  const note = ({ name }: Variable, fault: Fault | undefined) => {
    if (!fault || faults.has(name)) return;
    const rule = `${fault.path.join('.')}: ${fault.rule}`;
    faults.set(name, { ...fault, file: study.file, path: ['variables', name], rule });
  };
  for (const variable of space.variables) {
    for (const value of testedValues(variable)) note(variable, refusalOf(key, space, variable, value, experimentAt));
  }
  const readable = new Set(space.variables.flatMap(({ name }) => (faults.has(name) ? [] : [name])));
  for (const variable of space.variables) {
    for (const value of testedValues(variable)) {
      if (!faults.has(variable.name)) note(variable, await impossibleAt(key, designs, variable, value, readable));
    }
  }
  if (faults.size > 0) throw new InputError(space.variables.flatMap(({ name }) => faults.get(name) ?? []));
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

/** What stands against every design with a value, laid over the experiment alone and among values of the readable variables at random; undefined where one of them can exist. */
async function impossibleAt(
  key: Key,
  { space, at }: Unjudged,
  variable: Variable,
  value: Value,
  readable: ReadonlySet<string>,
): Promise<Fault | undefined> {
  const needed = neededBy(space, variable.name);
  const pointOf = (context: number) => pointWith(fold(fold(key, variable.name), context), space, variable, value);
  const [found] = await faultsOf(() => at(pointOf(0), name => name === variable.name || needed.has(name)));
  if (!found) return undefined;
  const isFound = (fault: Fault) => faultText(fault) === faultText(found);
  // What stands against the experiment without it is not the value's fault.
  if ((await faultsOf(() => at(pointOf(0), name => needed.has(name)))).some(isFound)) return undefined;
  for (let context = 0; context < contexts; context++) {
    if (!(await faultsOf(() => at(pointOf(context), name => readable.has(name)))).some(isFound)) return undefined;
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
    if (error instanceof InputError) return error.faults[0];
    throw error;
  }
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
