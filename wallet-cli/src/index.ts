export { VERBS } from './commands/index.ts'
