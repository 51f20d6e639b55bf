import { z } from 'zod';
import { quantity } from '../../base/index.ts';
import { cellKinds } from '../device.ts';

const numbers = z.array(z.number()).min(1);

const polynomial = z.strictObject({
  polynomial: numbers.describe('Coefficients in g = G/range.high, constant first.'),
  unit: z.string().optional().describe('Unit of the value, such as uS; SI by default.'),
});

const table = z.strictObject({
  g: numbers.describe('Ascending g = G/range.high.'),
  values: numbers.describe('Value at each g; straight lines between, constant outside.'),
  unit: z.string().optional(),
});

const expression = z.strictObject({
  expression: z.string().describe('Arithmetic in g = G/range.high, G (S), t (s since programming) and lnt = ln t.'),
  unit: z.string().optional(),
});

const plainCurve = z.union([z.number(), z.string(), polynomial, table, expression]);

const timed = z.strictObject({
  times: numbers.describe('Ascending times since programming, s.'),
  curves: z.array(plainCurve).min(1).describe('The curve over g at each time; interpolated in ln t, constant outside.'),
});

const curve = z.union([plainCurve, timed]);

const quantileShape = z
  .strictObject({
    g: numbers.describe('Ascending g = G/range.high; straight lines between, constant outside.'),
    probabilities: numbers.describe('Ascending probabilities of the quantiles, above 0 and below 1.'),
    quantiles: z.array(numbers).min(1).describe('Ascending quantiles at each g, of any mean and spread.'),
  })
  .describe('A measured distribution.');

/** A curve of a device file as written. */
export type CurveSpec = z.input<typeof curve>;

