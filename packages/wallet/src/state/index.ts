export * from './credentials.ts'
export type * from './model.ts'
export { EMPTY_STATE } from './model.ts'
export { parseState, serializeState } from './text.ts'
