import { parseDate, type Day } from './calendar';

/**
 * How a service comes to production: `trunk` with every landing, `daily` on
 * most working days, `regions` daily to two regions one after the other,
 * `train` every Tuesday, `fortnightly` every other Thursday evening.
 */
export type Habit = 'trunk' | 'daily' | 'regions' | 'train' | 'fortnightly';

export interface ServiceDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly type: 'service' | 'website';
  readonly team: string;
  readonly system: string;
  readonly runtime: string;
  readonly compliance: 'none' | 'low' | 'moderate' | 'high';
  readonly risk: 'low' | 'medium' | 'high' | 'critical';
  readonly habit: Habit;
  /** Merged pull requests on a working day, on average. */
  readonly landings: number;
  /** Share of production deployments that go wrong. */
  readonly failureRate: number;
  /** Median hours from opening a pull request to its merge. */
  readonly reviewHours: number;
  /** Median minutes from an incident to its end, where nothing is rolled back. */
  readonly restoreMinutes: number;
  /** Value of `four-keys.dev/incidents`; absent: nobody told where they come from. */
  readonly incidents?: string;
  /** A monorepo holds several services; default the name. */
  readonly repository?: string;
  readonly template?: { readonly id: string; readonly version: string };
  /** The day its template run made it; absent: older than anybody asks. */
  readonly born?: Day;
  /** Whether the catalog has it. */
  readonly registered: boolean;
  /** Whether its pipeline reports what it deploys. */
  readonly reportsContents: boolean;
  /** Whether it falls silent weeks before the end. */
  readonly dormant: boolean;
}

export interface TeamDescription {
  readonly name: string;
  readonly title: string;
  /** Hours from UTC to its working hours. */
  readonly utcOffset: number;
}

export const COMPANY = 'acme';

export const TEAMS: readonly TeamDescription[] = [
  { name: 'storefront-team', title: 'Storefront', utcOffset: 1 },
  { name: 'discovery-team', title: 'Discovery', utcOffset: 1 },
  { name: 'fulfilment-team', title: 'Fulfilment', utcOffset: 0 },
  { name: 'foundation-team', title: 'Foundation', utcOffset: -5 },
];

export const DOMAINS = [
  { name: 'commerce', title: 'Commerce', owner: 'storefront-team' },
  { name: 'operations', title: 'Operations', owner: 'fulfilment-team' },
] as const;

export const SYSTEMS = [
  {
    name: 'web-shop',
    title: 'Web shop',
    owner: 'storefront-team',
    domain: 'commerce',
  },
  {
    name: 'order-management',
    title: 'Order management',
    owner: 'fulfilment-team',
    domain: 'operations',
  },
  {
    name: 'shared-services',
    title: 'Shared services',
    owner: 'foundation-team',
    domain: 'operations',
  },
] as const;

export const TEMPLATES = [
  { id: 'node-service', version: '1.4.0' },
  { id: 'node-service', version: '2.0.0' },
  { id: 'spring-boot-service', version: '2.1.0' },
  { id: 'spring-boot-service', version: '3.0.0' },
] as const;

const [NODE_1, NODE_2, SPRING_2, SPRING_3] = TEMPLATES;

const ordinary = {
  type: 'service',
  compliance: 'moderate',
  risk: 'medium',
  failureRate: 0.06,
  reviewHours: 6,
  restoreMinutes: 60,
  registered: true,
  reportsContents: true,
  dormant: false,
} as const;

const storefront = { team: 'storefront-team', system: 'web-shop' } as const;
const discovery = { team: 'discovery-team', system: 'web-shop' } as const;
const fulfilment = {
  team: 'fulfilment-team',
  system: 'order-management',
} as const;
const foundation = {
  team: 'foundation-team',
  system: 'shared-services',
} as const;

