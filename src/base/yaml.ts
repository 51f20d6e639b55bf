import { Lexer, LineCounter, Parser, parseDocument } from 'yaml';
import { InputError } from './errors.ts';

/** Times that aliases may repeat what they name, so that a short text cannot stand for gigabytes. */
const mostRepeats = 100;

/** Collections inside one another that are read; composing them takes stack, and an overflow there can end the process. */
const mostLevels = 200;

/** The values of a YAML or JSON text, aliases resolved; `file` names it in faults. */
export function parseYaml(text: string, file: string): unknown {
  const refuse = (rule: string, hint?: string) => new InputError({ file, path: [], rule, hint });
  try {
    if (levelsExceed(text, mostLevels)) throw refuse('is nested too deeply to be read', 'use fewer levels of brackets');
    const lines = new LineCounter();
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error', lineCounter: lines });
    const [error] = document.errors;
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw refuse(`is not valid YAML: ${error.message} at line ${line}, column ${col}`);
    }
    const value: unknown = document.toJS({ maxAliasCount: mostRepeats });
    JSON.stringify(value);
    return value;
  } catch (error) {
    if (error instanceof ReferenceError) throw refuse(error.message, 'write the values out');
    if (error instanceof TypeError) throw refuse('an alias stands inside what it names', 'write the values out');
    throw error;
  }
}

/** Whether collections stand inside one another at more levels, without recursion. */
function levelsExceed(text: string, most: number): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > most) return true;
  }
  return false;
}
