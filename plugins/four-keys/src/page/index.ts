export * from './Choice';
export * from './Controls';
export * from './PageFrame';
export * from './ScopePicker';
