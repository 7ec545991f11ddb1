export {
  epochSecond,
  readVendorTime,
  toRfc3339,
} from '@four-keys/backstage-plugin-four-keys-common';
