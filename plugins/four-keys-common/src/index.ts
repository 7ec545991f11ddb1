/**
 * The event contract, the API types, the annotation schema and the permissions
 * of Four Keys for Backstage. Isomorphic, no I/O.
 *
 * @packageDocumentation
 */
export * from './annotations';
export * from './api';
export * from './events';
export * from './explain';
export * from './links';
export * from './permissions';
