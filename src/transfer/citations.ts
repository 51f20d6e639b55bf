import type { Citation } from '../base/index.ts';

export const dalgaty21: Citation = {
  tag: 'Dalgaty21',
  text: 'T. Dalgaty et al., Ex situ transfer of Bayesian neural networks to resistive memory-based inference hardware, Advanced Intelligent Systems 3(8), 2000103, 2021',
  id: 'doi:10.1002/aisy.202000103',
};

export const bonnet23: Citation = {
  tag: 'Bonnet23',
  text: 'D. Bonnet et al., Bringing uncertainty quantification to the extreme-edge with memristor-based Bayesian neural networks, Nature Communications 14, 7530, 2023',
  id: 'doi:10.1038/s41467-023-43317-9',
};
