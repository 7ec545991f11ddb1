/**
 * The partition of a key: FNV-1a over its UTF-8 bytes, mixed once more because
 * the low bits of plain FNV-1a follow those of the last byte.
 *
 * May never change: records of one key would move to another partition and
 * overtake their predecessors.
 */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key, 'utf8')) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = (hash ^ (hash >>> 13)) >>> 0;
  return hash % partitions;
}
