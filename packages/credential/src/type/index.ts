export * from './credential_type.ts'
export { type Fault, faultLine } from './fault.ts'
