import type { Citation } from '../base/index.ts';
import { mitdbSums } from './mitdb-sums.ts';

export interface CatalogueFile {
  readonly name: string;
  readonly address: string;
  /** Length in bytes, where known. */
  readonly size?: number;
  /** Checksum, hexadecimal. */
  readonly sum: { readonly kind: 'md5' | 'sha256'; readonly value: string };
}

/** A data set that can be downloaded. */
export interface CatalogueEntry {
  readonly name: string;
  readonly about: string;
  /** Licence, or what the authors say about use. */
  readonly licence: string;
  readonly files: readonly CatalogueFile[];
  /** The files are gzipped archives to be unpacked: the names of the members to keep. */
  readonly members?: readonly string[];
  /** Fields of an experiment's `data` part that read it, paths relative to the folder. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly cite: Citation;
}

/** Files of the MNIST family: sizes in bytes and MD5 checksums. */
function digits(base: string, files: readonly (readonly [string, number, string])[]): CatalogueFile[] {
  return files.map(([name, size, value]) => ({ name, address: base + name, size, sum: { kind: 'md5', value } }));
}

const mnist: CatalogueEntry = {
  name: 'mnist',
  about: '70,000 handwritten digits, 28×28, 10 classes',
  licence: 'CC BY-SA 3.0 (LeCun, Cortes, Burges)',
  // Mirror and checksums as in torchvision (datasets/mnist.py).
  files: digits('https://ossci-datasets.s3.amazonaws.com/mnist/', [
    ['train-images-idx3-ubyte.gz', 9912422, 'f68b3c2dcbeaaa9fbdd348bbdeb94873'],
    ['train-labels-idx1-ubyte.gz', 28881, 'd53e105ee54ea40749a09fcbcd1e9432'],
    ['t10k-images-idx3-ubyte.gz', 1648877, '9fb629c4189551a2d022fa330f9573f3'],
    ['t10k-labels-idx1-ubyte.gz', 4542, 'ec29112dd5afa0611ce80d1b7f02629c'],
  ]),
  data: idx(),
  cite: {
    tag: 'LeCun98',
    text: 'LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86(11) 2278-2324, 1998',
    id: '10.1109/5.726791',
  },
};

const fashion: CatalogueEntry = {
  name: 'fashion-mnist',
  about: '70,000 pictures of clothes, 28×28, 10 classes',
  licence: 'MIT (Zalando SE)',
  // Checksums as in the README of zalandoresearch/fashion-mnist and in torchvision (datasets/mnist.py).
  files: digits('https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/', [
    ['train-images-idx3-ubyte.gz', 26421880, '8d4fb7e6c68d591d4c3dfef9ec88bf0d'],
    ['train-labels-idx1-ubyte.gz', 29515, '25c81989df183df01b3e8a0aad5dffbe'],
    ['t10k-images-idx3-ubyte.gz', 4422102, 'bef4ecab320f06d8554ea6380940ec79'],
    ['t10k-labels-idx1-ubyte.gz', 5148, 'bb300cfdad3c16e7a12a480ee83cd310'],
  ]),
  data: idx(),
  cite: {
    tag: 'Xiao17',
    text: 'Xiao, Rasul, Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, 2017',
    id: 'arXiv:1708.07747',
  },
};

const cifar10: CatalogueEntry = {
  name: 'cifar-10',
  about: '60,000 colour images, 32×32, 10 classes',
  licence: 'no licence stated; the authors ask to cite the technical report',
  // Checksum as on the data set's page, www.cs.toronto.edu/~kriz/cifar.html, for the binary version.
  files: [
    {
      name: 'cifar-10-binary.tar.gz',
      address: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
      size: 170052171,
      sum: { kind: 'md5', value: 'c32a1d4ab5d03f1284b67883e8d87530' },
    },
  ],
  members: [...[1, 2, 3, 4, 5].map(i => `data_batch_${i}.bin`), 'test_batch.bin'],
  data: { source: 'cifar', folder: '.' },
  cite: {
    tag: 'Krizhevsky09',
    text: 'Krizhevsky, Learning multiple layers of features from tiny images, technical report, University of Toronto, 2009',
  },
};

const wdbc: CatalogueEntry = {
  name: 'wdbc',
  about: '569 breast masses, 30 features, benign or malignant',
  licence: 'CC BY 4.0 (UCI Machine Learning Repository)',
  // Of the repository's file, which publishes no checksum.
  files: [
    {
      name: 'wdbc.data',
      address: 'https://archive.ics.uci.edu/ml/machine-learning-databases/breast-cancer-wisconsin/wdbc.data',
      size: 124103,
      sum: { kind: 'sha256', value: 'd606af411f3e5be8a317a5a8b652b425aaf0ff38ca683d5327ffff94c3695f4a' },
    },
  ],
  data: { source: 'csv', path: 'wdbc.data', header: false, drop: [0], target: 1 },
  cite: {
    tag: 'Wolberg95',
    text: 'Wolberg, Mangasarian, Street, Street, Breast cancer Wisconsin (diagnostic), UCI Machine Learning Repository, 1995',
    id: '10.24432/C5DW2B',
  },
};

const mitdb: CatalogueEntry = {
  name: 'mitdb',
  about: 'MIT-BIH arrhythmia database: 48 half-hour electrocardiograms, two leads, annotated beats',
  licence: 'ODC-By 1.0 (PhysioNet)',
  files: mitdbSums
    .trim()
    .split('\n')
    .flatMap(line => {
      const [record, ...sums] = line.split(' ');
      return ['hea', 'dat', 'atr'].map((suffix, i): CatalogueFile => {
        const name = `${record}.${suffix}`;
        const address = `https://physionet.org/files/mitdb/1.0.0/${name}`;
        return { name, address, sum: { kind: 'sha256', value: sums[i]! } };
      });
    }),
  data: { source: 'wfdb', folder: '.' },
  cite: {
    tag: 'Moody01',
    text: 'Moody, Mark, The impact of the MIT-BIH arrhythmia database, IEEE Eng. Med. Biol. 20(3) 45-50, 2001',
    id: '10.1109/51.932724',
  },
};

function idx() {
  return {
    source: 'idx',
    images: 'train-images-idx3-ubyte.gz',
    labels: 'train-labels-idx1-ubyte.gz',
    testImages: 't10k-images-idx3-ubyte.gz',
    testLabels: 't10k-labels-idx1-ubyte.gz',
    train: 0.9,
    validation: 0.1,
  };
}

/** Data sets that can be downloaded, by name. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = Object.fromEntries(
  [mnist, fashion, cifar10, wdbc, mitdb].map(entry => [entry.name, entry]),
);
