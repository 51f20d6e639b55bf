import { type Citation, lookUp } from '../base/index.ts';

/** A network known by name: its layers for a number of outputs. */
export interface NetworkPreset {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  layers(outputs: number): readonly string[];
  readonly cite: readonly Citation[];
}

const block = (channels: number, stride: number) =>
  `residual [conv2d ${channels} 3 padding=1 stride=${stride}, groupnorm ${channels / 8} relu, conv2d ${channels} 3 padding=1, groupnorm ${channels / 8}] relu`;

/** Two convolutions of 3×3 per stage and three dense layers, after each a normalisation of every input by itself. */
function binaryVgg(stages: readonly number[], width: number, outputs: number): string[] {
  const norm = 'groupnorm 1 relu';
  return [
    ...stages.flatMap(channels => {
      const convolution = `conv2d ${channels} 3 padding=1 bias=false`;
      return [convolution, norm, convolution, 'maxpool 2', norm];
    }),
    ...[width, width].flatMap(w => [`dense ${w} bias=false`, norm]),
    `dense ${outputs} bias=false`,
  ];
}

const presets: readonly NetworkPreset[] = [
  {
    name: 'lenet-5',
    summary: 'LeNet-5 with rectifiers and maxima, as it is used today: 61,706 weights for digits of 28×28',
    layers: outputs => [
      'conv2d 6 5x5 relu padding=same',
      'maxpool 2',
      'conv2d 16 5x5 relu',
      'maxpool 2',
      'dense 120 relu',
      'dense 84 relu',
      `dense ${outputs}`,
    ],
    cite: [
      {
        tag: 'LeCun98',
        text: 'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86(11):2278–2324, 1998',
        id: '10.1109/5.726791',
      },
    ],
  },
  {
    name: 'vgg-small',
    summary: 'six convolutions of 3×3 in three stages and two dense layers, for images of 32×32 or 28×28',
    layers: outputs => [
      ...[32, 64, 128].flatMap(channels => [
        `conv2d ${channels} 3x3 relu padding=same`,
        `conv2d ${channels} 3x3 relu padding=same`,
        'maxpool 2',
      ]),
      'dense 128 relu',
      `dense ${outputs}`,
    ],
    cite: [
      {
        tag: 'Simonyan15',
        text: 'K. Simonyan, A. Zisserman, Very deep convolutional networks for large-scale image recognition, ICLR 2015',
        id: 'arXiv:1409.1556',
      },
    ],
  },
  {
    name: 'resnet-8',
    summary:
      'a convolution and three residual blocks of 16, 32 and 64 channels, normalised by groups of eight channels',
    layers: outputs => [
      'conv2d 16 3 padding=1',
      'groupnorm 2 relu',
      block(16, 1),
      block(32, 2),
      block(64, 2),
      'avgpool all',
      `dense ${outputs}`,
    ],
    cite: [
      {
        tag: 'He16',
        text: 'K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning, CVPR 2016',
        id: 'arXiv:1512.03385',
      },
      {
        tag: 'Banbury21',
        text: 'C. Banbury et al., MLPerf Tiny benchmark, NeurIPS Datasets and Benchmarks 2021 (its image classification network)',
        id: 'arXiv:2106.07597',
      },
    ],
  },
  {
    name: 'vgg-binary-connect',
    summary:
      'six convolutions and three dense layers of binary weights for images of 32×32: 14,022,016 weights without offsets, normalised per input',
    layers: outputs => binaryVgg([128, 256, 512], 1024, outputs),
    cite: [
      {
        tag: 'Courbariaux15',
        text: 'M. Courbariaux, Y. Bengio, J.-P. David, BinaryConnect: training deep neural networks with binary weights during propagations, NeurIPS 2015',
        id: 'arXiv:1511.00363',
      },
    ],
  },
  {
    name: 'signal-cnn',
    summary: 'three one-dimensional convolutions of length 9 with maxima between them, for signals',
    layers: outputs => [
      'conv1d 16 9 relu padding=same',
      'maxpool 2',
      'conv1d 32 9 relu padding=same',
      'maxpool 2',
      'conv1d 32 9 relu padding=same',
      'avgpool all',
      `dense ${outputs}`,
    ],
    cite: [],
  },
];

/** Networks known by name. */
export const networkPresets: Readonly<Record<string, NetworkPreset>> = Object.fromEntries(
  presets.map(preset => [preset.name, preset]),
);

/** Layers of a preset for a number of outputs. */
export function presetLayers(name: string, outputs: number): readonly string[] {
  return lookUp(networkPresets, name, ['network', 'preset']).layers(outputs);
}
