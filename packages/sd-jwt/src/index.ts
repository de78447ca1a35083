export type * from './primitives.ts'
