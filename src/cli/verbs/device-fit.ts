import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatDuration, formatQuantity, InputError, parseQuantity, suggest } from '../../base/index.ts';
import {
  type DeviceFit,
  deviceFileText,
  fitDevice,
  type Law,
  laws,
  type MeasurementRole,
  measurementRoles,
  parseMeasurements,
} from '../../device/index.ts';
import { keyOf } from '../../random/index.ts';
import { deviceReportHtml } from '../../report/index.ts';
import { aligned } from '../experiment.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';

export const deviceFit: Verb = {
  options: [
    {
      flags: '--columns <list>',
      summary: `headers by what they hold (target=G_set,conductance=G): ${measurementRoles.join(', ')}`,
    },
    { flags: '--units <list>', summary: 'units of columns without one (conductance=uS,time=ms); SI otherwise' },
    { flags: '--read-voltage <voltage>', summary: 'voltage of the reads, where the table holds currents alone' },
    { flags: '--name <name>', summary: 'name of the new device; that of the file by default' },
    { flags: '--ageing <law>', summary: `law of ageing: ${laws.join(', ')}; chosen from the data by default` },
    { flags: '--start-time <time>', summary: 't₁ or t₀ of a power law; from the data by default' },
    { flags: '--bootstraps <count>', summary: 'samples for the standard errors; 200 by default' },
    { flags: '--report <file>', summary: 'writes an HTML report of the fit and of the device' },
  ],
  examples: [
    'device fit measured.csv --out lab-rram.yaml --report lab-rram.html',
    'device fit iv.csv --columns setCurrent=I_cc,current=I --units current=uA --read-voltage 0.2V --json',
  ],
  async run([file], options, shell) {
    const text = await readFile(resolve(shell.folder, file!), 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`${file}: cannot be read (${error.code}); give a CSV table of measurements.`);
    });
    const data = parseMeasurements(text, file!, {
      columns: pairs(options.columns, '--columns'),
      units: pairs(options.units, '--units'),
      ...(options.readVoltage !== undefined && {
        readVoltage: parseQuantity(String(options.readVoltage), 'voltage', '--read-voltage'),
      }),
    });
    const fit = fitDevice(data, {
      where: file!,
      name: options.name === undefined ? baseName(file!) : String(options.name),
      bootstraps: bootstrapsOf(options.bootstraps),
      ...(options.ageing !== undefined && { law: lawOf(String(options.ageing)) }),
      ...(options.startTime !== undefined && {
        startTime: parseQuantity(String(options.startTime), 'time', '--start-time'),
      }),
      key: keyOf(shell.seed ?? 0),
    });
    if (shell.out !== undefined) await writeOut(shell.out, deviceFileText(fit.file), shell);
    if (options.report !== undefined) {
      await writeOut(
        String(options.report),
        deviceReportHtml({ device: fit.device, fit, command: shell.command }),
        shell,
      );
    }
    const { parameters, levels, ageing, forecasts, separated, notes, spreadTerms, orderScores } = fit;
    const show = (value: number, unit: string): string =>
      unit === '' ? `${Number(value.toPrecision(4))}` : formatQuantity(value, unit, 4);
    return {
      document: {
        name: fit.device.name,
        device: fit.file,
        ageing,
        forecasts,
        separated,
        spreadTerms,
        orderScores,
        parameters,
        tests: levels.map(({ target, count, normality }) => ({ target, count, ...normality })),
        levels: levels.map(({ residuals: _, normality: __, ...level }) => level),
        notes,
      },
      text: [
        `${fit.device.name}: ${levels.length} levels, ${levels.reduce((sum, { count }) => sum + count, 0)} cells`,
        aligned([
          ['parameter', 'value', 'standard error'],
          ...parameters.map(p => [p.name, show(p.value, p.unit), show(p.standardError, p.unit)]),
        ]),
        aligned([
          ['level', 'cells', 'KS distance', 'p'],
          ...levels.map(({ target, count, normality }) => [
            formatQuantity(target, 'S', 4),
            `${count}`,
            normality.statistic.toFixed(4),
            normality.pValue.toFixed(3),
          ]),
        ]),
        ...(forecasts.length > 0 ? [forecastTable(fit)] : []),
        ...notes,
        ...(shell.out === undefined ? ['Write the device file with --out.'] : [`Written: ${shell.out}`]),
      ].join('\n\n'),
    };
  },
};

/** Mean conductances a decade beyond the last read and at ten years. */
function forecastTable({ forecasts, ageing }: DeviceFit): string {
  const times = Array.from(new Set(forecasts.map(({ time }) => time))).filter(time => time > ageing.lastRead);
  const shown = new Set([times[0], times.at(-1)]);
  return aligned([
    ['extrapolated to', 'level', 'mean', 'between (95 %)', 'and'],
    ...forecasts
      .filter(({ time }) => shown.has(time))
      .map(({ time, target, mean, low, high }) => [
        formatDuration(time),
        ...[target, mean, low, high].map(value => formatQuantity(value, 'S', 4)),
      ]),
  ]);
}

/** `a=b,c=d` as a record over the things a column can hold. */
function pairs(value: string | boolean | undefined, flag: string): Partial<Record<MeasurementRole, string>> {
  if (value === undefined) return {};
  return Object.fromEntries(
    String(value)
      .split(',')
      .map(entry => {
        const [role, name] = entry.split('=').map(part => part.trim());
        if (!name) throw new InputError(`${flag}: needs pairs such as conductance=G, got '${entry}'.`);
        if (!(measurementRoles as readonly string[]).includes(role!)) {
          throw new InputError(`${flag}: unknown column '${role}'; ${suggest(role!, measurementRoles)}.`);
        }
        return [role, name];
      }),
  );
}

function lawOf(value: string): Law {
  const found = laws.find(law => law === value);
  if (found) return found;
  throw new InputError({ path: ['--ageing'], rule: `unknown law '${value}'`, hint: suggest(value, laws) });
}

function bootstrapsOf(value: string | boolean | undefined): number {
  const count = value === undefined ? 200 : Number(value);
  if (Number.isSafeInteger(count) && count >= 2) return count;
  throw new InputError({ path: ['--bootstraps'], rule: 'must be a whole number of at least 2', value });
}

const baseName = (path: string): string => path.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '') || 'fitted';
