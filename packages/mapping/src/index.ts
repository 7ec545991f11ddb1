/**
 * Maps any JSON to events by expressions in configuration.
 *
 * @packageDocumentation
 */
export * from './mapping';
export { PRESETS, type PresetName } from './presets';
export { type MappingRule } from './rules';
