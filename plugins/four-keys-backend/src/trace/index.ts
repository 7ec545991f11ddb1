export { Trace, type TraceQuestion } from './Trace';
