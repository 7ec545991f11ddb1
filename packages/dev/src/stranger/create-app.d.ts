/** What create-app holds for itself: it has no public way to its versions. */
declare module '@backstage/create-app/dist/lib/versions.cjs.js' {
  export const packageVersions: Readonly<Record<string, string | undefined>>;
}
