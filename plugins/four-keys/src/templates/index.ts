export * from './TemplatesPage';
