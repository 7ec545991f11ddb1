import { conflicts, permutation } from './arrival';
import { broker } from './broker';
import { database } from './database';
import { duplicates } from './duplicates';
import { frozen, rebalance } from './group';
import { kill } from './kill';
import { malformed } from './malformed';
import { onePoison } from './onePoison';
import { poison } from './poison';
import { clock, late } from './times';
import type { Scenario } from './types';

export type { Scenario } from './types';

/** All that is broken on purpose, in the order in which it is run. */
export const SCENARIOS: readonly Scenario[] = [
  kill,
  broker,
  database,
  rebalance,
  frozen,
  duplicates,
  poison,
  permutation,
  late,
  clock,
  malformed,
  onePoison,
  conflicts,
];
