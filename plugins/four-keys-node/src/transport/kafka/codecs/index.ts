export { UNREADABLE_HEADER } from './placeholders';
export { MOST_UNPACKED_BYTES, teachCodecs } from './teachCodecs';
