import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/base/index.ts';
import { type Design, designOf, resolveExperiment } from '../../src/experiment/index.ts';
import { parseStudy, type StudyFile } from '../../src/explore/study-file/study-file.ts';
import type { FieldVariable } from '../../src/explore/study-file/variable-schema.ts';
import { fieldsAt, spaceOfVariables } from '../../src/explore/study-file/variables.ts';
import { stages } from '../../src/pipeline/index.ts';
import { readingGiven } from '../../src/pipeline/reading.ts';
import { faultOf, isActive, type Point, type Value } from '../../src/search/index.ts';

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const names = ['moons', 'heartbeats', 'mitdb', 'digits'];
const studies = new Map<string, StudyFile>();
for (const name of names) {
  const text = textOf(`examples/explore-${name}.yaml`);
  studies.set(name, await parseStudy(text, `${name}.yaml`, async path => textOf(`examples/${path}`)));
}

const designAt = ({ experiment, variables }: StudyFile, point: Point): Design =>
  designOf(resolveExperiment(fieldsAt(experiment, variables, spaceOfVariables(variables), point)!, 'study.yaml'), {});

/** The first part of the way from a design to its figures that is made anew where designs differ; what follows it is, too. */
function firstDifference(one: Design, other: Design): string {
  const differs = (of: (design: Design) => unknown) => canonical(of(one)) !== canonical(of(other));
  const known = Object.entries(stages).find(([, stage]) => differs(design => stage.project(design, {})));
  return known?.[0] ?? (differs(readingGiven) ? 'reading' : 'price');
}

/** A point at which a variable counts, with each of its values or the ends of its range. */
function pointsOf({ variables, first }: StudyFile, path: string): Point[] {
  const space = spaceOfVariables(variables);
  const given = variables[path]!;
  const ends: readonly Value[] = 'values' in given ? given.values : [given.low, given.high];
  return ends.map(value => {
    const wish: Record<string, Value> = { ...first[0], [path]: value };
    for (let at: FieldVariable | undefined = given; at?.when; at = variables[at.when.variable]) {
      wish[at.when.variable] = at.when.among[0]!;
    }
    const point: Record<string, Value> = {};
    for (const variable of space.variables) {
      const usual = 'values' in variable ? variable.values[0]! : variable.low;
      if (isActive(variable, point)) point[variable.name] = wish[variable.name] ?? usual;
    }
    expect(faultOf(space, point)).toBeUndefined();
    return point;
  });
}

const shown = (variable: FieldVariable): string =>
  'values' in variable
    ? variable.values.join(', ')
    : `${Number(variable.low.toPrecision(3))} … ${Number(variable.high.toPrecision(3))}`;

/** Rows of the table of docs/explore.md, one for each path. */
function rows(): string[] {
  const found = new Map<string, { values: string[]; anew: Set<string>; studies: string[] }>();
  for (const [name, study] of studies) {
    for (const [path, variable] of Object.entries(study.variables)) {
      const designs = pointsOf(study, path).map(point => designAt(study, point));
      const row = found.get(path) ?? { values: [], anew: new Set(), studies: [] };
      row.values.push(shown(variable));
      row.studies.push(name);
      for (const other of designs.slice(1)) row.anew.add(firstDifference(designs[0]!, other));
      found.set(path, row);
    }
  }
  const order = [...Object.keys(stages), 'reading', 'price'];
  return [...found].map(([path, { values, anew, studies }]) => {
    const earliest = order.filter(name => anew.has(name)).join(', ') || 'nothing by itself';
    return `| \`${path}\` | ${[...new Set(values)].join('; ')} | ${earliest} | ${studies.join(', ')} |`;
  });
}

describe('the ready studies', () => {
  test('vary the paths that the documentation lists, with these values, and make anew what it says', () => {
    const [, after] = textOf('docs/explore.md').split(
      '| variable | values | made anew | studies |\n|---|---|---|---|\n',
    );
    const listed = after!.split('\n\n')[0]!.split('\n');
    expect(listed).toEqual(rows());
  });

  test('begin with a design of their space', () => {
    for (const { variables, first } of studies.values()) {
      const space = spaceOfVariables(variables);
      for (const point of first) expect(faultOf(space, point)).toBeUndefined();
    }
    expect([...studies].filter(([, { first }]) => first.length > 0).map(([name]) => name)).toEqual(names.slice(1));
  });
});
