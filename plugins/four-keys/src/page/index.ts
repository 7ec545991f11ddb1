export * from './Choice';
export * from './Controls';
export * from './PageBody';
export * from './PageFrame';
export * from './ScopePicker';
