/**
 * What the tests of a transport or of a source need. Never imported at run time.
 *
 * @packageDocumentation
 */
export {
  describeSource,
  testContext,
  type Delivery,
  type Sign,
  type SourceHarness,
} from './describeSource';
export {
  describeTransportContract,
  type TransportHarness,
} from './describeTransportContract';
export { VendorServer, type ApiAnswer, type ApiCall } from './VendorServer';
