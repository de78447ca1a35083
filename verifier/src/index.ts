export { runVerifier } from './program.ts'
