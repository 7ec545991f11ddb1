/**
 * The module of the events plugin that takes the webhooks of vendors, durably.
 *
 * @packageDocumentation
 */
export { eventsModuleFourKeys as default } from './module';
