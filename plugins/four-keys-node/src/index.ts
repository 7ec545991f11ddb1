/**
 * What backends and modules use to send Four Keys events: the publishing
 * service, the CloudEvents HTTP binding, the transport port and its
 * implementations.
 *
 * @packageDocumentation
 */
export * from './events';
export * from './transport';
