import { type Fault, InputError, nearest } from '../../base/index.ts';
import { type Fields, isRecord } from '../../experiment/index.ts';
import type { Value } from '../../search/index.ts';
import type { FieldVariable } from './variable-schema.ts';

/** Sections that make a design; all else of an experiment is the same for all of them. */
const designSections = ['network', 'posterior', 'hardware', 'transfer', 'sampling', 'architecture'];

/** What else designs may differ in: how their logits are corrected. */
export const correctionField = 'evaluate.calibration';

/** Sections that one choice may put fields into together: the network stays apart, for digital baselines share it. */
const chosenSections = designSections.filter(section => section !== 'network');

/** The first part of some fields that no choice may put into a design. */
const foreign = (fields: Fields): string | undefined =>
  Object.keys(fields).find(name => {
    const { [name]: own } = fields;
    const corrects = name === 'evaluate' && isRecord(own) && Object.keys(own).join() === 'calibration';
    return !chosenSections.includes(name) && !corrects;
  });

/** Whether a variable is no path into an experiment but a choice by a name of its own, whose values are fields of some sections. */
export const isChoice = (name: string): boolean => !name.includes('.') && !designSections.includes(name);

type Named = readonly [path: string, variable: FieldVariable];

/** Refuses variables that cannot be, or of which one undoes another: every fault at once. */
export function checkVariables(variables: Readonly<Record<string, FieldVariable>>): void {
  const all = Object.entries(variables);
  const faults: Fault[] =
    all.length > 0 ? [] : [{ path: ['variables'], rule: 'must name a field, got none', hint: 'add one' }];
  for (const [i, [path, variable]] of all.entries()) {
    const before = all.slice(0, i);
    const beside = before.filter(([, other]) => !apart(variable.when, other.when));
    const own = [
      ...faultsOfPath([path, variable], beside),
      ...faultsOfValues(variable),
      ...faultsOfCondition(variable, before),
    ];
    faults.push(...own.map(fault => ({ ...fault, path: ['variables', path, ...fault.path] })));
  }
  if (faults.length > 0) throw new InputError(faults);
}

/** Whether two variables never count together: by values of a third one that they do not share. */
const apart = (one: FieldVariable['when'], other: FieldVariable['when']): boolean =>
  one !== undefined && one.variable === other?.variable && !one.among.some(value => other.among.includes(value));

function faultsOfPath([path, variable]: Named, before: readonly Named[]): Fault[] {
  if (isChoice(path) && 'named' in variable && variable.named) return faultsOfChoice(variable.named, before);
  const section = path.split('.')[0]!;
  if (!designSections.includes(section) && path !== correctionField) {
    const close = nearest(section, designSections);
    const hint = `${close ? `did you mean '${close}'? ` : ''}Designs differ in ${designSections.join(', ')} and ${correctionField}`;
    return [{ path: [], rule: `'${section}' is no part of a design`, hint }];
  }
  const inside = before.find(([name]) => name.startsWith(`${path}.`));
  if (inside) {
    const hint = 'put it before that one, which is then laid over it';
    return [{ path: [], rule: `shadows '${inside[0]}', which stands before it`, hint }];
  }
  for (const [name, other] of before) {
    const choice = isChoice(name);
    if (!(choice || path.startsWith(`${name}.`)) || !('named' in other)) continue;
    const rest = (choice ? path : path.slice(name.length + 1)).split('.');
    const setting = Object.keys(other.named ?? {}).find(
      value => countsUnder(variable, name, value) && has(other.named?.[value], rest),
    );
    if (setting === undefined) continue;
    const hint = "leave it out there, or say with 'when' where this variable counts";
    return [{ path: [], rule: `shadows what '${setting}' of '${name}' puts into the field`, hint }];
  }
  return [];
}

/** What is wrong with a choice of fields of several sections. */
function faultsOfChoice(named: Fields, before: readonly Named[]): Fault[] {
  for (const [value, fields] of Object.entries(named)) {
    const other = isRecord(fields) ? foreign(fields) : value;
    if (other !== undefined) {
      const hint = `name values by fields of ${chosenSections.join(', ')} or ${correctionField}, such as { sampling: { entropy: read } }`;
      return [{ path: [value], rule: 'must be fields of sections of a design', value: other, hint }];
    }
    const shadowed = before.find(([name]) => has(fields, name.split('.')));
    if (shadowed) {
      const hint = 'put it before that one, which is then laid over it';
      return [{ path: [value], rule: `shadows '${shadowed[0]}', which stands before it`, hint }];
    }
  }
  return [];
}

/** Whether a variable counts where another one has a value, as far as its own condition says. */
const countsUnder = ({ when }: FieldVariable, other: string, value: string): boolean =>
  when?.variable !== other || when.among.includes(value);

function has(value: unknown, path: readonly string[]): boolean {
  if (path.length === 0) return value !== undefined;
  return typeof value === 'object' && value !== null && has((value as Fields)[path[0]!], path.slice(1));
}

function faultsOfValues(variable: FieldVariable): Fault[] {
  const { kind } = variable;
  if ('values' in variable) {
    const { values } = variable;
    if (values.length === 0)
      return [{ path: [kind], rule: 'must hold a value, got none', hint: 'list what may be chosen' }];
    const twice = values.find((value, i) => values.indexOf(value) !== i);
    return twice === undefined ? [] : [{ path: [kind], rule: 'must differ', value: twice, hint: 'list it once' }];
  }
  const { low, high, log } = variable;
  if (!(low < high)) {
    const hint = low > high ? 'swap them' : 'put the value into the experiment';
    return [{ path: [kind], rule: 'must rise from the least value to the largest', value: [low, high], hint }];
  }
  if (!log || low > 0) return [];
  return [{ path: ['log'], rule: `needs values above 0, and the least is ${low}`, hint: 'raise it or leave log out' }];
}

function faultsOfCondition({ when }: FieldVariable, before: readonly Named[]): Fault[] {
  if (!when) return [];
  const { variable: name, among } = when;
  const parent = before.find(([other]) => other === name)?.[1];
  if (!parent) {
    const close = nearest(
      name,
      before.map(([other]) => other),
    );
    const hint = close ? `did you mean '${close}'?` : 'list that one before it';
    return [{ path: ['when'], rule: `must name a variable that stands before it, got '${name}'`, hint }];
  }
  return among
    .filter(value => !canBe(parent, value))
    .map(value => ({
      path: ['when', name],
      rule: `is no value of '${name}'`,
      value,
      hint: 'list some that it can have',
    }));
}

function canBe(variable: FieldVariable, value: Value): boolean {
  if ('values' in variable) return variable.values.includes(value);
  return typeof value === 'number' && value >= variable.low && value <= variable.high;
}
