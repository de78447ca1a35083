#!/usr/bin/env node
import { trustConnections } from './config.ts'
import { runVerifier } from './program.ts'

trustConnections()
process.exitCode = await runVerifier(process.argv.slice(2), process)
