import jsep from 'jsep';
import { InputError, suggest } from '../../base/index.ts';

/** Variables of an expression by name. */
export type Scope = Readonly<Record<string, number>>;

jsep.addBinaryOp('^', 15, true);

const functions: Readonly<Record<string, (...values: number[]) => number>> = {
  abs: Math.abs,
  clip: (x, low, high) => Math.min(high!, Math.max(low!, x!)),
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  max: Math.max,
  min: Math.min,
  mod: (x, divisor) => x! - divisor! * Math.floor(x! / divisor!),
  sqrt: Math.sqrt,
  tanh: Math.tanh,
};

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
};

/**
 * A function from an arithmetic expression: numbers, the given variables, + − * / ^, comparisons with ?:, and abs, clip,
 * exp, floor, ln, log10, max, min, mod, sqrt, tanh. Nothing else can be named.
 */
export function compileExpression(text: string, variables: readonly string[]): (scope: Scope) => number {
  let tree: jsep.Expression;
  try {
    tree = jsep(text);
  } catch (error) {
    throw refused(`cannot read the expression '${text}' (${(error as Error).message})`);
  }
  return compile(tree, variables);
}

type Node = jsep.Expression & Record<string, unknown>;

function compile(expression: jsep.Expression, variables: readonly string[]): (scope: Scope) => number {
  const node = expression as Node;
  const inner = (child: unknown): ((scope: Scope) => number) => compile(child as jsep.Expression, variables);
  switch (node.type) {
    case 'Literal': {
      const value = node.value;
      if (typeof value === 'number') return () => value;
      break;
    }
    case 'Identifier': {
      const name = node.name as string;
      if (variables.includes(name)) return scope => scope[name]!;
      throw refused(`unknown variable '${name}' in the expression`, suggest(name, variables));
    }
    case 'UnaryExpression': {
      const argument = inner(node.argument);
      if (node.operator === '-') return scope => -argument(scope);
      if (node.operator === '+') return argument;
      break;
    }
    case 'BinaryExpression': {
      const operator = operators[node.operator as string];
      if (!operator) break;
      if (node.operator === '^' && (node.left as Node).type === 'UnaryExpression') {
        throw refused('a sign before a power is ambiguous', 'write -(a^b) or (0 - a)^b');
      }
      const [left, right] = [inner(node.left), inner(node.right)];
      return scope => operator(left(scope), right(scope));
    }
    case 'ConditionalExpression': {
      const [test, yes, no] = [inner(node.test), inner(node.consequent), inner(node.alternate)];
      return scope => (test(scope) ? yes(scope) : no(scope));
    }
    case 'CallExpression': {
      const callee = node.callee as Node;
      const name = callee.type === 'Identifier' ? (callee.name as string) : '';
      if (!Object.hasOwn(functions, name)) {
        throw refused(`unknown function '${name}'`, suggest(name, Object.keys(functions)));
      }
      const call = functions[name]!;
      const values = (node.arguments as unknown[]).map(inner);
      if (values.length === 0) break;
      return scope => call(...values.map(value => value(scope)));
    }
  }
  throw refused(
    `the expression may hold numbers, ${variables.join(', ')}, + - * / ^, comparisons with ?: and ${Object.keys(functions).join(', ')}`,
  );
}

const refused = (rule: string, hint?: string): InputError => new InputError({ path: [], rule, hint });
