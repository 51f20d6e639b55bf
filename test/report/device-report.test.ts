import { expect, test } from 'vitest';
import { formatNumber } from '../../src/base/index.ts';
import { devices, findDevice, fitDevice, referenceCalibration } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { deviceReportHtml } from '../../src/report/index.ts';
import { pageScript } from '../../src/report/page-script.ts';
import { measure } from '../device/synthetic.ts';

const command = 'posterohm device report x';
const made = new Map<string, string>();
/** The report of a preset, made once. */
function reportOf(name: string): string {
  const html = made.get(name) ?? deviceReportHtml({ device: findDevice(name), command });
  made.set(name, html);
  return html;
}

/** Presets that differ from another one, or from what two of them have, in numbers alone. */
const alike = ['pcm-hermes-1', 'pcm-hermes-2', 'rram-cmo-coarse', 'rram-levy', 'rram-milo', 'sonos'];
const presets = Object.values(devices).filter(({ name }) => !alike.includes(name));

test.each(presets)('report of $name is one self-contained file with an answer and figures', device => {
  const html = reportOf(device.name);
  expect(html.replace(`<script>${pageScript}`, '')).not.toMatch(/<script|<link|@import|src=|NaN|undefined|Infinity/);
  expect(html).toContain('What it is good for');
  expect(html.match(/<figure>/g)!.length).toBeGreaterThanOrEqual(4);
  expect(html).toContain(command);
  for (const { tag } of device.cite) expect(html).toContain(`<b>${tag}</b>`);
});

test('the same report has the same bytes', () => {
  expect(deviceReportHtml({ device: findDevice('mram-sot'), command })).toBe(reportOf('mram-sot'));
});

test('phase-change memory: the memory of reads and the need for compensation are said', () => {
  const html = reportOf('pcm-ibm');
  expect(html).toContain('not independent samples');
  expect(html).toContain('Weights keep 66 % of their size by then');
});

test('calibration is drawn over time where cells are known to change, and else said as it was read', () => {
  const [ageing, still] = ['pcm-ibm', 'rram-levy-baked'].map(reportOf);
  expect(ageing).toContain('Expected calibration error of the reference decision.');
  expect(still).not.toContain('Expected calibration error of the reference decision.');
  const { joint } = referenceCalibration(findDevice('rram-levy-baked'), 1e6);
  expect(still).toContain(`as they were read, its error is ${formatNumber(joint, 3)} where 0.02 is wanted`);
});

test('a report of a fit holds its levels, parameters and what the data could not say', () => {
  const device = findDevice('rram-milo');
  const campaign = { targets: [60e-6, 100e-6, 150e-6, 220e-6], devices: 40, cycles: 1, times: [0], reads: 1 };
  const fit = fitDevice(measure(device, campaign, keyOf(1)), { bootstraps: 10, name: 'lab', where: 'lab.csv' });
  const html = deviceReportHtml({ device: fit.device, fit, command: 'posterohm device fit lab.csv' });
  expect(html).toContain('programming.std g^0');
  expect(html).toContain('All reads are at one time');
  expect(html).toContain('Fitted to lab.csv');
  expect(html.replace(pageScript, '')).not.toMatch(/NaN|undefined/);
});
