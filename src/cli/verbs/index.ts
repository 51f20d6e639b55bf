import type { VerbEntry } from '../verb.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly VerbEntry[] = [
  {
    usage: 'demo',
    summary: 'Run the embedded experiment end to end: a Bayesian network on 16,384 simulated resistive devices.',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    usage: 'run <experiment>',
    summary:
      'Train, transfer, predict, evaluate and report; takes up where an earlier run of the same experiment stopped.',
    load: async () => (await import('./run.ts')).run,
  },
  {
    usage: 'train <experiment>',
    summary: 'Train the posterior of an experiment into a run directory.',
    load: async () => (await import('./train.ts')).train,
  },
  {
    usage: 'transfer <directory>',
    summary: 'Plan the transfer of a trained posterior and program the chips.',
    load: async () => (await import('./transfer.ts')).transfer,
  },
  {
    usage: 'predict <experiment>',
    summary:
      'Predict with every chip of an experiment or a run directory: metrics at every time, what the uncertainty comes from, and all outputs in prediction.npz.',
    load: async () => (await import('./predict.ts')).predict,
  },
  {
    usage: 'evaluate <directory>',
    summary: 'Judge the predictions of a run directory and write its report; computes what is missing.',
    load: async () => (await import('./evaluate.ts')).evaluate,
  },
  {
    usage: 'cost [experiment]',
    summary: 'What a decision costs: energy, latency and area by component, against SRAM and processors.',
    load: async () => (await import('./cost.ts')).cost,
  },
  {
    usage: 'explore <study>',
    summary:
      'Search network, hardware and inference procedure together for the designs that no other beats; takes up where it stopped.',
    load: async () => (await import('./explore.ts')).explore,
  },
  {
    usage: 'worker',
    summary: 'Work on the studies of a database, beside any number of workers on any machines.',
    load: async () => (await import('./worker.ts')).worker,
  },
  {
    usage: 'study show <directory>',
    summary: 'The front of a study as far as it has come, in search and confirmed.',
    load: async () => (await import('./study.ts')).studyShow,
  },
  {
    usage: 'study export <directory> [trial]',
    summary: 'Write a design of a study as an experiment that run takes as it stands; the answer by default.',
    load: async () => (await import('./study.ts')).studyExport,
  },
  {
    usage: 'study add <directory> <point>',
    summary: 'Have a study try a design of your own, beside its budget, once explore goes on with it.',
    load: async () => (await import('./study.ts')).studyAdd,
  },
  {
    usage: 'study gc <directory>',
    summary: 'Remove the trained posteriors of a study that no design of its front comes from.',
    load: async () => (await import('./study.ts')).studyGc,
  },
  {
    usage: 'compare <experiment>',
    summary:
      'One posterior, of an experiment or a run directory, on every source of randomness that it and its device allow: quality, independence of samples, energy, wear.',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    usage: 'faults <experiment>',
    summary:
      'Break the chips of an experiment or a run directory in every way: what is left of accuracy, whether uncertainty tells, yield, and the few inputs that reveal faults.',
    load: async () => (await import('./faults.ts')).faults,
  },
  {
    usage: 'ablate <experiment>',
    summary:
      'Train plainly, with each part of hardware-aware training alone, with all and device-tied, and compare them on the same chips.',
    load: async () => (await import('./ablate.ts')).ablate,
  },
  {
    usage: 'sbc <experiment>',
    summary:
      'Simulation-based calibration: does the posterior method find weights that were drawn from the prior? Writes an HTML report.',
    load: async () => (await import('./sbc.ts')).sbc,
  },
  {
    usage: 'device list',
    summary: 'The device presets: range, provenance, source.',
    load: async () => (await import('./device.ts')).deviceList,
  },
  {
    usage: 'device show <device>',
    summary: 'What a device makes of target conductances at a time after programming.',
    load: async () => (await import('./device.ts')).deviceShow,
  },
  {
    usage: 'device fit <csv>',
    summary: 'Fits a device to measured conductances; --out writes it as a device file.',
    load: async () => (await import('./device-fit.ts')).deviceFit,
  },
  {
    usage: 'device report <device>',
    summary: 'What a device, preset or file, is good for and what would have to improve; writes an HTML report.',
    load: async () => (await import('./device-report.ts')).deviceReport,
  },
  {
    usage: 'device bits <file>',
    summary:
      'What measured bits of cells are worth: probability, correlation, entropy, tests of SP 800-22, and the switching curve that they give a device file.',
    load: async () => (await import('./device-bits.ts')).deviceBits,
  },
  {
    usage: 'crossbar solve <file>',
    summary: 'Sense currents of one array, wires, drivers and cells solved exactly.',
    load: async () => (await import('./crossbar.ts')).crossbarSolve,
  },
  {
    usage: 'crossbar spice <file>',
    summary: 'The netlist of one array for ngspice: cells, wires, drivers and senses.',
    load: async () => (await import('./crossbar.ts')).crossbarSpice,
  },
  {
    usage: 'metrics <file>',
    summary: 'Accuracy, calibration and uncertainty of any predictions: JSON or NPZ with probabilities and labels.',
    load: async () => (await import('./metrics.ts')).metrics,
  },
  {
    usage: 'init <table>',
    summary: 'Write a commented experiment for a table: target, task, splits, network and device guessed and said.',
    load: async () => (await import('./init.ts')).init,
  },
  {
    usage: 'data info <experiment>',
    summary: 'What the data section of an experiment holds: splits, shapes, classes, ranges, origin.',
    load: async () => (await import('./data.ts')).dataInfo,
  },
  {
    usage: 'data fetch <name>',
    summary: 'Download a data set, verify and unpack it: mnist, fashion-mnist, cifar-10, wdbc, mitdb.',
    load: async () => (await import('./fetch.ts')).dataFetch,
  },
  {
    usage: 'import posterior <experiment> <files...>',
    summary:
      'Make a run directory whose posterior comes from PyTorch, NumPyro or another tool; transfer, predict go on.',
    load: async () => (await import('./import-posterior.ts')).importPosteriorVerb,
  },
  {
    usage: 'import plan <table>',
    summary: 'Put targets of your own in the place of those of a run’s plan.',
    load: async () => (await import('./import-plan.ts')).importPlan,
  },
  {
    usage: 'import chip <file>',
    summary:
      'Put conductances that were measured on a real array in the place of a simulated chip, and compare them with simulated ones.',
    load: async () => (await import('./import-chip.ts')).importChip,
  },
  {
    usage: 'export posterior <directory>',
    summary: 'Write the posterior of a run directory for other tools, or its mean network as ONNX.',
    load: async () => (await import('./export-posterior.ts')).exportPosterior,
  },
  {
    usage: 'export plan <directory>',
    summary: 'Write what to program into every cell, with its pulses and what to expect, as a table for the bench.',
    load: async () => (await import('./export-plan.ts')).exportPlan,
  },
  {
    usage: 'export chip <chip>',
    summary: 'Write the conductances of a chip of a run directory at some times as a table.',
    load: async () => (await import('./export-chip.ts')).exportChip,
  },
  {
    usage: 'studio [folder]',
    summary:
      'Open experiments, runs and devices of a folder in the browser: the same as the command line, to look at and to change.',
    load: async () => (await import('./studio.ts')).studio,
  },
  {
    usage: 'doctor',
    summary: 'What this machine offers: Node, cores, memory, kernels.',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    usage: 'schema [name]',
    summary: 'JSON Schema of a file posterohm reads; the experiment by default.',
    load: async () => (await import('./schema.ts')).schema,
  },
];
