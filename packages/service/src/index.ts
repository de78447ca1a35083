export * from './config.ts'
export { Refusal, SettingsError } from './errors.ts'
export { type Migration, numberOf, optionalText, type Row, type Statements, type Store, textOf, type Value } from './store.ts'
export { databaseUrl, openStore } from './stores/index.ts'
