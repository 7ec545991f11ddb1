/**
 * The exports of a module that was imported on demand. Node finds the names
 * within a CommonJS module by reading its text, and finds none in what the
 * transform of the sources writes; they are always behind `default`.
 */
export async function load<T extends object>(module: Promise<T>): Promise<T> {
  const loaded: T & { default?: T } = await module;
  return loaded.default ?? loaded;
}
