export * from './bundle.ts'
export * from './check.ts'
export * from './manifest.ts'
export * from './memory.ts'
