import { type Calibration, type Compared, calibrationOf, comparedMacros } from './calibration.ts';
import { type MacroClass, macroClasses } from './macro.ts';

/** What measured macros say of the model. */
export interface Silicon {
  readonly macros: readonly Compared[];
  readonly classes: Readonly<
    Record<MacroClass, { readonly energy: Calibration | null; readonly area: Calibration | null }>
  >;
}

let found: Silicon | undefined;

/** Every measured macro beside its prediction, and what follows for its class; computed once. */
export function silicon(): Silicon {
  if (found) return found;
  const macros = comparedMacros();
  const classes = Object.fromEntries(
    macroClasses.map(name => [
      name,
      { energy: calibrationOf(macros, name, 'energy'), area: calibrationOf(macros, name, 'area') },
    ]),
  ) as Silicon['classes'];
  found = { macros, classes };
  return found;
}
