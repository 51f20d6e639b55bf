import type { Citation } from '../base/index.ts';

/**
 * Beat classes of the AAMI recommendation as WFDB's symbols: beats that begin in the sinus node or bundle branch blocks and
 * escape beats (N), supraventricular ectopic (S), ventricular ectopic (V), fusion (F), paced or unknown (Q).
 */
export const aamiClasses: Readonly<Record<string, string>> = { N: 'NLRej', S: 'AaJS', V: 'VE', F: 'F', Q: '/fQ' };

/** The division of the MIT-BIH database by patients that the field compares itself on: DS1 to train on, DS2 to test on. */
export const deChazal = {
  train: '101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230'.split(' '),
  test: '100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233 234'.split(' '),
};

export const chazal: Citation = {
  tag: 'deChazal04',
  text: "de Chazal, O'Dwyer, Reilly, Automatic classification of heartbeats using ECG morphology and heartbeat interval features, IEEE Trans. Biomed. Eng. 51(7) 1196-1206, 2004",
  id: '10.1109/TBME.2004.827359',
};
