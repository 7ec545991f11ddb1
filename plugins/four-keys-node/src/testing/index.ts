/**
 * What the tests of a transport need. Never imported at run time.
 *
 * @packageDocumentation
 */
export {
  describeTransportContract,
  type TransportHarness,
} from './describeTransportContract';