export const SERVICES: readonly ServiceDescription[] = [
  {
    ...ordinary,
    ...storefront,
    name: 'storefront-web',
    title: 'Storefront',
    description: 'What customers see. Every merge goes live within the hour.',
    type: 'website',
    runtime: 'nodejs@22',
    compliance: 'low',
    habit: 'trunk',
    landings: 5,
    failureRate: 0.04,
    reviewHours: 2.5,
    restoreMinutes: 25,
    incidents: 'pagerduty:PSTORE1',
  },
  {
    ...ordinary,
    ...storefront,
    name: 'checkout-api',
    title: 'Checkout',
    description: 'From the cart to a paid order.',
    runtime: 'nodejs@22',
    compliance: 'high',
    risk: 'critical',
    habit: 'trunk',
    landings: 4,
    failureRate: 0.05,
    reviewHours: 4,
    restoreMinutes: 35,
    incidents: 'pagerduty:PCHECK1',
    template: NODE_2,
  },
  {
    ...ordinary,
    ...storefront,
    name: 'cart-api',
    title: 'Cart',
    description: 'Carts, also of those who have not signed in.',
    runtime: 'nodejs@20',
    habit: 'daily',
    landings: 2.5,
    incidents: 'pagerduty:PCART01',
    template: NODE_1,
  },
  {
    ...ordinary,
    ...storefront,
    name: 'loyalty-api',
    title: 'Loyalty',
    description: 'Points and levels; the youngest service.',
    runtime: 'nodejs@22',
    habit: 'trunk',
    landings: 2,
    failureRate: 0.09,
    reviewHours: 5,
    incidents: 'pagerduty:PLOYAL1',
    template: NODE_2,
    born: parseDate('2026-09-14'),
  },
  {
    ...ordinary,
    ...discovery,
    name: 'product-catalogue',
    title: 'Product catalogue',
    description: 'Products, variants and their pictures.',
    runtime: 'jvm@21',
    habit: 'daily',
    landings: 1.5,
    incidents: 'pagerduty:PCATAL1',
    template: SPRING_2,
  },
  {
    ...ordinary,
    ...discovery,
    name: 'search-api',
    title: 'Search',
    description: 'Search in two regions, Europe first.',
    runtime: 'jvm@21',
    habit: 'regions',
    landings: 2,
    failureRate: 0.07,
    incidents: 'pagerduty:PSEARC1',
    template: SPRING_3,
  },
  {
    ...ordinary,
    ...discovery,
    name: 'pricing-engine',
    title: 'Pricing',
    description: 'What things cost today.',
    runtime: 'jvm@21',
    risk: 'high',
    habit: 'daily',
    landings: 2,
    failureRate: 0.12,
    restoreMinutes: 90,
    incidents: 'pagerduty:PPRICE1',
    template: SPRING_2,
  },
  {
    ...ordinary,
    ...discovery,
    name: 'recommendations',
    title: 'Recommendations',
    description: 'What others bought; trained and released every week.',
    runtime: 'python@3.13',
    risk: 'low',
    compliance: 'low',
    habit: 'train',
    landings: 1.5,
    failureRate: 0.1,
    reviewHours: 20,
  },
  {
    ...ordinary,
    ...fulfilment,
    name: 'order-service',
    title: 'Orders',
    description: 'The life of an order. Rides the Tuesday release train.',
    runtime: 'jvm@17',
    compliance: 'high',
    risk: 'critical',
    habit: 'train',
    landings: 3,
    failureRate: 0.2,
    reviewHours: 16,
    restoreMinutes: 120,
    incidents: 'jira:ORD',
  },
  {
    ...ordinary,
    ...fulfilment,
    name: 'invoice-service',
    title: 'Invoices',
    description: 'Invoices and credit notes. Rides the same train.',
    runtime: 'jvm@17',
    compliance: 'high',
    risk: 'high',
    habit: 'train',
    landings: 1.5,
    failureRate: 0.12,
    reviewHours: 18,
    restoreMinutes: 150,
    incidents: 'jira:INV',
  },
  {
    ...ordinary,
    ...fulfilment,
    name: 'returns-api',
    title: 'Returns',
    description: 'Sending things back.',
    runtime: 'jvm@21',
    habit: 'daily',
    landings: 2,
    incidents: 'jira:RET',
    template: SPRING_3,
    born: parseDate('2026-08-17'),
  },
  {
    ...ordinary,
    ...fulfilment,
    name: 'warehouse-legacy',
    title: 'Warehouse',
    description:
      'Twelve years old, released every other Thursday evening, mended on Friday.',
    runtime: 'jvm@8',
    risk: 'critical',
    habit: 'fortnightly',
    landings: 0.8,
    failureRate: 0.45,
    reviewHours: 50,
    restoreMinutes: 300,
    incidents: 'jira:WMS',
  },
  {
    ...ordinary,
    ...fulfilment,
    name: 'shipping-api',
    title: 'Shipping',
    description: 'Labels and carriers.',
    runtime: 'nodejs@22',
    habit: 'trunk',
    landings: 2.5,
    incidents: 'jira:SHP',
    template: NODE_1,
  },
  {
    ...ordinary,
    ...fulfilment,
    name: 'tracking-web',
    title: 'Tracking page',
    description: 'Where is my parcel. Shares a repository with its API.',
    type: 'website',
    runtime: 'nodejs@22',
    compliance: 'low',
    risk: 'low',
    habit: 'trunk',
    landings: 3,
    failureRate: 0.03,
    reviewHours: 3,
    incidents: 'jira:TRK',
    repository: 'tracking',
  },
  {
    ...ordinary,
    ...fulfilment,
    name: 'tracking-api',
    title: 'Tracking API',
    description: 'Events of parcels. Shares a repository with its page.',
    runtime: 'nodejs@22',
    habit: 'trunk',
    landings: 3,
    reviewHours: 3,
    incidents: 'jira:TRK',
    repository: 'tracking',
  },
  {
    ...ordinary,
    ...foundation,
    name: 'identity-service',
    title: 'Identity',
    description: 'Who you are, in two regions.',
    runtime: 'go@1.25',
    compliance: 'high',
    risk: 'critical',
    habit: 'regions',
    landings: 1.5,
    failureRate: 0.04,
    reviewHours: 12,
    restoreMinutes: 40,
    incidents: 'opsgenie:identity',
  },
  {
    ...ordinary,
    ...foundation,
    name: 'notification-hub',
    title: 'Notifications',
    description: 'Mail and push. Nothing has come from its pipeline for weeks.',
    runtime: 'nodejs@20',
    habit: 'daily',
    landings: 1.5,
    incidents: 'opsgenie:notifications',
    dormant: true,
  },
  {
    ...ordinary,
    ...foundation,
    name: 'data-export',
    title: 'Data export',
    description:
      'Reports for the books. Its pipeline forgets to say which commit it deploys.',
    runtime: 'python@3.12',
    habit: 'daily',
    landings: 1,
    reviewHours: 10,
    incidents: 'opsgenie:data-export',
    reportsContents: false,
  },
  {
    ...ordinary,
    ...foundation,
    name: 'feature-flags',
    title: 'Feature flags',
    description: 'Deployed every day, and not in the catalog.',
    runtime: 'go@1.25',
    habit: 'trunk',
    landings: 1.5,
    registered: false,
  },
];

export const repositoryOf = ({ repository, name }: ServiceDescription) =>
  repository ?? name;

export const teamOf = (service: ServiceDescription): TeamDescription =>
  TEAMS.find(({ name }) => name === service.team)!;

const DORMANT_AFTER_DAYS = 42;
const DORMANCY_GRID = parseDate('2026-10-05');
const DORMANCY_STEP_DAYS = 91;

/**
 * The first day on which a dormant service is silent, at least six weeks before
 * the end. It moves on only once a quarter, so that tomorrow's run tells the
 * same history as today's.
 */
export function dormantSince(lastDay: Day): Day {
  const steps = Math.floor(
    (lastDay - DORMANT_AFTER_DAYS - DORMANCY_GRID) / DORMANCY_STEP_DAYS,
  );
  return DORMANCY_GRID + steps * DORMANCY_STEP_DAYS;
}
