import { describe, expect, it } from 'vitest';
import { costOf, costPreset, sensitivity, type Validation, vggBinaryConnect } from '../../src/cost/index.ts';
import { mirroredSram } from '../../src/cost/presets/bayes2imc.ts';

/** Rows of a preset by what they are about. */
const rowsOf = (preset: string): Readonly<Record<string, Validation>> =>
  Object.fromEntries(costPreset(preset).validation.map(row => [row.quantity, row]));

const core = { kind: 'binary-noise-plane', cell: 'pcm' } as const;

describe('heartbeats on memristors against processors', () => {
  const rows = rowsOf('bonnet23');
  it('comes out exactly: 2,624 operations, 0.7 to 2.5 nJ, and the ratios', () => {
    for (const name of [
      'operations per sample',
      'energy per decision',
      'microcontroller over memristors',
      'embedded GPU over memristors',
      'embedded GPU in batches of 100 over memristors',
    ]) {
      const { published, computed } = rows[name]!;
      // 0.7 nJ is 0.69973 nJ rounded.
      expect(Math.abs(computed.low / published[0] - 1)).toBeLessThan(1e-3);
      expect(Math.abs(computed.high / published[1] - 1)).toBeLessThan(1e-3);
    }
  });
  it('does not come out of our components, which give more', () => {
    const { published, computed, agrees } = rows['energy per decision from our components']!;
    expect(agrees).toBe(false);
    expect(computed.low).toBeGreaterThan(published[1]);
  });
});

describe('the Hermes chip', () => {
  const rows = rowsOf('hermes');
  it.each(['efficiency, one phase', 'efficiency, four phases'])('has its %s within the band', name => {
    const { published, computed } = rows[name]!;
    expect(computed.low).toBeLessThan(published[0]);
    expect(computed.high).toBeGreaterThan(published[0]);
  });
  it('has the density that its cells and converters were derived from', () => {
    expect(rows['density of a core, one phase']!.agrees).toBe(true);
  });
  it('gains more by one phase than uniform data would let it', () => {
    const { published, computed, agrees } = rows['one phase over four phases']!;
    expect(agrees).toBe(false);
    expect(computed.central).toBeLessThan(published[0]);
    expect(computed.central).toBeGreaterThan(2.5);
  });
});

describe('the binary core against SRAM', () => {
  const document = costPreset('bayes2imc');
  const rows = Object.fromEntries(document.validation.map(row => [row.quantity, row]));
  const row = (name: string) => rows[`${name} over the mirrored SRAM core, VGGBinaryConnect`]!;

  it('reaches none of the published ratios at 14 nm with cells as large as measured ones', () => {
    for (const name of ['total efficiency', 'power efficiency', 'area']) expect(row(name).agrees, name).toBe(false);
    expect(row('area').computed.high).toBeLessThan(1.72);
  });

  it('would need cells fourteen times smaller, and a twentieth of their currents', () => {
    const [sram] = document.baselines;
    const cells = document.components.find(({ name }) => name === 'pcm-array')!;
    const total = (of: 'area' | 'energy', components = document.components) =>
      components.reduce((sum, one) => sum + one[of], 0);
    const smaller = cells.area / (total('area', sram!.components) / 1.72 - (total('area') - cells.area));
    expect(smaller).toBeGreaterThan(10);
    expect(smaller).toBeLessThan(18);
    // Without any current through cells.
    const most = document.baselines[0]!.energyPerDecision! / (document.energyPerDecision! - cells.energy);
    const least =
      cells.energy / (document.baselines[0]!.energyPerDecision! / 2.2 - (document.energyPerDecision! - cells.energy));
    console.log(
      `cells ${smaller.toFixed(1)} × smaller for an area ratio of 1.72; power ratio without cell currents ${most.toFixed(2)}, 2.2 with 1/${least.toFixed(0)} of them`,
    );
    expect(most).toBeGreaterThan(2.2);
    expect(most).toBeLessThan(2.4);
    expect(least).toBeGreaterThan(15);
    expect(least).toBeLessThan(40);
  });

  it('spans the published power range over SRAM designs', () => {
    const means = document.baselines.map(({ ratio }) => ratio.energy.median!);
    expect(Math.min(...means)).toBeLessThan(2.2);
    expect(Math.max(...means)).toBeGreaterThan(5.6);
  });

  it('loses to SRAM that draws a weight once for all positions of a convolution', () => {
    const reused = document.baselines.find(({ name }) => name.includes('drawn once a sample'))!;
    expect(reused.ratio.energy.high!).toBeLessThan(1);
  });

  it('gains with older nodes, because cell currents do not scale', () => {
    const at = (node: string) =>
      costOf(vggBinaryConnect, { ...core, node }, { baselines: design => [mirroredSram(design)] }).baselines[0]!.ratio
        .energy.median!;
    const ratios = ['7 nm', '14 nm', '22 nm', '32 nm', '65 nm'].map(at);
    expect(ratios).toEqual([...ratios].sort((a, b) => a - b));
  });

  it('hangs on what a probability is stored with, what the cells conduct and for how long', () => {
    const { influences } = sensitivity(
      vggBinaryConnect,
      { ...core, node: '14 nm' },
      design => mirroredSram(design),
      'energy',
    );
    const first = influences.slice(0, 5).map(({ name }) => name.replace(/ \d.*/, ''));
    expect(first).toEqual(expect.arrayContaining(['parameter bits', 'mean conductance', 'read time']));
  });
});
