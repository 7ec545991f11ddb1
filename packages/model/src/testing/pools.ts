/** Services that share commits, causes and owners. */
export const SERVICES = ['api', 'web', 'Web'];

/** Two begin alike, so that a short sha may mean either or, alone, one. */
export const SHAS = [
  'a'.repeat(40),
  `${'a'.repeat(39)}b`,
  'b'.repeat(40),
  'c'.repeat(40),
  'd'.repeat(40),
  'e'.repeat(40),
];

/** Short, shouted and sha-like spellings beside the whole shas. */
export const SHA_SPELLINGS = [
  ...SHAS,
  ...SHAS,
  'aaaaaaa',
  'bbbbbbb',
  'BBBBBBBB',
  'C'.repeat(40),
  'cccccc',
];

export const PULL_REQUESTS = ['1', '2', 2, 3, 'o/r#4'];

export const BRANCHES = ['main', 'main', 'develop', 'release'];

/** Two regions of one tier, two tiers, one unmapped, one in capitals. */
export const ENVIRONMENTS = [
  'prod-eu',
  'prod-us',
  'PROD-EU',
  'staging-1',
  'canary',
];

/** Ids whose order differs between UTF-8 and UTF-16, and one that looks like a run. */
export const DEPLOYMENTS = [
  'd1',
  'd2',
  'd3',
  4,
  'd5',
  'd6',
  'ﬁ',
  '😀',
  'run:r1',
];

export const RUNS = ['r1', 'r2'];

export const RELEASES = ['rel-1', 'rel-2'];

export const VERSIONS = ['v1', 'v2', 3, '3'];

export const INCIDENTS = ['i1', 'i2', 'i3', 'd1'];

export const CORRELATIONS = ['c1', 'c2'];

export const TEMPLATES = ['t1', 't2'];

export const TEAMS = ['group:default/a', 'group:default/b'];
