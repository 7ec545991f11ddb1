/**
 * DORA metrics that explain themselves: a page, an entity tab and a card for
 * Backstage.
 *
 * @packageDocumentation
 */
export * from './api';
export { fourKeysPlugin as default } from './plugin';