/** A user's device: the record `Device` with curves as numbers, polynomials, tables or expressions of g and ln t. */
export const deviceFileSchema = z
  .strictObject({
    name: z.string().min(1).describe('Name of the device.'),
    title: z.string().default('').describe('One line for people.'),
    provenance: z
      .enum(['measured', 'published fit', 'assumption'])
      .default('assumption')
      .describe('Where the numbers come from.'),
    condition: z
      .string()
      .optional()
      .describe(
        'What the cells went through before the reads, such as 30 minutes at 80 °C; it is no time after programming.',
      ),
    note: z.string().optional().describe('What is assumed and other caveats.'),
    cite: z
      .array(z.strictObject({ tag: z.string(), text: z.string(), id: z.string().optional() }))
      .default([])
      .describe('Sources.'),
    range: z
      .strictObject({
        low: quantity('conductance', 'not negative')
          .describe('Smallest programmable conductance, S; 0 by default.')
          .default(0),
        high: quantity('conductance').describe('Largest programmable conductance, S.'),
      })
      .describe('Conductances that can be programmed.'),
    levels: z
      .array(quantity('conductance', 'not negative').describe('S'))
      .min(2)
      .optional()
      .describe('The only programmable conductances, ascending; the whole range by default.'),
    rest: z
      .strictObject({
        mean: quantity('conductance', 'not negative')
          .describe('Mean of a cell at rest, S; range.low by default.')
          .optional(),
        std: quantity('conductance', 'not negative')
          .describe('Cycle-to-cycle spread of a cell at rest, S; 0 by default.')
          .default(0),
        deviceStd: quantity('conductance', 'not negative')
          .describe('Device-to-device spread of a cell at rest, S; 0 by default.')
          .default(0),
        shape: z.enum(['normal', 'lognormal']).default('normal').describe('Distribution; normal by default.'),
      })
      .prefault({})
      .describe('The state of a cell that is not programmed.'),
    cell: z
      .enum(cellKinds)
      .describe("Kind of memory cell, which a price depends on: 'rram', 'pcm', 'mram' or 'fefet'; 'rram' by default.")
      .default('rram'),
    readVoltage: quantity('voltage').describe('Voltage of a read, V; 0.2 by default.').default(0.2),
    referenceTime: quantity('time')
      .describe('Time at which statistics are taken by default, s; 6 by default.')
      .default(6),
    setCurrent: curve.optional().describe('SET (compliance) current that programs a target, A.'),
    programming: z
      .strictObject({
        mean: curve.optional().describe('Mean just after programming, S; the target by default.'),
        std: curve.describe('Cycle-to-cycle spread of one programming step, S.'),
        deviceStd: curve.optional().describe('Device-to-device spread, S; none by default.'),
        shape: z
          .union([z.enum(['normal', 'lognormal']), quantileShape])
          .default('normal')
          .describe('Distribution with this mean and spread; normal by default.'),
        procedure: z
          .literal('program-and-verify')
          .optional()
          .describe(
            'The procedure that left these statistics, where they say nothing of a single step: the only one allowed.',
          ),
      })
      .describe('One programming step, or what a procedure left.'),
    relaxation: z
      .strictObject({ mean: curve.default(0), std: curve })
      .optional()
      .describe('Shift and extra spread that set in with time, S.'),
    drift: z
      .strictObject({
        law: z
          .enum(['shifted', 'plain'])
          .default('shifted')
          .describe(
            "'shifted' (default): G(t) = G((t + t₀)/t₀)^(−ν), t₀ the startTime; 'plain': G(t) = G(t/t₀)^(−ν) from t₀ on, G before.",
          ),
        startTime: quantity('time').describe('t₀ of the law, s.'),
        exponentMean: curve.describe('Mean of the exponent ν.'),
        exponentStd: curve.default(0).describe('Spread of the exponent over cells.'),
      })
      .optional()
      .describe('Power-law drift.'),
    read: z
      .strictObject({
        std: z.union([
          z.strictObject({ relative: curve.describe('Share of the conductance, over the target.') }),
          z.strictObject({ absolute: curve.describe('S, over the conductance at the time of the read.') }),
        ]),
        shape: z.enum(['normal', 'laplace']).default('normal'),
        spectrum: z
          .union([
            z.literal('white'),
            z.strictObject({
              startTime: quantity('time', 'not negative').describe('1/f noise from 1/(t + startTime) on, s.'),
            }),
          ])
          .default('white')
          .describe('Independent reads (white) or 1/f noise; white by default.'),
        duration: quantity('time').describe('Duration of one read, s; 1e-6 by default.').default(1e-6),
      })
      .optional()
      .describe('Read noise.'),
    telegraph: z
      .strictObject({
        amplitude: z.number().min(0).max(1).describe('Share of the conductance lost while a trap is occupied.'),
        dwellHigh: quantity('time').describe('Mean time empty, s.'),
        dwellLow: quantity('time').describe('Mean time occupied, s.'),
        share: z.number().min(0).max(1).describe('Share of the cells that have a trap.'),
      })
      .optional()
      .describe('Random telegraph noise.'),
    switching: z
      .strictObject({
        voltage: quantity('voltage', 'any').describe('Pulse at which a two-state cell switches half of the time, V.'),
        width: quantity('voltage').describe('Width of the logistic switching curve, V.'),
      })
      .optional()
      .describe('Stochastic switching of a two-state cell.'),
    extrapolation: z
      .strictObject({
        from: quantity('time').describe('Time since programming of the last read, s.'),
        low: curve.optional().describe('Lower end of the mean conductance beyond it, S, over target and time (95 %).'),
        high: curve.optional().describe('Upper end of it, S.'),
      })
      .optional()
      .describe(
        'Where the measurements end: what a model says beyond is extrapolated. By default the last time of the relaxation where that is a table over time.',
      ),
    stuck: z
      .strictObject({
        high: z.number().default(0).describe('Share of cells stuck at range.high; 0 by default.'),
        low: z.number().default(0).describe('Share of cells stuck at rest; 0 by default.'),
      })
      .prefault({})
      .describe('Cells that cannot be programmed.'),
    current: z.string().optional().describe('Expression in G (S) and V (V) for the current, A; G*V by default.'),
    write: z
      .strictObject({
        energy: quantity('energy').describe('Energy of one programming step, J.').optional(),
        duration: quantity('time').describe('Duration of one programming step, s.').optional(),
        voltage: quantity('voltage').describe('Voltage of one programming step, V.').optional(),
        endurance: z.number().positive().optional().describe('Programming steps a cell survives.'),
      })
      .optional()
      .describe('What one programming step takes.'),
  })
  .describe('A memory device.');

/** A device file as written. */
export type DeviceFile = z.input<typeof deviceFileSchema>;

/** A device file with its defaults and in SI units, curves as written. */
export type ResolvedDeviceFile = z.output<typeof deviceFileSchema>;
