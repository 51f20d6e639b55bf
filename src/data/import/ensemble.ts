import { InputError } from '../../base/index.ts';
import { doublesOf, elements, type NdArray, ndArray } from '../formats/index.ts';
import { type ArrayFile, listed, naturally } from './tensors.ts';

/**
 * The state dictionaries of an ensemble's members as one, every array with the members along a first axis, in the
 * natural order of their files' names. Members must hold arrays of the same names and shapes; all differences are listed.
 */
export function stackMembers(files: readonly ArrayFile[], used: (name: string) => boolean): ArrayFile {
  const members = [...files].sort((a, b) => naturally(a.name, b.name));
  const first = members[0]!;
  const names = Object.keys(first.arrays).filter(used);
  if (names.length === 0) {
    throw new InputError(
      `${first.name}: is no state dictionary of one network ('….weight', '….bias'), as each member of an ensemble must be; it holds ${listed(Object.keys(first.arrays))}; import other posteriors as one file.`,
    );
  }
  const shapeIn = ({ arrays }: ArrayFile, name: string) => `[${arrays[name]!.shape.join(', ')}]`;
  const differences = members.slice(1).flatMap(member => {
    const held = Object.keys(member.arrays).filter(used);
    const other = names.filter(name => member.arrays[name] && shapeIn(member, name) !== shapeIn(first, name));
    const unlike = [
      ...other.map(name => `has '${name}' ${shapeIn(member, name)}, not ${shapeIn(first, name)}`),
      ...clause(
        'lacks',
        names.filter(name => !held.includes(name)),
      ),
      ...clause(
        'has also',
        held.filter(name => !names.includes(name)),
      ),
    ];
    return unlike.length > 0 ? [`${member.name} ${unlike.join(', ')}`] : [];
  });
  if (differences.length > 0) {
    const wayOut = members.some(({ name }) => /\d-of-\d/.test(name))
      ? 'join the parts of one network in Python, save_file({**load_file(first), **load_file(second)}, path)'
      : 'keep only files of one network in the folder';
    throw new InputError(
      `import: members of an ensemble must be like ${first.name}, but ${differences.join('; ')}; ${wayOut}.`,
    );
  }
  const stacked = names.map((name): [string, NdArray] => {
    const { shape } = first.arrays[name]!;
    const size = elements(shape);
    const values = new Float64Array(members.length * size);
    members.forEach(({ name: file, arrays }, m) => {
      values.set(doublesOf(arrays[name]!, `${file}, '${name}'`), m * size);
    });
    return [name, ndArray([members.length, ...shape], values)];
  });
  const name = `${first.name} and ${members.length - 1} more`;
  return { ...first, name, arrays: Object.fromEntries(stacked) };
}

const clause = (verb: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${verb} ${listed(names, names.length)}`];
