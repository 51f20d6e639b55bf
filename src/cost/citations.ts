import type { Citation } from '../base/index.ts';

/** Sources of the cost layer's numbers. Components, architectures and platforms list the ones they use. */
export const cite = {
  Horowitz14: {
    tag: 'Horowitz14',
    text: "M. Horowitz, Computing's energy problem (and what we can do about it), ISSCC 2014: operations and memory accesses at 45 nm, 0.9 V",
    id: '10.1109/ISSCC.2014.6757323',
  },
  Stillmaker17: {
    tag: 'Stillmaker17',
    text: 'A. Stillmaker and B. Baas, Scaling equations for the accurate prediction of CMOS device performance from 180 nm to 7 nm, Integration 58, 2017',
    id: '10.1016/j.vlsi.2017.02.002',
  },
  Shao14: {
    tag: 'Shao14',
    text: 'Y. S. Shao et al., Aladdin: a pre-RTL, power-performance accelerator simulator, ISCA 2014: registers and functional units at 40 nm',
    id: '10.1109/ISCA.2014.6853196',
  },
  Ho01: {
    tag: 'Ho01',
    text: 'R. Ho, K. Mai and M. Horowitz, The future of wires, Proceedings of the IEEE 89(4), 2001: wire capacitance, fan-out-of-four delay',
    id: '10.1109/5.920580',
  },
  AdcRegression: {
    tag: 'ADC-reg',
    text: 'Accelergy/hwcomponents ADC model: regression over published converter surveys',
  },
  Schinkel07: {
    tag: 'Schinkel07',
    text: 'D. Schinkel et al., A double-tail latch-type voltage sense amplifier with 18 ps setup+hold time, ISSCC 2007: about 113 fJ per decision at 90 nm, 1.2 V',
    id: '10.1109/ISSCC.2007.373420',
  },
  Shafiee16: {
    tag: 'Shafiee16',
    text: 'A. Shafiee et al., ISAAC: a convolutional neural network accelerator with in-situ analog arithmetic in crossbars, ISCA 2016',
    id: '10.1109/ISCA.2016.12',
  },
  IntelSram: {
    tag: 'IntelSram',
    text: 'Intel 6T cells: 130 nm (IEDM 2000), 90 nm (IEDM 2002), 65 nm (IEDM 2004), 45 nm (IEDM 2007), 32 nm (IEDM 2009), 22 nm (VLSI 2012), 14 nm (IEDM 2014), 10 nm (IEDM 2017)',
  },
  Wu16: {
    tag: 'Wu16',
    text: 'S.-Y. Wu et al., A 7 nm CMOS platform technology featuring 4th generation FinFET transistors with a 0.027 µm² high density 6-T SRAM cell, IEDM 2016',
    id: '10.1109/IEDM.2016.7838333',
  },
  Chang08: {
    tag: 'Chang08',
    text: 'L. Chang et al., An 8T-SRAM for variability tolerance and low-voltage operation in high-performance caches, IEEE JSSC 43(4), 2008: about a third larger than 6T',
    id: '10.1109/JSSC.2007.917509',
  },
  Jain19: {
    tag: 'Jain19',
    text: 'P. Jain et al., A 3.6 Mb 10.1 Mb/mm² embedded non-volatile ReRAM macro in 22 nm FinFET, ISSCC 2019: 0.0486 µm² cell',
    id: '10.1109/ISSCC.2019.8662393',
  },
  Chou18: {
    tag: 'Chou18',
    text: 'C.-C. Chou et al., An N40 256K×44 embedded RRAM macro, ISSCC 2018: 53 F² cell at 40 nm',
    id: '10.1109/ISSCC.2018.8310392',
  },
  Wei19: {
    tag: 'Wei19',
    text: 'L. Wei et al., A 7 Mb STT-MRAM in 22FFL FinFET technology, ISSCC 2019: 0.0486 µm² cell',
    id: '10.1109/ISSCC.2019.8662444',
  },
  Dunkel17: {
    tag: 'Dunkel17',
    text: 'S. Dünkel et al., A FeFET based super-low-power ultra-fast embedded NVM technology for 22 nm FDSOI and beyond, IEDM 2017: 0.025 µm² cell',
    id: '10.1109/IEDM.2017.8268425',
  },
  Hermes21: {
    tag: 'Hermes21',
    text: 'R. Khaddam-Aljameh et al., HERMES-Core: a 1.59 TOPS/mm² PCM on 14 nm CMOS in-memory compute core using 300 ps/LSB linearized CCO-based ADCs, IEEE JSSC 57(4), 2022',
    id: '10.1109/JSSC.2022.3140414',
  },
  Hermes: {
    tag: 'Hermes',
    text: 'M. Le Gallo et al., A 64-core mixed-signal in-memory compute chip based on phase-change memory for deep neural network inference, Nat. Electron. 6, 2023',
    id: '10.1038/s41928-023-01010-1',
  },
  Yao24: {
    tag: 'Yao24',
    text: 'P. Yao et al., A 28 nm RRAM-based 81.1 TOPS/mm²/bit compute-in-memory macro with uniform and linear 64 read channels under 512 4-bit inputs, ESSERC 2024, 577–580',
  },
  Bayes2IMC: {
    tag: 'Bayes2IMC',
    text: 'P. Katti et al., Bayes2IMC: in-memory computing for Bayesian binary neural networks, IEEE TCSI 2025',
    id: 'arXiv:2411.07902',
  },
  Bonnet23: {
    tag: 'Bonnet23',
    text: 'D. Bonnet et al., Bringing uncertainty quantification to the extreme-edge with memristor-based Bayesian neural networks, Nat. Commun. 14:7530, 2023',
    id: '10.1038/s41467-023-43317-9',
  },
  Dalgaty21: {
    tag: 'Dalgaty21',
    text: 'T. Dalgaty et al., Ex situ transfer of Bayesian neural networks to resistive memory-based inference hardware, Adv. Intell. Syst. 3(8) 2000103, 2021',
    id: '10.1002/aisy.202000103',
  },
  RandomLadder: {
    tag: 'RandomLadder',
    text: 'Published energies of on-chip random numbers: FeFET sum 640 aJ, in-word 65 nm 16.3 fJ and 360 fJ a sample, 16 nm SRAM dropout 27.8 pJ for 30 passes',
  },
  BoxMuller: {
    tag: 'BoxMuller',
    text: 'D.-U. Lee et al., A hardware Gaussian noise generator using the Box-Muller method and its error analysis, IEEE Trans. Computers 55(6), 2006: the data path',
    id: '10.1109/TC.2006.81',
  },
  Wallace: {
    tag: 'Wallace',
    text: 'D.-U. Lee et al., A hardware Gaussian noise generator using the Wallace method, IEEE Trans. VLSI 13(8), 2005: the data path',
    id: '10.1109/TVLSI.2005.853615',
  },
  Vibnn: {
    tag: 'Vibnn',
    text: 'R. Cai et al., VIBNN: hardware acceleration of Bayesian neural networks, ASPLOS 2018: Gaussian numbers as sums of bits',
    id: '10.1145/3173162.3173212',
  },
  Valavi19: {
    tag: 'Valavi19',
    text: 'H. Valavi et al., A 64-tile 2.4-Mb in-memory-computing CNN accelerator employing charge-domain compute, IEEE JSSC 54(6), 2019: one metal capacitor per cell',
    id: '10.1109/JSSC.2019.2899730',
  },
} as const satisfies Record<string, Citation>;
