/** How PostgreSQL knows the connections of the harness from those of collectors. */
export const HARNESS = 'chaos';
