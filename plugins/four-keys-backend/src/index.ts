/**
 * The backend plugin of Four Keys for Backstage.
 *
 * @packageDocumentation
 */
export { fourKeysPlugin as default } from './plugin';
export {
  createFourKeysConditionalDecision,
  fourKeysConditions,
} from './permissions';
