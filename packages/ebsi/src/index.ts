export { EBSI_ERRORS, type EbsiCode, EbsiError } from './errors.ts'
export * from './identifiers/index.ts'
