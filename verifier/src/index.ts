export { VERIFIER_CODES } from './errors.ts'
export { runVerifier } from './program.ts'
