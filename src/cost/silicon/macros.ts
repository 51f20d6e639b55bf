import { cite } from '../citations.ts';
import type { Workload } from '../workload.ts';
import type { Macro } from './macro.ts';

/** One product of a full array. */
const product = (rows: number, columns: number, more: Partial<Workload>): Workload => ({
  name: `${rows}×${columns} matrix-vector product`,
  layers: [{ name: 'macro', rows, columns, positions: 1 }],
  samples: 1,
  inputBits: 8,
  outputBits: 8,
  entropy: 'none',
  posterior: 'point',
  ...more,
});

const tera = (topsPerWatt: number): number => 1 / (topsPerWatt * 1e12);

/** Measured macros whose figures were found; projections and simulations are none. */
export const macros: readonly Macro[] = [
  {
    name: 'HERMES core',
    class: 'resistive',
    energyPerOperation: [tera(10.5), 'abstract'],
    // 1.008 TOPS (secondary: table I) at 1.59 TOPS/mm².
    area: [(1.008 / 1.59) * 1e-6, 'abstract'],
    conditions:
      '14 nm, 256×256 cells of 8T4R, fully used, 8-bit inputs as pulses of 128 ns, an oscillator converter a column, the local digital unit included (array and converters: abstract; pulses, and that the efficiency is that of MNIST, whose mean input is 0.13: secondary)',
    cite: [cite.Hermes21],
    workload: product(256, 256, { inputMean: 0.13 }),
    architecture: {
      kind: 'analog-core',
      node: '14 nm',
      cell: 'pcm',
      cellsPerWeight: 4,
      conductance: 10.35e-6 / 4,
      readTime: '128 ns',
      adc: 'cco',
    },
  },
  {
    name: 'Li 2025',
    class: 'resistive',
    energyPerOperation: [tera(89.7), 'title'],
    // 17.5 TOPS (secondary: figure 7) at 17.0 TOPS/mm².
    area: [(17.5 / 17) * 1e-6, 'title'],
    conditions:
      '28 nm, 512×512 cells of 2T2R, all rows and columns at once, 4-bit inputs, ternary cells, 9-bit outputs, half of the weights zero, an SAR converter a column, 30 ns a product of which 8 ns settling (secondary: figures 4 to 7); array, drivers and converters',
    cite: [
      {
        tag: 'Li25',
        text: 'Li et al., A 28nm RRAM-based 17.0 TOPS/mm² and 89.7 TOPS/W compute-in-memory macro enabled by source-follower cell and IR-drop-freed array, A-SSCC 2025: title',
      },
    ],
    workload: product(512, 512, { inputBits: 4, outputBits: 9 }),
    architecture: {
      kind: 'analog-core',
      node: '28 nm',
      input: 'voltage',
      readTime: '8 ns',
      adcRate: 1 / 22e-9,
      columnsPerAdc: 1,
    },
  },
  {
    name: 'Yao 2024',
    class: 'resistive',
    energyPerOperation: [tera(25.5), 'secondary'],
    // 2.84 TOPS of 4 × 4 bits (secondary: figures 7 to 10) at 81.1 TOPS/mm²/bit.
    area: [((2.84 * 16) / 81.1) * 1e-6, 'title'],
    conditions:
      '28 nm, 512×512 cells of 2T2R, 512 rows and 64 of 512 columns at once, 4-bit inputs and weights, 8-bit outputs, half of the weights zero, 64 SAR converters of 8 columns each, 0.15 V, 23 ns a product (secondary: figures 1, 2, 7, 9, 10); array, drivers, converters and digital',
    cite: [cite.Yao24],
    workload: product(512, 512, { inputBits: 4 }),
    architecture: {
      kind: 'analog-core',
      node: '28 nm',
      input: 'voltage',
      readVoltage: '0.15 V',
      readTime: '23 ns',
      adcRate: 1 / 23e-9,
      columnsPerAdc: 8,
    },
  },
  {
    name: 'Liu 2020',
    class: 'resistive',
    energyPerOperation: [tera(78.4), 'title'],
    area: [3.77e-6, 'secondary'],
    conditions:
      '130 nm, 784×100 cells of 2T2R, all at once, 1-bit inputs, ternary weights, ramp converters of adjustable resolution, 0.2 V, 51 ns (secondary: text and figure 33.2.5); area of the chip with a second, smaller array',
    assumed: '2 bits of the converters, 8 µS',
    cite: [
      {
        tag: 'Liu20',
        text: 'Q. Liu et al., A fully integrated analog ReRAM based 78.4TOPS/W compute-in-memory chip with fully parallel MAC computing, ISSCC 2020, 500–502: title',
        id: '10.1109/ISSCC19947.2020.9062953',
      },
    ],
    workload: product(784, 100, { inputBits: 1, outputBits: 2 }),
    architecture: {
      kind: 'analog-core',
      node: '130 nm',
      input: 'bit-serial',
      conductance: '8 uS',
      readTime: '51 ns',
      columnsPerAdc: 1,
    },
  },
  {
    name: 'Xue 2019',
    class: 'resistive',
    energyPerOperation: [tera(53.17), 'secondary'],
    conditions:
      '55 nm, 1 Mb of 1T1R, 9 rows at once (kernels of 3×3), 1-bit inputs, 3-bit weights in 4 cells, 4-bit outputs from current-mode sense amplifiers, 11.75 ns (secondary: figure 24.1.6)',
    assumed: 'converters by successive approximation, 10 µS',
    cite: [
      {
        tag: 'Xue19',
        text: 'C.-X. Xue et al., A 1Mb multibit ReRAM computing-in-memory macro with 14.6ns parallel MAC computing time for CNN based AI edge processors, ISSCC 2019',
        id: '10.1109/ISSCC.2019.8662395',
      },
    ],
    workload: product(9, 64, { inputBits: 1, outputBits: 4 }),
    architecture: {
      kind: 'analog-core',
      node: '55 nm',
      input: 'bit-serial',
      cellsPerWeight: 4,
      readTime: '11.75 ns',
      adcRate: 85e6,
      columnsPerAdc: 1,
    },
  },
  {
    name: 'Spetalnick 2022',
    class: 'resistive',
    // 64 kb at 2.37 Mb/mm².
    area: [(65536 / 2.37e6) * 1e-6, 'title'],
    conditions: '40 nm, 64 kb of RRAM for storage and computing; the whole macro (title)',
    assumed: '256×256 cells of 1T1R, 4-bit converters of 8 columns each',
    cite: [
      {
        tag: 'Spetalnick22',
        text: 'S. D. Spetalnick et al., A 40nm 64kb 26.56TOPS/W 2.37Mb/mm² RRAM binary/compute-in-memory macro with 4.23x improvement in density and >75% use of sensing dynamic range, ISSCC 2022: title',
      },
    ],
    workload: product(256, 256, { inputBits: 1, outputBits: 4 }),
    architecture: { kind: 'analog-core', node: '40 nm', input: 'bit-serial', cellsPerWeight: 1 },
  },
  {
    name: 'Jia 2020',
    class: 'charge-domain SRAM',
    energyPerOperation: [tera(152), 'secondary'],
    conditions:
      '65 nm, 2,304×256 cells, 1-bit inputs and weights, an 8-bit converter a column, 1.2 V (secondary: abstract and figure 11 as told there); the processor around it included',
    assumed: '250 ns a product',
    cite: [
      {
        tag: 'Jia20',
        text: 'H. Jia et al., A programmable heterogeneous microprocessor based on bit-scalable in-memory computing, IEEE JSSC 55(9), 2020',
        id: '10.1109/JSSC.2020.2987714',
      },
    ],
    workload: product(2304, 256, { inputBits: 1, weightBits: 1 }),
    architecture: { kind: 'sram-cim', node: '65 nm', voltage: 1.2, readTime: '250 ns', generator: 'none' },
  },
  {
    name: 'Yan 2022',
    class: 'digital SRAM',
    energyPerOperation: [tera(27.38), 'title'],
    // 32 kb at 1.041 Mb/mm².
    area: [(32768 / 1.041e6) * 1e-6, 'title'],
    conditions:
      '28 nm, 32 kb, 8-bit signed inputs and weights, bits of inputs in turn beside the memory, 333 MHz, 16 GOPS, mean over networks of which the activity was not found (size and clock: secondary)',
    cite: [
      {
        tag: 'Yan22',
        text: 'B. Yan et al., A 1.041-Mb/mm² 27.38-TOPS/W signed-INT8 dynamic-logic-based ADC-less SRAM compute-in-memory macro in 28nm, ISSCC 2022, 188–190: title',
        id: '10.1109/ISSCC42614.2022.9731545',
      },
    ],
    workload: product(64, 64, {}),
    architecture: {
      kind: 'digital-sram',
      node: '28 nm',
      clock: 333e6,
      deadline: (2 * 64 * 64) / 16e9,
      generator: 'none',
    },
  },
  {
    name: 'D6CIM',
    class: 'digital SRAM',
    area: [0.0159e-6, 'secondary'],
    conditions:
      '28 nm, 16 kb, 128×16 products of 8 × 8 bits in 64 cycles of 360 MHz, consistent with the 1.46 TOPS/mm² of the title (secondary); the bits at which the title’s 60.4 TOPS/W were measured were not found, so that it does not count for energy',
    cite: [
      {
        tag: 'Oh23',
        text: 'J. Oh et al., D6CIM: 60.4-TOPS/W, 1.46-TOPS/mm², 1005-Kb/mm² digital 6T-SRAM-based compute-in-memory macro supporting 1-to-8b fixed-point arithmetic in 28-nm CMOS, ESSCIRC 2023, 413–416: title',
        id: '10.1109/ESSCIRC59616.2023.10268725',
      },
    ],
    workload: product(128, 16, {}),
    architecture: { kind: 'digital-sram', node: '28 nm', clock: 360e6, deadline: 64 / 360e6, generator: 'none' },
  },
];
