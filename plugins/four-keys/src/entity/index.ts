export { EntityFourKeysCard } from './EntityFourKeysCard';
export { EntityFourKeysContent } from './EntityFourKeysContent';
