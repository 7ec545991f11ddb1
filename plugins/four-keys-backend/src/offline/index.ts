export {
  answerQuestions,
  computeSql,
  loadHistory,
  type OfflineOutput,
} from './computeSql';
export { readInput, type OfflineInput } from './input';
