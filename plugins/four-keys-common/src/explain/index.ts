export * from './explain';
export { ENGLISH_NUMBERS, type NumberWords } from './words';
