#!/usr/bin/env node
import { runVerbs } from '@symbolon/command-line'
import { VERBS } from './commands/index.ts'
import { explain } from './explain.ts'

process.exitCode = await runVerbs({
  program: 'symbolon-issuer',
  summary: 'signs what an institution knows, straight from its authentic source',
  verbs: VERBS,
  argv: process.argv.slice(2),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  explain,
})
