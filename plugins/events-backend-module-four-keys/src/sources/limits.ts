/** GitHub and GitLab send nothing larger. */
export const LARGE_BODY_BYTES = 25 * 1024 * 1024;

/** More than anybody else ever sends. */
export const USUAL_BODY_BYTES = 5 * 1024 * 1024;

/** GitHub, GitLab and CircleCI give up after ten seconds. */
export const PATIENT_MS = 8_000;

/** PagerDuty gives up after five seconds. */
export const HASTY_MS = 4_000;
